"""Who did what: callers by operation, each cell as strong as it has events."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from verify.report.html.heat import Heat
from verify.report.html.links import query
from verify.report.html.plots.drawing import Box, Mark, clipped, drawn
from verify.report.html.plots.figure import Figure, Key, Number
from verify.report.summary import TROUBLE, worst_status
from verify.report.text import bounded, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verify.report.document import Report

WIDTH: Final = 1180
MAX_CALLERS: Final = 14
MAX_OPERATIONS: Final = 40
_ROW: Final = 26
_LABELS: Final = 230
_WIDEST: Final = 46
_ROOM_FOR_COUNT: Final = 20
_LETTERS: Final = 28
_LONG: Final = 1_000


def callers(report: Report) -> Figure:
    """The busiest callers and what they called; whoever else called is counted below."""
    cells: Counter[tuple[str, str, str]] = Counter()
    troubled: Counter[tuple[str, str, str]] = Counter()
    for event in report.events:
        cell = (event.who, event.identity_kind, event.event_name)
        cells[cell] += 1
        troubled[cell] += worst_status(event) in TROUBLE
    people: Counter[tuple[str, str]] = Counter()
    operations: Counter[str] = Counter()
    for (who, kind, name), count in cells.items():
        people[who, kind] += count
        operations[name] += count
    title = "Callers and operations"
    if not cells:
        return Figure("callers", title, "", "No event, so no caller.")
    shown = sorted(people, key=lambda one: (-people[one], one))[:MAX_CALLERS]
    names = sorted(sorted(operations, key=lambda name: (-operations[name], name))[:MAX_OPERATIONS])
    left_out = [
        plural(count, noun)
        for count, noun in ((len(people) - len(shown), "caller"), (len(operations) - len(names), "operation"))
        if count
    ]
    each = min((WIDTH - _LABELS - 90) // len(names), _WIDEST)
    box = Box(
        WIDTH,
        140 + _ROW * len(shown),
        left=_LABELS,
        top=134,
        right=WIDTH - _LABELS - each * len(names),
        bottom=6,
    )
    heat = Heat(max(cells.values()))
    marks: list[Mark] = []
    values: list[dict[str, Any]] = []
    for row, (who, kind) in enumerate(shown):
        for column, name in enumerate(names):
            if count := cells[who, kind, name]:
                bad = troubled[who, kind, name]
                values.append(_cell((row, column), count, bad, heat.step(count), len(marks)))
                ill = f", {bad:,} in trouble" if bad else ""
                says = f"{bounded(who, 200)}: {plural(count, 'event')} {bounded(name, 100)}{ill}"
                marks.append(Mark(says, query(who=who, kind=kind, name=name)))
    texts = {
        "row": [clipped(who, _LETTERS) for who, _ in shown],
        "column": [clipped(name, _LETTERS) for name in names],
    }
    return Figure(
        id="callers",
        title=title,
        lead=f"{plural(len(people), 'caller')}, the busiest first; the stronger the colour, the more events",
        says="Events by caller: "
        + "; ".join(f"{bounded(who, 80)} {people[who, kind]:,}" for who, kind in shown)
        + ".",
        drawing=drawn(_chart(values, texts, each), box, marks),
        legend=(Key("c-edge", "some in trouble"),),
        head=("Caller", "Kind", "Events", "In trouble", "Operations"),
        rows=tuple(_row(one, cells, people[one], troubled) for one in shown),
        left_out=" and ".join(left_out),
    )


def _cell(place: tuple[int, int], count: int, bad: int, step: int, mark: int) -> dict[str, Any]:
    return {
        "row": place[0],
        "column": place[1],
        "count": f"{count:,}" if count < _LONG else f"{count // _LONG}k",
        "fill": f"var(--h{step})",
        "ink": f"var(--h{step}-ink)" if step > 3 else "var(--ink)",  # noqa: PLR2004 -- the stronger steps have an ink of their own
        "edge": "var(--c-trouble)" if bad else "var(--sheet)",
        "mark": str(mark),
    }


def _chart(values: list[dict[str, Any]], texts: Mapping[str, list[str]], each: int) -> dict[str, Any]:
    across = _band("column", len(texts["column"]), inner=0.08)
    down = _band("row", len(texts["row"]), inner=0.1)
    return {
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "rect", "cornerRadius": 3, "strokeWidth": 2},
                "encoding": {
                    "x": across,
                    "y": down,
                    "fill": {"field": "fill", "scale": None},
                    "stroke": {"field": "edge", "scale": None},
                    "description": {"field": "mark"},
                },
            },
            *(
                [
                    {
                        "data": {"values": values},
                        "mark": {"type": "text", "fontSize": 11},
                        "encoding": {
                            "x": across,
                            "y": down,
                            "text": {"field": "count"},
                            "fill": {"field": "ink", "scale": None},
                        },
                    }
                ]
                if each >= _ROOM_FOR_COUNT
                else []
            ),
            {
                "data": {"values": [{"row": place, "text": text} for place, text in enumerate(texts["row"])]},
                "mark": {"type": "text", "align": "right", "fill": "var(--ink)"},
                "encoding": {"y": down, "x": {"value": -8}, "text": {"field": "text"}},
            },
            {
                "data": {
                    "values": [{"column": place, "text": text} for place, text in enumerate(texts["column"])]
                },
                "mark": {"type": "text", "align": "left", "angle": -45},
                "encoding": {"x": across, "y": {"value": -6}, "text": {"field": "text"}},
            },
        ]
    }


def _band(field: str, count: int, *, inner: float) -> dict[str, Any]:
    scale = {"domain": list(range(count)), "paddingInner": inner, "paddingOuter": inner / 2}
    return {"field": field, "type": "ordinal", "axis": None, "scale": scale}


def _row(
    one: tuple[str, str],
    cells: Counter[tuple[str, str, str]],
    events: int,
    troubled: Counter[tuple[str, str, str]],
) -> tuple[Number, ...]:
    who, kind = one
    done = sorted(
        ((count, name) for (*by, name), count in cells.items() if tuple(by) == one),
        key=lambda d: (-d[0], d[1]),
    )
    listed = ", ".join(f"{bounded(name, 60)} {count:,}" for count, name in done[:12])
    more = f", and {len(done) - 12} more" if len(done) > 12 else ""  # noqa: PLR2004 -- a line or two
    bad = sum(count for (*by, _), count in troubled.items() if tuple(by) == one)
    return (
        Number(who, query(who=who, kind=kind)),
        Number(kind),
        Number(f"{events:,}", query(who=who, kind=kind)),
        Number(f"{bad:,}", query(who=who, kind=kind, layer="trouble") if bad else ""),
        Number(listed + more),
    )
