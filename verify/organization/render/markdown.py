"""The report about an organization as Markdown, for a job's summary: at most 1 MiB, as GitHub takes no more.

What is wrong comes first and gets the room that is left; what does not fit is counted where it would have been.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from verify.organization.claims import ACCEPTED
from verify.organization.matrix import CellState
from verify.organization.render.summary import (
    TROUBLE,
    catching,
    heading,
    headline,
    not_asked,
    numbers,
    subject,
    troubles,
    where,
    whose,
)
from verify.report.markdown.inert import inert
from verify.report.markdown.listing import listed, size
from verify.report.markdown.page import MAX_BYTES
from verify.report.summary import VERDICTS, acceptance, by_verdict
from verify.report.text import plural
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.organization.document import OrganizationReport
    from verify.organization.render.summary import Trouble
    from verify.report.parts import Claim

MAX_ACCOUNTS: Final = 20
MAX_EVIDENCE: Final = 20

_SPARE: Final = 4 * 1024
"""Bytes for the sentences that say what was left out."""

_MARKS: Final = {
    Verdict.FAIL: "❌",
    Verdict.UNVERIFIABLE: "❔",
    Verdict.PASS: "✅",
    Verdict.NOT_APPLICABLE: "⚪",
}
_HEADS: Final = {
    CellState.LOST: "An event would be lost",
    CellState.UNKNOWN: "Could not be told",
}


def to_markdown(report: OrganizationReport) -> str:
    """The report as Markdown of at most 1 MiB in UTF-8, in which no name and no reason is markup."""
    head = [*_head(report), *_claims(report)]
    rest = [*_catching(report), _foot(report)]
    room = MAX_BYTES - _SPARE - sum(size(block) for block in (*head, *rest))
    return "\n\n".join((*head, *_matrix(report, room), *rest)) + "\n"


def _head(report: OrganizationReport) -> list[str]:
    found = numbers(report)
    start, end = (f"`{moment:%Y-%m-%d %H:%M:%S}`" for moment in (report.window.start, report.window.end))
    aside = [f"{found.accepted:,} accepted as they are"] * bool(found.accepted)
    aside += [f"{found.aside:,} of accounts that are not active"] * bool(found.aside)
    others = not_asked(report)
    facts = (
        f"Organization: {inert(report.organization)}, management account {inert(report.management_account)}",
        f"Window: {start} to {end} UTC",
        f"Matrix: {subject(report)}",
        f"Cells: {', '.join([*(f'{found.by_state[state]:,} {state.value}' for state in CellState), *aside])}",
        f"Events: {found.seen:,} seen in Event history, {found.landed:,} of them in a lasting store",
        *([f"Left out: {inert(others)}"] * bool(others)),
    )
    return [
        f"## {_MARKS[report.verdict]} {report.verdict}: {inert(heading(report))}",
        f"**{inert(headline(report))}**",
        "\n".join(f"- {fact}" for fact in facts),
    ]


def _claims(report: OrganizationReport) -> Iterator[str]:
    blocks: list[str] = []
    for group in by_verdict(report.claims).values():
        blocks += [_claim(claim) for claim in group]
    yield f"### Claims: {len(report.claims):,}"
    yield from listed(blocks, "claim")


def _claim(claim: Claim) -> str:
    facts = [("Found", claim.summary), ("Why", claim.reason), ("Do", claim.remedy)]
    # Of what holds only that is shown which it holds in spite of.
    told = [one for one in claim.evidence if claim.verdict is not Verdict.PASS or one.label == ACCEPTED]
    if told:
        facts[1:1] = [(item.label, item.value) for item in told[:MAX_EVIDENCE]]
        if (more := len(told) - MAX_EVIDENCE) > 0:
            facts.append(("More", f"{plural(more, 'fact')}, all in report.json"))
    if claim.waiver is not None:
        facts.append(("Waiver", acceptance(claim.waiver)))
    lines = [f"  - **{inert(label)}**: {inert(value)}" for label, value in facts if value]
    head = f"- {_MARKS[claim.verdict]} **{VERDICTS[claim.verdict]}** · {inert(claim.title)}"
    return "\n".join((head, *lines))


def _matrix(report: OrganizationReport, room: int) -> Iterator[str]:
    wrong = troubles(report)
    for state in TROUBLE:
        mine = [one for one in wrong if one.counts and one.state is state]
        if mine:
            yield f"### {_HEADS[state]}: {plural(sum(one.cells for one in mine), 'cell')}"
            shown, room = _fitting([_trouble(one, report) for one in mine], room)
            yield "\n".join(shown)
            yield from _left_out(mine[len(shown) :])
    accepted = [one for one in wrong if one.waiver is not None]
    if accepted:
        yield f"### Accepted: {plural(sum(one.cells for one in accepted), 'cell')}"
        shown, room = _fitting([_trouble(one, report) for one in accepted], room)
        yield "\n".join(shown)
        yield from _left_out(accepted[len(shown) :])
    aside = [one for one in wrong if not one.counts and one.waiver is None]
    if aside:
        yield f"### Not active: {plural(len({row.id for one in aside for row in one.rows}), 'account')}"
        yield from listed([f"- {_named(one)}: {inert(_states(one))}" for one in aside], "line")


def _fitting(lines: list[str], room: int) -> tuple[list[str], int]:
    shown: list[str] = []
    for line in lines:
        if (room := room - size(line)) < 0:
            break
        shown.append(line)
    return shown, max(room, 0)


def _left_out(rest: list[Trouble]) -> Iterator[str]:
    if rest:
        cells = plural(sum(one.cells for one in rest), "cell")
        yield f"*{cells} left out: a job summary holds 1 MiB; `report.json` has all of them.*"


def _trouble(trouble: Trouble, report: OrganizationReport) -> str:
    line = f"- **{_named(trouble)}** in {inert(where(trouble, report))}: {inert(trouble.why)}"
    if trouble.waiver is not None:
        line = f"{line} · **{trouble.state.value.capitalize()}, {inert(acceptance(trouble.waiver))}**"
    return f"{line} · **Do**: {inert(trouble.remedy)}" if trouble.remedy else line


def _named(trouble: Trouble) -> str:
    return inert(whose(trouble, MAX_ACCOUNTS), limit=2_000)


def _states(trouble: Trouble) -> str:
    return ", ".join(dict.fromkeys(row.state.lower().replace("_", " ") for row in trouble.rows))


def _catching(report: OrganizationReport) -> Iterator[str]:
    found = catching(report)
    if found:
        yield "### What catches events"
        yield from listed(
            [f"- {inert(name)}: {plural(count, 'cell')}" for name, count in found], "trail or store"
        )


def _foot(report: OrganizationReport) -> str:
    digest = hashlib.sha256(report.to_json().encode()).hexdigest()
    tool = inert(f"{report.tool.name} {report.tool.version}")
    return f"Found by {tool} at `{report.generated_at:%Y-%m-%d %H:%M:%S}` UTC. SHA-256 of `report.json`: `{digest}`"
