"""The report on a terminal: verdict, claims, coverage, stores, counts.

Every text of the report is shown through `visible` and as rich `Text`, so neither terminal escapes nor
rich's own markup in a record do anything. rich decides on colour: none with NO_COLOR or away from a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from verify.report.matrix import CellState, Matrix, matrix_of
from verify.report.parts import LandingStatus
from verify.report.summary import VERDICTS, by_verdict, headline, in_trouble, where
from verify.report.text import bounded, duration, plural, visible
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.document import Report
    from verify.report.matrix import Cell
    from verify.report.parts import Claim

MAX_CLAIMS: Final = 200
MAX_EVENTS: Final = 20
MAX_SET_ASIDE: Final = 20
MAX_EVIDENCE: Final = 10
MAX_COLUMNS: Final = 24
MAX_ROWS: Final = 120
MAX_VALUE: Final = 400
MAX_NAME: Final = 100
NAME_WIDTH: Final = 30

_STYLES: Final = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.UNVERIFIABLE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}
_MARKS: Final = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.UNVERIFIABLE: "?",
    Verdict.NOT_APPLICABLE: "-",
}
_CELLS: Final = {
    CellState.LANDED: "green",
    CellState.TROUBLED: "yellow",
    CellState.GAP: "bold red",
    CellState.NOT_EXPECTED: "dim",
}


def to_terminal(report: Report, *, width: int = 100, color: bool = False) -> str:
    """The report as text of that many columns, with ANSI colours if asked for."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
    )
    with console.capture() as capture:
        print_report(report, console)
    return capture.get()


def print_report(report: Report, console: Console) -> None:
    """Print the report to a console, as wide as the console is."""
    for part in _parts(report, console.width):
        console.print(part, highlight=False)


def _parts(report: Report, width: int) -> Iterable[RenderableType]:
    yield _banner(report)
    yield from _claims(report)
    yield from _coverage(report, width)
    yield from _stores(report)
    yield from _events(report)
    yield from _set_aside(report)
    yield _counts(report)
    yield _last_word(report)


def _data(value: str, style: str = "", *, limit: int = MAX_VALUE) -> Text:
    return Text(bounded(visible(value), limit), style=style, overflow="fold")


def _heading(title: str, note: str = "") -> Text:
    return Text.assemble("\n", (title, "bold"), (f"  {note}" if note else "", "dim"))


def _left_out(count: int, noun: str) -> Iterable[RenderableType]:
    if count > 0:
        yield Text(f"  … and {plural(count, noun)} more; report.json has all of them.", "dim italic")


def _banner(report: Report) -> RenderableType:
    subject, window = report.subject, report.window
    lines = [
        Text(headline(report), "bold"),
        _data(
            f"account {subject.account} ({subject.partition})"
            + (f", organization {subject.organization_id}" if subject.organization_id else "")
        ),
        _data(f"{', '.join(subject.event_sources)} in {', '.join(subject.regions)}"),
        Text(f"{window.start:%Y-%m-%d %H:%M:%S} to {window.end:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    style = _STYLES[report.verdict]
    title = Text(_verdict(report), style=f"{style} reverse")
    return Panel(Group(*lines), title=title, title_align="left", border_style=style, padding=(0, 2))


def _claims(report: Report) -> Iterable[RenderableType]:
    room = MAX_CLAIMS
    for verdict, claims in by_verdict(report.claims).items():
        yield _heading(f"{VERDICTS[verdict]}", f"{len(claims):,}")
        for claim in claims[: max(room, 0)]:
            yield from _claim(claim)
        yield from _left_out(len(claims) - max(room, 0), "claim")
        room -= len(claims)


def _claim(claim: Claim) -> Iterable[RenderableType]:
    style = _STYLES[claim.verdict]
    line = Table.grid(padding=(0, 1))
    line.add_column(no_wrap=True)
    line.add_column(overflow="fold")
    title = _data(claim.title, "bold" if claim.verdict is Verdict.FAIL else "")
    title.append_text(_data(f"  {where(claim)}", "dim"))
    line.add_row(Text(_MARKS[claim.verdict], style), title)
    yield Padding(line, (0, 0, 0, 2))
    if claim.verdict is Verdict.PASS:
        return
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", no_wrap=True, max_width=20)
    facts.add_column(overflow="fold")
    rows = [(str(claim.severity), claim.summary), ("subject", claim.subject), ("why", claim.reason)]
    if claim.verdict is not Verdict.NOT_APPLICABLE:
        rows += [(item.label, item.value) for item in claim.evidence[:MAX_EVIDENCE]]
        if (more := len(claim.evidence) - MAX_EVIDENCE) > 0:
            rows.append(("", f"… and {more:,} more; report.json has all of them."))
    rows.append(("do", claim.remedy))
    for label, value in rows:
        if value:
            facts.add_row(_data(label), _data(value, "bold" if label == "do" else ""))
    yield Padding(facts, (0, 0, 0, 4))


def _coverage(report: Report, width: int) -> Iterable[RenderableType]:
    if not report.coverage:
        return
    matrix = matrix_of(report, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS)
    gaps = sum(cell.state is CellState.GAP for _, row in matrix.rows for cell in row)
    yield _heading(
        "Coverage",
        f"events that landed, by name, Region and store; {plural(gaps, 'gap') if gaps else 'no gap'}",
    )
    letters = dict(zip(sorted({column.store for column in matrix.columns}), ascii_uppercase, strict=False))
    for store, letter in letters.items():
        yield Text.assemble("  ", (letter, "bold"), " ", _data(store, limit=MAX_NAME))
    blocks = _blocks(matrix)
    at_once = max((width - NAME_WIDTH) // (2 + max(block.width for block in blocks)), 1)
    for start in range(0, len(blocks), at_once):
        yield _coverage_table(matrix, blocks[start : start + at_once], letters)
    yield from _left_out(matrix.columns_left_out, "column")
    yield from _left_out(matrix.rows_left_out, "event name")


@dataclass(frozen=True, slots=True)
class _Block:
    """The columns of one account and Region, side by side."""

    title: Text
    columns: slice
    width: int


def _blocks(matrix: Matrix) -> list[_Block]:
    blocks: list[_Block] = []
    start = 0
    for (account, region), count in matrix.places():
        lines = [account] * matrix.several_accounts() + [region]
        title = Text("\n").join(_data(line, limit=16) for line in lines)
        columns = slice(start, start := start + count)
        digits = max(len(_figure(cell)) for _, row in matrix.rows for cell in row[columns])
        blocks.append(_Block(title, columns, max((digits + 1) * count, *(len(line) for line in lines))))
    return blocks


def _coverage_table(matrix: Matrix, blocks: list[_Block], letters: dict[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column("event", overflow="fold", max_width=NAME_WIDTH, vertical="bottom")
    for block in blocks:
        columns = matrix.columns[block.columns]
        each = block.width // len(columns)
        stores = "".join(f"{letters[column.store]:>{each - 1}} " for column in columns)
        table.add_column(Text.assemble(block.title, "\n", (stores, "bold")), no_wrap=True)
    for name, cells in matrix.rows:
        figures: list[Text] = []
        for block in blocks:
            part = cells[block.columns]
            each = block.width // len(part)
            figures.append(
                Text.assemble(*((f"{_figure(cell):>{each}}", _CELLS[cell.state]) for cell in part))
            )
        table.add_row(_data(name, limit=MAX_NAME), *figures)
    return table


def _figure(cell: Cell) -> str:
    number = "·" if cell.state is CellState.NOT_EXPECTED else f"{cell.landed:,}"
    return number + {CellState.GAP: "✗", CellState.TROUBLED: "!"}.get(cell.state, " ")


def _stores(report: Report) -> Iterable[RenderableType]:
    yield _heading("Stores", "delay from the event until it was there; records kept and set aside")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("store", overflow="fold", min_width=18)
    for title in ("read", "half in", "95 % in", "slowest", "kept", "aside"):
        table.add_column(title, justify="right", overflow="fold")
    counts = {row.store: row for row in report.counts.by_store}
    for store in report.stores:
        delays = store.delays
        row = counts.get(store.id)
        table.add_row(
            _data(store.id),
            _data(f"{store.read.count:,} {store.read.unit}"),
            *(duration(value) for value in (delays.p50, delays.p95, delays.max)) if delays else ("-",) * 3,
            *(f"{value:,}" for value in (row.kept, row.set_aside)) if row else ("-",) * 2,
        )
    yield table


def _events(report: Report) -> Iterable[RenderableType]:
    troubled = in_trouble(report.events)
    if not troubled:
        return
    yield _heading("Events in trouble", f"{len(troubled):,} of {len(report.events):,}")
    for event in troubled[:MAX_EVENTS]:
        fates = ", ".join(
            f"{landing.status} in {store}" + (f" ({landing.detail})" if landing.detail else "")
            for store, landing in event.stores.items()
            if landing.status not in {LandingStatus.LANDED, LandingStatus.NOT_EXPECTED}
        )
        yield Text.assemble(
            f"  {event.event_time:%Y-%m-%d %H:%M:%S}  ",
            _data(event.event_name, "bold", limit=MAX_NAME),
            *("  ", _data(event.region, limit=MAX_NAME), "  ", _data(event.who, limit=MAX_NAME), "\n    "),
            *(_data(event.event_id, "dim", limit=MAX_NAME), "  ", _data(fates, "yellow")),
        )
    yield from _left_out(len(troubled) - MAX_EVENTS, "event")


def _set_aside(report: Report) -> Iterable[RenderableType]:
    if not report.set_aside:
        return
    yield _heading("Set aside", "what could not be read as a record")
    for item in report.set_aside[:MAX_SET_ASIDE]:
        line = Text.assemble("  ", _data(item.store), "  ", _data(item.location), "\n    ")
        yield line.append_text(_data(item.reason, "yellow")).append_text(
            _data(f"  {item.excerpt}", "dim", limit=120)
        )
    yield from _left_out(report.counts.set_aside - min(len(report.set_aside), MAX_SET_ASIDE), "item")


def _counts(report: Report) -> RenderableType:
    counts = report.counts
    return Text.assemble(
        "\n",
        ("Records  ", "bold"),
        f"{counts.records_in:,} in = {counts.kept:,} kept + {counts.set_aside:,} set aside",
        (f"   {plural(len(report.events), 'event')} in the window\n", "dim"),
    )


def _last_word(report: Report) -> RenderableType:
    return Text.assemble((_verdict(report), f"{_STYLES[report.verdict]} reverse"), " ", headline(report))


def _verdict(report: Report) -> str:
    return f" {report.verdict.replace('_', ' ')} "
