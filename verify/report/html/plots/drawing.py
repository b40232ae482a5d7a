"""Draws a Vega-Lite chart as SVG that can stand inside the page.

vl-convert compiles it: Vega-Lite and Vega in a V8 of their own, without a browser and without a network. What
comes back is then taken apart and written anew from a short list of elements and attributes: no style, no
script, no reference to anywhere. Colours are CSS variables of the page (`var(--h3)`), which SVG's presentation
attributes take as they are, so that a chart follows light and dark.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from xml.etree.ElementTree import Element, fromstring, tostring

from markupsafe import Markup

from verify.report.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

VEGA_LITE: Final = "6.4"
"""Charts are written in this version's language; a later compiler still reads it."""

LOOK: Final[dict[str, Any]] = {
    "font": "sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "domainColor": "var(--axis)",
        "tickColor": "var(--axis)",
        "gridColor": "var(--rule)",
        "labelColor": "var(--mute)",
        "labelFontSize": 12,
        "labelPadding": 4,
        "title": None,
        # Nothing may depend on how wide a font of this machine is: labels are given and placed, never measured.
        "labelOverlap": False,
        "labelBound": False,
        "labelFlush": False,
        "labelLimit": 0,
        "minExtent": 0,
        "maxExtent": 0,
    },
    "text": {"fontSize": 12, "fill": "var(--mute)", "limit": 0},
    "bar": {"binSpacing": 1},
}
"""What all charts have in common."""

_KEPT: Final = {
    "g": {"transform", "fill", "stroke-miterlimit"},
    "path": {"d", "transform", "fill", "stroke", "stroke-width", "opacity", "fill-opacity"},
    "line": {"transform", "x2", "y2", "stroke", "stroke-width", "stroke-dasharray", "opacity"},
    "text": {"transform", "text-anchor", "font-size", "font-weight", "fill", "opacity"},
}
"""The elements that may stay, and their attributes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark of a chart says under the pointer, and the query of the events it stands for.

    Data rows name theirs by its place in a list, as their `description`; so what records hold never goes
    through the chart's own language.
    """

    title: str
    events: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """The size of a drawing, in units of its own, and the room around its plot."""

    width: int
    height: int
    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @property
    def plot_width(self) -> int:
        """What is left for the plot."""
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> int:
        """What is left for the plot."""
        return self.height - self.top - self.bottom


class _Converter(Protocol):
    def vegalite_to_svg(self, vl_spec: Mapping[str, Any], **options: object) -> str: ...


def drawn(chart: Mapping[str, Any], box: Box, marks: Sequence[Mark] = ()) -> Markup:
    """The chart as an SVG element of the box's size.

    Args:
        chart: A Vega-Lite view without size, configuration or title; its colours are CSS variables.
        box: Its size.
        marks: What the rows of its data refer to by `description`.
    """
    spec = {
        "width": box.plot_width,
        "height": box.plot_height,
        "autosize": "none",
        "padding": {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom},
        "config": LOOK,
        **chart,
    }
    # Loading it takes a second, which nobody should wait for who asked for another format.
    converter = cast("_Converter", importlib.import_module("vl_convert"))
    svg = converter.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    root = Element(
        "svg", {"class": "chart", "viewBox": f"0 0 {box.width} {box.height}", "aria-hidden": "true"}
    )
    for child in fromstring(svg):  # noqa: S314 -- written by the compiler, which escapes; no document of anybody else's
        root.extend(_cleaned(child, marks))
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704 -- serialised from the elements kept


def clipped(text: str, letters: int) -> str:
    """Text for a label of a chart: one visible line, whatever it held, of at most so many letters."""
    line = visible(text)
    return line if len(line) <= letters else f"{line[: letters - 1]}…"


def labels(ticks: Sequence[tuple[float, str]]) -> dict[str, Any]:
    """The part of an axis that puts these labels at these values."""
    named = "".join(f"datum.value == {value!r} ? '{label}' : " for value, label in ticks)
    return {"values": [value for value, _ in ticks], "labelExpr": f"{named}''"}


def _cleaned(element: Element, marks: Sequence[Mark]) -> Iterator[Element]:
    tag = element.tag.rpartition("}")[2]
    kept = _KEPT.get(tag)
    if kept is None or element.get("display") == "none" or element.get("opacity") == "0":
        return
    made = Element(
        tag, {name: value for name, value in element.items() if name in kept and _tells(name, value)}
    )
    for child in element:
        made.extend(_cleaned(child, marks))
    if tag == "text":
        made.text = element.text
    elif tag == "g":
        if not len(made):
            return
        if not made.attrib:
            yield from made
            return
    elif tag == "path" and not ({"fill", "stroke"} & set(made.attrib)):
        return
    number = element.get("aria-label", "")
    yield _linked(made, marks[int(number)]) if tag == "path" and number.isdecimal() else made


def _tells(name: str, value: str) -> bool:
    """Whether an attribute says more than the default does."""
    return (name, value) not in {("opacity", "1"), ("transform", "translate(0,0)"), ("stroke-width", "1")}


def _linked(made: Element, mark: Mark) -> Element:
    title = Element("title")
    title.text = visible(mark.title)
    made.append(title)
    if not mark.events:
        return made
    # The table behind the chart has the same links for the keyboard, in an order that can be followed.
    link = Element("a", {"href": "#events", "data-events": mark.events, "tabindex": "-1"})
    link.append(made)
    return link
