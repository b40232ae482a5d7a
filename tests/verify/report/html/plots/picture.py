"""Reads what a chart drew: its marks with what they say, and its labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, fromstring

if TYPE_CHECKING:
    from markupsafe import Markup

SHAPES: Final = {"svg", "g", "path", "line", "text", "title", "a"}
"""All that a chart may be made of."""

ATTRIBUTES: Final = {
    *(
        "class",
        "viewBox",
        "aria-hidden",
        "transform",
        "d",
        "x2",
        "y2",
        "fill",
        "stroke",
        "stroke-width",
        "opacity",
    ),
    *("stroke-dasharray", "stroke-miterlimit", "fill-opacity", "text-anchor", "font-size", "font-weight"),
    *("href", "data-events", "tabindex"),
}


class Picture:
    """A chart, read."""

    def __init__(self, drawing: Markup) -> None:
        self.root: Element = fromstring(drawing)  # noqa: S314 -- written by the page
        self.titles = [title.text or "" for title in self.root.iter("title")]
        self.labels = [text.text or "" for text in self.root.iter("text")]
        self.links = [link.get("data-events") or "" for link in self.root.iter("a")]

    def fills(self) -> set[str]:
        """The colours of its shapes."""
        return {element.get("fill", "none") for element in self.root.iter()} - {"none"}

    def counted(self) -> int:
        """The events that its marks name, added up."""
        found = [re.search(r": ([\d,]+) event", title) for title in self.titles]
        return sum(int(match[1].replace(",", "")) for match in found if match)

    def strange(self) -> set[str]:
        """What it holds that no chart may hold; empty."""
        found = {element.tag for element in self.root.iter()} - SHAPES
        found |= {name for element in self.root.iter() for name in element.attrib} - ATTRIBUTES
        for element in self.root.iter():
            for name in ("fill", "stroke"):
                if not re.fullmatch(r"none|var\(--[a-z0-9-]+\)", element.get(name, "none")):
                    found.add(f"{name}={element.get(name)}")
        return found
