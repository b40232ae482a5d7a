"""The geometry of the page's two charts; the template draws it as SVG.

Coordinates are those of each chart's view box: x to the right from 0 to `WIDTH`, y down.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from verify.report.summary import TROUBLE, worst_status
from verify.report.text import duration, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from verify.report.document import Report
    from verify.report.parts import Delays, ReportedEvent

WIDTH: Final = 560
TIMELINE_HEIGHT: Final = 196
ROW_HEIGHT: Final = 44
_MOST_BARS: Final = 96
_DELAY_BINS: Final = 48
_SHORTEST: Final = 0.1
_LABEL_WIDTH: Final = 40
_DELAY_TICKS: Final = (0.1, 1, 10, 60, 300, 900, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400)
_TIME_STEPS: Final = tuple(
    timedelta(seconds=s)
    for s in (
        *(1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200),
        *(days * 86400 for days in (1, 2, 7, 14, 28, 91, 182, 364)),
    )
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: its kind is its CSS class, its title what a pointer over it says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the x axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events over the window: reads, writes and those in trouble, stacked."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    highest: int
    """Events in the fullest bar."""
    bin_width: str
    """How long one bar is."""


@dataclass(frozen=True, slots=True)
class DelayRow:
    """The delays of one store: a histogram over a logarithmic axis, with its percentiles as marks."""

    store: str
    title: str
    bars: tuple[Bar, ...]
    marks: tuple[Tick, ...]
    caption: str


@dataclass(frozen=True, slots=True)
class DelayChart:
    """The delays of all stores over one axis."""

    rows: tuple[DelayRow, ...]
    ticks: tuple[Tick, ...]


def timeline(report: Report) -> Timeline:
    """The events of the report in bars of equal time; events outside of the window count at its edge."""
    start, end = report.window.start, report.window.end
    span = max(end - start, timedelta(seconds=1))
    step = next((step for step in _TIME_STEPS if span <= _MOST_BARS * step), span / _MOST_BARS)
    stacks = [[0, 0, 0] for _ in range(math.ceil(span / step))]
    for event in report.events:
        bin_ = int((event.event_time - start) / step)
        stacks[min(max(bin_, 0), len(stacks) - 1)][_layer(event)] += 1
    highest = max(sum(stack) for stack in stacks)
    each = WIDTH / len(stacks)
    bars: list[Bar] = []
    for index, stack in enumerate(stacks):
        since = start + step * index
        base = float(TIMELINE_HEIGHT)
        for count, kind in zip(stack, ("read", "write", "trouble"), strict=True):
            if count:
                height = max(count / highest * (TIMELINE_HEIGHT - 4), 1.5)
                base -= height
                title = f"{since:%Y-%m-%d %H:%M:%S}: {plural(count, 'event')}, {_LAYERS[kind]}"
                bars.append(_bar(index * each + 0.5, base, each - 1, height, kind, title))
    ticks = tuple(
        Tick(round((at - start) / (step * len(stacks)) * WIDTH, 1), label) for at, label in _times(start, end)
    )
    return Timeline(tuple(bars), ticks, highest, duration(step.total_seconds()))


_LAYERS: Final = {"read": "reads", "write": "writes", "trouble": "in trouble"}


def _layer(event: ReportedEvent) -> int:
    if worst_status(event) in TROUBLE:
        return 2
    return 0 if event.read_only else 1


def _times(start: datetime, end: datetime) -> Iterable[tuple[datetime, str]]:
    """At most eight round moments within the window."""
    step = next((step for step in _TIME_STEPS if (end - start) <= 7 * step), end - start)
    if not step:
        return
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + step * math.ceil((start - midnight) / step)
    while at <= end:
        is_midnight = (at - midnight) % timedelta(days=1) == timedelta(0)
        clock = "%H:%M:%S" if step < timedelta(minutes=1) else "%H:%M"
        yield at, f"{at:%d %b}" if is_midnight else format(at, clock)
        at += step


def delay_chart(report: Report) -> DelayChart:
    """How long events took to land, store by store; stores that do not tell are left out."""
    found: dict[str, list[float]] = {store.id: [] for store in report.stores}
    for event in report.events:
        for store, landing in event.stores.items():
            if landing.delay_seconds is not None:
                found[store].append(max(landing.delay_seconds, _SHORTEST))
    summaries = [store.delays for store in report.stores if store.delays]
    known = [value for values in found.values() for value in values]
    known += [max(value, _SHORTEST) for delays in summaries for value in (delays.p50, delays.max)]
    if not known:
        return DelayChart((), ())
    axis = _Axis(min(known), max(known))
    rows = tuple(
        DelayRow(
            store=store.id,
            title=store.title,
            bars=_histogram(found[store.id], axis),
            marks=_marks(store.delays, axis),
            caption=_caption(store.delays),
        )
        for store in report.stores
        if store.delays or found[store.id]
    )
    return DelayChart(
        rows, _spaced(Tick(axis.x(value), duration(value)) for value in _DELAY_TICKS if axis.holds(value))
    )


class _Axis:
    """A logarithmic axis of seconds with a little room at both ends."""

    def __init__(self, least: float, most: float) -> None:
        self._low, self._high = math.log10(least / 1.5), math.log10(most * 1.5)

    def holds(self, seconds: float) -> bool:
        return self._low <= math.log10(seconds) <= self._high

    def x(self, seconds: float) -> float:
        part = (math.log10(max(seconds, _SHORTEST)) - self._low) / (self._high - self._low)
        return round(part * WIDTH, 1)

    def edges(self) -> list[float]:
        """The seconds between which each bar of a histogram counts."""
        step = (self._high - self._low) / _DELAY_BINS
        return [10 ** (self._low + step * index) for index in range(_DELAY_BINS + 1)]


def _histogram(values: Sequence[float], axis: _Axis) -> tuple[Bar, ...]:
    if not values:
        return ()
    edges = axis.edges()
    counts = [0] * _DELAY_BINS
    for value in values:
        counts[min(max(bisect_right(edges, value) - 1, 0), _DELAY_BINS - 1)] += 1
    highest, each = max(counts), WIDTH / _DELAY_BINS
    return tuple(
        _bar(
            index * each + 0.5,
            ROW_HEIGHT - (height := max(count / highest * (ROW_HEIGHT - 6), 1.5)),
            each - 1,
            height,
            "delay",
            f"{duration(edges[index])} to {duration(edges[index + 1])}: {plural(count, 'event')}",
        )
        for index, count in enumerate(counts)
        if count
    )


def _marks(delays: Delays | None, axis: _Axis) -> tuple[Tick, ...]:
    if delays is None:
        return ()
    return tuple(
        Tick(axis.x(value), f"{name}: {duration(value)}")
        for name, value in (("half within", delays.p50), ("95 % within", delays.p95), ("slowest", delays.max))
    )


def _caption(delays: Delays | None) -> str:
    if delays is None:
        return ""
    return f"half within {duration(delays.p50)}, 95 % within {duration(delays.p95)}, slowest {duration(delays.max)}"


def _spaced(ticks: Iterable[Tick]) -> tuple[Tick, ...]:
    kept: list[Tick] = []
    for tick in ticks:
        if not kept or tick.x - kept[-1].x >= _LABEL_WIDTH:
            kept.append(tick)
    return tuple(kept)


def _bar(x: float, y: float, width: float, height: float, kind: str, title: str) -> Bar:  # noqa: PLR0917 -- as SVG has it
    return Bar(round(x, 2), round(y, 2), round(width, 2), round(height, 2), kind, title)
