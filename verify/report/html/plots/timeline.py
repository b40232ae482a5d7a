"""When events happened: bars of equal time, stacked by who called and how, with what is in trouble at the foot."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from verify.report.html.links import query
from verify.report.html.plots.bins import along, whole_numbers
from verify.report.html.plots.drawing import Box, Mark, drawn
from verify.report.html.plots.figure import Figure, Key, Number
from verify.report.summary import TROUBLE, worst_status
from verify.report.text import duration, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from verify.report.document import Report
    from verify.report.parts import ReportedEvent

BOX: Final = Box(width=1180, height=230, left=20, top=8, right=44, bottom=30)
_MOST_BARS: Final = 120
_MOST_TICKS: Final = 12

ENVOY: Final = "StreamAggregatedResources"
"""The event that an Envoy's connection is recorded as.

https://docs.aws.amazon.com/app-mesh/latest/userguide/logging-using-cloudtrail.html
"""

LAYERS: Final = {
    "trouble": "in trouble in some store",
    "envoy": "Envoy connections",
    "read": "reads",
    "write": "writes",
}
"""How events are told apart, from the bottom of a bar to its top; each is a CSS variable and a filter."""

_STEPS: Final = tuple(
    timedelta(seconds=s)
    for s in (
        *(1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200),
        *(days * 86400 for days in (1, 2, 7, 14, 28, 91, 182, 364)),
    )
)


def layer_of(event: ReportedEvent) -> str:
    """Which of `LAYERS` an event is in."""
    if worst_status(event) in TROUBLE:
        return "trouble"
    if event.event_name == ENVOY:
        return "envoy"
    return "read" if event.read_only else "write"


def timeline(report: Report) -> Figure:
    """The events of the report over its window; events outside of the window count at its edge."""
    start, end = report.window.start, report.window.end
    span = max(end - start, timedelta(seconds=1))
    step = next((step for step in _STEPS if span <= _MOST_BARS * step), span / _MOST_BARS)
    stacks: list[dict[str, int]] = [dict.fromkeys(LAYERS, 0) for _ in range(math.ceil(span / step))]
    for event in report.events:
        bin_ = int((event.event_time - start) / step)
        stacks[min(max(bin_, 0), len(stacks) - 1)][layer_of(event)] += 1
    title, highest = "When events happened", max(sum(stack.values()) for stack in stacks)
    many, each = plural(len(report.events), "event"), duration(step.total_seconds())
    lead = f"{many}; a bar is {each}, the fullest holds {highest:,}"
    if not report.events:
        return Figure("timeline", title, lead, "No event in the window.")
    marks: list[Mark] = []
    bars: list[dict[str, Any]] = []
    rows: list[tuple[Number, ...]] = []
    for index, stack in enumerate(stacks):
        if not any(stack.values()):
            continue
        since, until = start + step * index, start + step * (index + 1)
        times = {"since": _stamp(since), "until": _stamp(until)}
        row = [Number(_stamp(since), query(**times))]
        for rank, (layer, count) in enumerate(stack.items()):
            row.append(Number(f"{count:,}", query(layer=layer, **times) if count else ""))
            if count:
                bars.append(
                    {
                        "from": index,
                        "to": index + 1,
                        "count": count,
                        "rank": rank,
                        "fill": f"var(--c-{layer})",
                    }
                    | {"layer": layer, "mark": str(len(marks))}
                )
                marks.append(
                    Mark(
                        f"{_stamp(since)}: {plural(count, 'event')}, {LAYERS[layer]}",
                        query(layer=layer, **times),
                    )
                )
        rows.append(tuple(row))
    ticks = [((at - start) / step, label) for at, label in _times(start, end)]
    totals = {layer: sum(stack[layer] for stack in stacks) for layer in LAYERS}
    return Figure(
        id="timeline",
        title=title,
        lead=lead,
        says="Events over the window: "
        + ", ".join(f"{count:,} {LAYERS[layer]}" for layer, count in totals.items())
        + ".",
        drawing=drawn(_chart(bars, ticks, len(stacks)), BOX, marks),
        legend=tuple(Key(f"c-{layer}", text) for layer, text in LAYERS.items()),
        head=("From (UTC)", *(text[0].upper() + text[1:] for text in LAYERS.values())),
        rows=tuple(rows),
    )


def _chart(bars: list[dict[str, Any]], ticks: list[tuple[float, str]], bins: int) -> dict[str, Any]:
    place = along(bins, ticks)
    counted = {"type": "quantitative", "aggregate": "sum", "field": "count", "stack": "zero"}
    return {
        "data": {"values": bars},
        "layer": [
            {
                "mark": "bar",
                "encoding": place
                | {
                    "y": counted | {"axis": whole_numbers(4)},
                    "fill": {"field": "fill", "scale": None},
                    "order": {"field": "rank"},
                },
            },
            # One event in trouble among thousands would be no pixel high; a strip at the foot always is.
            {
                "transform": [{"filter": "datum.layer == 'trouble'"}],
                "mark": {"type": "bar", "fill": "var(--c-trouble)"},
                "encoding": place | {"y": {"value": BOX.plot_height - 5}, "y2": {"value": BOX.plot_height}},
            },
        ],
    }


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _times(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """At most a dozen round moments within the window."""
    step = next((step for step in _STEPS if (end - start) <= _MOST_TICKS * step), end - start)
    if not step:
        return
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * math.ceil((start - midnight) / step)
    while at <= end:
        is_midnight = (at - midnight) % timedelta(days=1) == timedelta(0)
        clock = "%H:%M:%S" if step < timedelta(minutes=1) else "%H:%M"
        far = end - start > timedelta(days=300)
        yield at, (f"{at:%d %b %Y}" if far else f"{at:%d %b}") if is_midnight else format(at, clock)
        at += step
