"""How long events took to land: for each store a distribution, with its percentiles as marks."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from verify.report.html.links import query
from verify.report.html.plots.drawing import Box, Mark, clipped, drawn, labels
from verify.report.html.plots.figure import Figure, Key, Number
from verify.report.text import duration, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.report.document import Report
    from verify.report.parts import Delays, Store

WIDTH: Final = 1180
ROW: Final = 46
GAP: Final = 30
MAX_STORES: Final = 12
_LEFT: Final = 20
_RIGHT: Final = 44
_BINS: Final = 96
_SHORTEST: Final = 0.1
_LOGARITHMIC_FROM: Final = 20
"""From what ratio of the longest delay to the shortest on the axis is logarithmic."""
_LABEL_WIDTH: Final = 56
_TICKS: Final = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 2 * 3600, 6 * 3600, 12 * 3600),
    *(days * 86400 for days in (1, 2, 7, 30, 90, 365)),
)
_QUANTILES: Final[tuple[tuple[str, str, tuple[float, ...]], ...]] = (
    ("p50", "half within", ()),
    ("p95", "95 % within", (6, 3)),
    ("p99", "99 % within", (1.5, 2.5)),
)


def delays(report: Report) -> Figure:
    """The delays of each store that tells when events arrived, over one axis."""
    found: dict[str, list[float]] = {store.id: [] for store in report.stores}
    for event in report.events:
        for store, landing in event.stores.items():
            if landing.delay_seconds is not None:
                found[store].append(landing.delay_seconds)
    telling = [store for store in report.stores if store.delays or found[store.id]]
    title = "How long they took to land"
    if not telling:
        return Figure("delays", title, "", "No store told when events arrived.")
    shown = telling[:MAX_STORES]
    axis = _Axis([v for store in shown for v in (*found[store.id], *_quantiles(store.delays))])
    marks: list[Mark] = []
    views = [_view(store, found[store.id], axis, marks, is_last=store is shown[-1]) for store in shown]
    height = len(shown) * (ROW + GAP) + 26
    box = Box(WIDTH, height, left=_LEFT, top=GAP - 6, right=_RIGHT, bottom=0)
    chart = {"vconcat": views, "spacing": GAP, "bounds": "flush", "resolve": {"scale": {"x": "shared"}}}
    return Figure(
        id="delays",
        title=title,
        lead="From the event until it was in the store"
        + ("; the axis is logarithmic" if axis.is_logarithmic else ""),
        says="Delays by store: " + "; ".join(f"{store.id}: {_words(store.delays)}" for store in shown) + ".",
        drawing=drawn(chart, box, marks),
        legend=tuple(Key(name, f"{name}: {words}") for name, words, _ in _QUANTILES),
        head=("Store", "Events", "p50", "p95", "p99", "Slowest"),
        rows=tuple(_row(store, len(found[store.id])) for store in shown),
        left_out=plural(len(telling) - len(shown), "store") if len(telling) > len(shown) else "",
    )


class _Axis:
    """From the shortest delay to the longest, with a little room at both ends."""

    def __init__(self, values: Sequence[float]) -> None:
        low, high = max(min(values), _SHORTEST), max(*values, _SHORTEST)
        self.is_logarithmic = high / low > _LOGARITHMIC_FROM
        if self.is_logarithmic:
            self.low, self.high = low / 1.3, high * 1.3
            first, last = math.log10(self.low), math.log10(self.high)
            self.edges = [10 ** (first + (last - first) * i / _BINS) for i in range(_BINS + 1)]
        else:
            self.low, self.high = 0.0, high * 1.1
            self.edges = [self.high * i / _BINS for i in range(_BINS + 1)]

    def within(self, seconds: float) -> float:
        """The delay, or the nearest the axis has: a clock that is off gives a negative one."""
        return min(max(seconds, self.low), self.high)

    def bin_of(self, seconds: float) -> int:
        return min(max(bisect_right(self.edges, seconds) - 1, 0), _BINS - 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Round delays, as many as have room."""
        kept: list[float] = []
        for value in _TICKS:
            if self.low <= value <= self.high and (
                not kept or self._x(value) - self._x(kept[-1]) >= _LABEL_WIDTH
            ):
                kept.append(value)
        return [(value, duration(value)) for value in kept]

    def _x(self, seconds: float) -> float:
        low, high, value = self.low, self.high, seconds
        if self.is_logarithmic:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def scale(self) -> dict[str, Any]:
        return {
            "type": "log" if self.is_logarithmic else "linear",
            "domain": [self.low, self.high],
            "nice": False,
            "zero": False,
        }


def _view(
    store: Store, values: Sequence[float], axis: _Axis, marks: list[Mark], *, is_last: bool
) -> dict[str, Any]:
    counts = [0] * _BINS
    for value in values:
        counts[axis.bin_of(value)] += 1
    bars: list[dict[str, Any]] = []
    for (low, high), count in zip(pairwise(axis.edges), counts, strict=True):
        if count:
            bars.append({"from": low, "to": high, "count": count, "mark": str(len(marks))})
            marks.append(Mark(f"{duration(low)} to {duration(high)}: {plural(count, 'event')}"))
    name = clipped(store.title, 60)
    x = {
        "field": "from",
        "type": "quantitative",
        "scale": axis.scale(),
        "axis": {"grid": True, "ticks": is_last, "labels": is_last, "domain": True, **labels(axis.ticks())},
    }
    top = {"scale": {"domain": [0, max(*counts, 1)], "nice": False}, "axis": None}
    return {
        "width": WIDTH - _LEFT - _RIGHT,
        "height": ROW,
        "layer": [
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "fill": "var(--c-delay)"},
                "encoding": {
                    "x": x | {"bin": "binned"},
                    "x2": {"field": "to"},
                    "description": {"field": "mark"},
                }
                | {"y": {"field": "count", "type": "quantitative", "stack": None, **top}},
            },
            *(
                _rule(axis.within(value), dash)
                for value, (_, _, dash) in zip(_quantiles(store.delays), _QUANTILES, strict=False)
            ),
            _text(name, 0, color="var(--ink)", weight="bold"),
            _text(_words(store.delays), WIDTH - _LEFT - _RIGHT, align="right"),
        ],
    }


def _rule(at: float, dash: tuple[float, ...]) -> dict[str, Any]:
    mark = {
        "type": "rule",
        "color": "var(--ink)",
        "strokeWidth": 2,
        **({"strokeDash": list(dash)} if dash else {}),
    }
    return {
        "data": {"values": [{"at": at}]},
        "mark": mark,
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }


def _text(
    text: str, x: int, *, align: str = "left", color: str = "var(--mute)", weight: str = "normal"
) -> dict[str, Any]:
    mark = {"type": "text", "align": align, "baseline": "bottom", "fill": color, "fontWeight": weight}
    return {
        "data": {"values": [{"text": text}]},
        "mark": mark,
        "encoding": {"text": {"field": "text"}, "x": {"value": x}, "y": {"value": -6}},
    }


def _quantiles(found: Delays | None) -> tuple[float, ...]:
    return (found.p50, found.p95, found.p99, found.max) if found else ()


def _words(found: Delays | None) -> str:
    if found is None:
        return "not told"
    named = zip(("p50", "p95", "p99", "slowest"), _quantiles(found), strict=True)
    return ", ".join(f"{name} {duration(value)}" for name, value in named)


def _row(store: Store, events: int) -> tuple[Number, ...]:
    known = [Number(duration(value)) for value in _quantiles(store.delays)] or [Number("not told")] * 4
    return (Number(f"{store.title} ({store.id})", query(store=store.id)), Number(f"{events:,}"), *known)
