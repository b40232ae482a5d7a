"""Events that only Event history still holds, by the day they disappear."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from verify.report.html.links import query
from verify.report.html.plots.bins import along, whole_numbers
from verify.report.html.plots.drawing import Box, Mark, drawn
from verify.report.html.plots.figure import Figure, Key, Number
from verify.report.text import plural

if TYPE_CHECKING:
    from datetime import date

    from verify.report.document import Report

BOX: Final = Box(width=1180, height=150, left=20, top=8, right=44, bottom=30)
URGENT: Final = 7
SOON: Final = 30
"""Days that are left, below which a day's bar takes a stronger colour."""
_MOST_BARS: Final = 120
MAX_ROWS: Final = 120


def fading(report: Report) -> Figure:
    """How many events disappear on each day, from the day of the report to the last of them."""
    title, today = "Only Event history still holds these", report.generated_at.date()
    days = Counter(one.disappears.date() for one in report.fading)
    if not days:
        return Figure("fading", title, "", "Every event is in a store that outlives Event history.")
    first, last = min(today, *days, today), max(days)
    width = max((last - first).days + 1, 14)
    step = -(-width // _MOST_BARS)
    binned: Counter[int] = Counter()
    for day, count in days.items():
        binned[(day - first).days // step] += count
    marks: list[Mark] = []
    bars: list[dict[str, Any]] = []
    for place, count in sorted(binned.items()):
        day = first + timedelta(days=place * step)
        until = day + timedelta(days=step)
        bars.append(
            {
                "from": place,
                "to": place + 1,
                "count": count,
                "fill": f"var(--c-{_kind(day, today)})",
                "mark": str(len(marks)),
            }
        )
        marks.append(
            Mark(f"{day:%Y-%m-%d}: {plural(count, 'event')}", query(gone_from=f"{day}", gone_to=f"{until}"))
        )
    ordered = sorted(days.items())
    soonest = min(report.fading, key=lambda one: one.disappears).disappears
    return Figure(
        id="fading",
        title=title,
        lead=f"{plural(len(report.fading), 'event')}, the first gone on {soonest:%Y-%m-%d}; export them before",
        says=f"{plural(len(report.fading), 'event')} disappear between {min(days)} and {last}.",
        drawing=drawn(_chart(bars, _ticks(first, width, step), -(-width // step)), BOX, marks),
        legend=(
            Key("c-urgent", f"within {URGENT} days"),
            Key("c-soon", f"within {SOON} days"),
            Key("c-later", "later"),
        ),
        head=("Day", "Days left", "Events that disappear"),
        rows=tuple(
            (
                Number(f"{day}"),
                Number(f"{(day - today).days:,}"),
                Number(f"{count:,}", query(gone_from=f"{day}", gone_to=f"{day + timedelta(days=1)}")),
            )
            for day, count in ordered[:MAX_ROWS]
        ),
        left_out=plural(len(ordered) - MAX_ROWS, "day") if len(ordered) > MAX_ROWS else "",
    )


def _kind(day: date, today: date) -> str:
    left = (day - today).days
    return "urgent" if left < URGENT else "soon" if left < SOON else "later"


def _ticks(first: date, width: int, step: int) -> list[tuple[float, str]]:
    every = max(-(-width // 10), 1)
    return [
        ((offset + 0.5) / step, f"{datetime.combine(first + timedelta(days=offset), time()):%d %b}")
        for offset in range(0, width, every)
    ]


def _chart(bars: list[dict[str, Any]], ticks: list[tuple[float, str]], bins: int) -> dict[str, Any]:
    return {
        "data": {"values": bars},
        "mark": "bar",
        "encoding": {
            **along(bins, ticks),
            "y": {"field": "count", "type": "quantitative", "stack": None, "axis": whole_numbers(3)},
            "fill": {"field": "fill", "scale": None},
        },
    }
