"""Until when each store keeps its App Mesh events, from the day of the report on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from verify.report.html.links import query
from verify.report.html.plots.drawing import Box, Mark, clipped, drawn, labels
from verify.report.html.plots.figure import Figure, Key, Number
from verify.report.text import plural

if TYPE_CHECKING:
    from datetime import datetime

    from verify.report.document import Report
    from verify.report.parts import Retention

WIDTH: Final = 1180
MAX_ROWS: Final = 16
_ROW: Final = 44
_RIGHT: Final = 60
_LEFT: Final = 20
_LEAST_DAYS: Final = 30.0
_TICKS: Final = ((0, "report"), (30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "1 year"), (730, "2 years"),
                 (1826, "5 years"), (3653, "10 years"), (7305, "20 years"))  # fmt: skip
_CURVE: Final = 0.5
"""Days count by their square root: 90 days must be visible beside ten years."""
_LABEL_WIDTH: Final = 70


def retention(report: Report) -> Figure:
    """The stores of the report by when they let go of their newest event, the soonest first."""
    now, title = report.generated_at, "Until when events are kept"
    if not report.retention:
        return Figure("kept", title, "", "Nothing was found out about retention.")
    ordered = sorted(
        report.retention,
        key=lambda one: (_days(one.newest_kept_until, now) or float("inf"), one.store, one.region),
    )
    shown = ordered[:MAX_ROWS]
    titles = {store.id: store.title for store in report.stores}
    ends = [
        days
        for one in shown
        for days in (_days(one.newest_kept_until, now), _days(one.protected_until, now))
        if days
    ]
    far = max(*ends, _LEAST_DAYS, _LEAST_DAYS) * 1.15
    marks: list[Mark] = []
    bars: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for row, one in enumerate(shown):
        where = query(store=one.store, account=one.account, region=one.region)
        says = _words(one)
        name = f"{titles.get(one.store, one.store)}, {one.region}" + (
            f", {one.account}" if one.account != report.subject.account else ""
        )
        names.append({"row": row, "name": clipped(name, 80), "says": clipped(says, 110)})
        for start, end, kind in _parts(one, now, far):
            height = {"kept": 0.0, "fading": 0.0, "locked": 3.0}[kind]
            bars.append(
                {
                    "row": row,
                    "from": start,
                    "to": end,
                    "fill": f"var(--c-{kind})",
                    "dy": height,
                    "mark": str(len(marks)),
                }
            )
            marks.append(Mark(f"{name}: {says}", where))
    box = Box(WIDTH, len(shown) * _ROW + 34, left=_LEFT, top=2, right=_RIGHT, bottom=32)
    return Figure(
        id="kept",
        title=title,
        lead=f"From {now:%Y-%m-%d} on; near days are drawn wider than far ones",
        says="Until when: " + "; ".join(f"{one.store} in {one.region}: {_words(one)}" for one in shown) + ".",
        drawing=drawn(_chart(bars, names, far, box), box, marks),
        legend=(
            Key("c-kept", "every event is still there"),
            Key("c-fading", "the older events are gone, the newer still there"),
            Key("c-locked", "nobody can delete the newest (Object Lock)"),
        ),
        head=(
            "Store",
            "Account",
            "Region",
            "Rule",
            "Days",
            "Oldest event",
            "kept until",
            "Newest event",
            "kept until",
            "Protected until",
        ),
        rows=tuple(_row(one) for one in shown),
        left_out=plural(len(ordered) - len(shown), "store and Region", "stores and Regions")
        if len(ordered) > len(shown)
        else "",
    )


def _parts(one: Retention, now: datetime, far: float) -> list[tuple[float, float, str]]:
    """The bars of a row: from and to, in days from now, and what each says."""
    if one.newest_event is None:
        return []
    newest = far if one.days is None else max(_days(one.newest_kept_until, now) or 0.0, 0.0)
    oldest = newest if one.days is None else min(max(_days(one.oldest_kept_until, now) or 0.0, 0.0), newest)
    locked = max(_days(one.protected_until, now) or 0.0, 0.0)
    parts = ((0.0, oldest, "kept"), (oldest, newest, "fading"), (0.0, min(locked, far), "locked"))
    return [(start, end, kind) for start, end, kind in parts if end > start]


def _chart(bars: list[dict[str, Any]], names: list[dict[str, Any]], far: float, box: Box) -> dict[str, Any]:
    rows = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "scale": {"domain": [name["row"] for name in names], "paddingInner": 0, "paddingOuter": 0},
    }
    days = {
        "field": "from",
        "type": "quantitative",
        "scale": {"type": "pow", "exponent": _CURVE, "domain": [0, far], "nice": False},
        "axis": {"grid": True, "ticks": True, **labels(_ticks(far, box))},
    }

    def bar(kind: str, dy: int, height: int) -> dict[str, Any]:
        return {
            "data": {
                "values": [one for one in bars if (one["fill"] == "var(--c-locked)") is (kind == "locked")]
            },
            "mark": {"type": "bar", "yOffset": dy, "height": height},
            "encoding": {
                "x": days,
                "x2": {"field": "to"},
                "y": rows,
                "fill": {"field": "fill", "scale": None},
                "description": {"field": "mark"},
            },
        }

    def text(field: str, *, align: str, x: int, color: str) -> dict[str, Any]:
        return {
            "data": {"values": names},
            "mark": {
                "type": "text",
                "align": align,
                "baseline": "bottom",
                "fill": color,
                "dy": -2,
                "fontWeight": "bold" if field == "name" else "normal",
            },
            "encoding": {"y": rows, "x": {"value": x}, "text": {"field": field}},
        }

    return {
        "layer": [
            bar("kept", 9, 12),
            bar("locked", 17, 3),
            text("name", align="left", x=0, color="var(--ink)"),
            text("says", align="right", x=box.plot_width, color="var(--mute)"),
        ]
    }


def _ticks(far: float, box: Box) -> list[tuple[float, str]]:
    kept: list[tuple[float, str]] = []
    for days, text in _TICKS:
        at = (days / far) ** _CURVE * box.plot_width
        if days <= far and (not kept or at - (kept[-1][0] / far) ** _CURVE * box.plot_width >= _LABEL_WIDTH):
            kept.append((days, text))
    return kept


def _days(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else (at - now) / timedelta(days=1)


def _words(one: Retention) -> str:
    if one.newest_event is None:
        return "no event" if one.days is None else f"no event; {one.rule}, {plural(one.days, 'day')}"
    if one.days is None or one.newest_kept_until is None:
        return f"without end ({one.rule})"
    if one.oldest_kept_until is None or one.oldest_kept_until.date() == one.newest_kept_until.date():
        return f"until {one.newest_kept_until:%Y-%m-%d} ({one.rule})"
    return f"oldest until {one.oldest_kept_until:%Y-%m-%d}, newest until {one.newest_kept_until:%Y-%m-%d} ({one.rule})"


def _row(one: Retention) -> tuple[Number, ...]:
    days = "without end" if one.days is None else f"{one.days:,}"
    moments = (
        one.oldest_event,
        one.oldest_kept_until,
        one.newest_event,
        one.newest_kept_until,
        one.protected_until,
    )
    return (
        Number(one.store, query(store=one.store, account=one.account, region=one.region)),
        *(Number(text) for text in (one.account, one.region, one.rule, days)),
        *(Number(f"{at:%Y-%m-%d %H:%M}" if at else "") for at in moments),
    )
