"""A chart as the page shows it: a drawing, what it says in words, and the numbers behind it as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_NOTHING: Final = Markup()


@dataclass(frozen=True, slots=True)
class Number:
    """A cell of the table behind a chart; `events` is the query of the events it counts, if it counts any."""

    text: str
    events: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a CSS class that colours its swatch, and what it means."""

    swatch: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart.

    Attributes:
        id: What the page calls it; unique.
        title: Its caption.
        lead: One line on how to read it.
        says: What it shows, for who does not see it.
        drawing: The SVG element; empty when there is nothing to draw.
        legend: What its colours and marks mean.
        head: The headings of its table; the first column names the row.
        rows: The numbers; every mark of the drawing is in one of them.
        left_out: How many rows, of what, are not shown: `3 stores`; empty when all are.
    """

    id: str
    title: str
    lead: str
    says: str
    drawing: Markup = _NOTHING
    legend: tuple[Key, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Number, ...], ...] = ()
    left_out: str = ""
