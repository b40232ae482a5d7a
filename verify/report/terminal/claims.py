"""The claims on a terminal: what failed with its evidence and remedy, what passed in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from verify.report.summary import (
    VERDICTS,
    acceptance,
    accepted,
    alike,
    by_verdict,
    mapped_to,
    places,
    standing,
)
from verify.report.terminal.pieces import STYLES, data, heading, left_out
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from verify.report.document import Report
    from verify.report.parts import Claim
    from verify.report.summary import Claimed

MAX_CLAIMS: Final = 200
MAX_EVIDENCE: Final = 10
MAX_WAIVED: Final = 50

_MARKS: Final = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.UNVERIFIABLE: "?",
    Verdict.NOT_APPLICABLE: "-",
}


def claims(report: Claimed, *, home: str) -> Iterator[RenderableType]:
    """The claims under their verdicts, failures first, without those that a waiver accepts.

    Args:
        report: What makes them.
        home: The account that goes without saying.
    """
    room = MAX_CLAIMS
    for verdict, group in by_verdict(standing(report.claims)).items():
        yield heading(VERDICTS[verdict], f"{len(group):,}")
        shown = group[:room]
        for same in alike(shown):
            yield _line(same, home=home)
            if verdict is not Verdict.PASS:
                yield _facts(same[0])
        yield from left_out(len(group) - len(shown), "claim")
        room -= len(shown)


def waived(report: Report) -> Iterator[RenderableType]:
    """The claims that somebody accepts as they are: what was found, and who accepts it, why and until when."""
    found = accepted(report.claims)
    if not found:
        return
    yield heading("Accepted as they are", f"{len(found):,}, not counted in the verdict")
    for claim in found[:MAX_WAIVED]:
        yield _line([claim], home=report.subject.account)
        facts = _grid()
        facts.add_row(data(str(claim.severity)), data(claim.summary))
        if claim.waiver is not None:
            facts.add_row(data("waiver"), data(acceptance(claim.waiver)))
        yield Padding(facts, (0, 0, 0, 4))
    yield from left_out(len(found) - MAX_WAIVED, "claim")


def _line(same: Sequence[Claim], *, home: str) -> RenderableType:
    first = same[0]
    line = Table.grid(padding=(0, 1))
    line.add_column(no_wrap=True)
    line.add_column(overflow="fold")
    title = data(first.title, "bold" if first.verdict is Verdict.FAIL else "")
    title.append_text(data(f"  {places(same, home=home)}", "dim"))
    line.add_row(Text(_MARKS[first.verdict], STYLES[first.verdict]), title)
    return Padding(line, (0, 0, 0, 2))


def _facts(claim: Claim) -> RenderableType:
    rows = [(str(claim.severity), claim.summary), ("subject", claim.subject), ("why", claim.reason)]
    if claim.verdict is Verdict.NOT_APPLICABLE:
        rows = [("why", claim.reason)]
    else:
        rows += [(item.label, item.value) for item in claim.evidence[:MAX_EVIDENCE]]
        if (more := len(claim.evidence) - MAX_EVIDENCE) > 0:
            rows.append(("", f"… and {more:,} more; report.json has all of them."))
        rows.append(("do", claim.remedy))
        rows.append(("maps to", mapped_to(claim)))
    facts = _grid()
    for label, value in rows:
        if value:
            facts.add_row(data(label), data(value, "bold" if label == "do" else ""))
    return Padding(facts, (0, 0, 0, 4))


def _grid() -> Table:
    """Labels, and beside each a text that may be long."""
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", no_wrap=True, max_width=20)
    facts.add_column(overflow="fold")
    return facts
