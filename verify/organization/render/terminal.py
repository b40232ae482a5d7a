"""The report about an organization on a terminal: the verdict, the claims, and the cells that are not caught."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from verify.organization.claims import STATEMENTS
from verify.organization.matrix import CellState
from verify.organization.render.summary import (
    catching,
    headline,
    not_asked,
    numbers,
    subject,
    troubles,
    where,
    whose,
)
from verify.organization.sources import APP_MESH_ALONE
from verify.report.summary import acceptance, by_verdict
from verify.report.terminal.pieces import STYLES, Inert, data, heading, left_out, stamp
from verify.report.text import plural
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from verify.organization.document import OrganizationReport
    from verify.organization.render.summary import Trouble
    from verify.report.parts import Claim

MAX_TROUBLES: Final = 100
MAX_ACCOUNTS: Final = 8
MAX_CATCHERS: Final = 10
MAX_CLAIMS: Final = 100
MAX_EVIDENCE: Final = 10

_MARKS: Final = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.UNVERIFIABLE: "?",
    Verdict.NOT_APPLICABLE: "-",
}
_CELLS: Final = {CellState.LOST: ("✗", "bold red"), CellState.UNKNOWN: ("?", "yellow")}


def to_terminal(report: OrganizationReport, *, width: int = 100, color: bool = False) -> str:
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


def print_report(report: OrganizationReport, console: Console) -> None:
    """Print the report to a console, as wide as the console is."""
    for part in _parts(report):
        console.print(Inert(part), highlight=False)


def _parts(report: OrganizationReport) -> Iterator[RenderableType]:
    yield _banner(report)
    yield from _claims(report)
    yield from _matrix(report)
    yield from _catching(report)
    yield Text.assemble("\n", stamp(report.verdict), " ", data(headline(report)))


def _banner(report: OrganizationReport) -> RenderableType:
    window = report.window
    lines = [
        data(headline(report), "bold"),
        data(f"organization {report.organization}, management account {report.management_account}"),
        Text(subject(report)),
        *([data(f"events of {', '.join(report.event_sources)}")] * (report.event_sources != APP_MESH_ALONE)),
        Text(f"{window.start:%Y-%m-%d %H:%M:%S} to {window.end:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    return Panel(
        Group(*lines),
        title=stamp(report.verdict),
        title_align="left",
        border_style=STYLES[report.verdict],
        padding=(0, 2),
    )


def _claims(report: OrganizationReport) -> Iterator[RenderableType]:
    yield heading("Claims", f"{len(report.claims):,}")
    ordered = [claim for group in by_verdict(report.claims).values() for claim in group]
    for claim in ordered[:MAX_CLAIMS]:
        title = data(claim.title, "bold" if claim.verdict is Verdict.FAIL else "")
        yield Text.assemble("  ", (_MARKS[claim.verdict], STYLES[claim.verdict]), " ", title)
        yield Padding(_facts(claim), (0, 0, 0, 4))
    yield from left_out(len(ordered) - MAX_CLAIMS, "claim")


def _facts(claim: Claim) -> RenderableType:
    rows = [("", claim.summary), ("why", claim.reason or "")]
    matrix_says_it = claim.id == STATEMENTS[-1].id
    if not matrix_says_it:
        rows += [(item.label, item.value) for item in claim.evidence[:MAX_EVIDENCE]]
        if (more := len(claim.evidence) - MAX_EVIDENCE) > 0:
            rows.append(("", f"… and {more:,} more; report.json has all of them."))
    rows.append(("do", claim.remedy or ""))
    if claim.waiver is not None:
        rows.append(("waiver", acceptance(claim.waiver)))
    return _grid(rows)


def _matrix(report: OrganizationReport) -> Iterator[RenderableType]:
    found, wrong = numbers(report), troubles(report)
    yield heading("Matrix", subject(report))
    if not report.regions:
        return
    said = [f"{found.by_state[state]:,} {state.value}" for state in CellState if found.by_state[state]]
    said += [f"{found.accepted:,} accepted as they are"] * bool(found.accepted)
    said += [f"{found.aside:,} of accounts that are not active"] * bool(found.aside)
    yield Padding(
        Text(f"{', '.join(said) or 'empty'}; {plural(found.seen, 'event')} seen, {found.landed:,} landed"),
        (0, 0, 0, 2),
    )
    if others := not_asked(report):
        yield Padding(data(others, "dim"), (0, 0, 0, 2))
    for trouble in wrong[:MAX_TROUBLES]:
        yield _trouble(trouble, report)
    if len(wrong) > MAX_TROUBLES:
        rest = wrong[MAX_TROUBLES:]
        yield from left_out(sum(one.cells for one in rest), "cell")


def _trouble(trouble: Trouble, report: OrganizationReport) -> RenderableType:
    mark, style = _CELLS[trouble.state] if trouble.counts else ("-", "dim")
    if trouble.waiver is not None:
        state = f"{trouble.state.value}, accepted"
    else:
        state = trouble.state.value if trouble.counts else trouble.rows[0].state.lower().replace("_", " ")
    line = Table.grid(padding=(0, 1))
    line.add_column(no_wrap=True)
    line.add_column(overflow="fold")
    line.add_row(
        Text(mark, style),
        Text.assemble(
            *(data(whose(trouble, MAX_ACCOUNTS), "bold" if trouble.counts else ""), "  "),
            *(data(state, style), " in ", data(where(trouble, report))),
        ),
    )
    waiver = "" if trouble.waiver is None else acceptance(trouble.waiver)
    facts = _grid([("why", trouble.why), ("waiver", waiver), ("do", trouble.remedy)])
    return Group(Padding(line, (0, 0, 0, 2)), Padding(facts, (0, 0, 0, 4)))


def _catching(report: OrganizationReport) -> Iterator[RenderableType]:
    found = catching(report)
    if not found:
        return
    yield heading("What catches events", "cells that each is in")
    for name, count in found[:MAX_CATCHERS]:
        yield Text.assemble(f"  {count:>7,}  ", data(name))
    yield from left_out(len(found) - MAX_CATCHERS, "trail or store")


def _grid(rows: list[tuple[str, str]]) -> Table:
    """Labels, and beside each a text that may be long; what is empty is left out."""
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", no_wrap=True, max_width=20)
    facts.add_column(overflow="fold")
    for label, value in rows:
        if value:
            facts.add_row(data(label), data(value, "bold" if label == "do" else ""))
    return facts
