"""The Markdown page: verdict, counts, what is wrong, what could not be verified, coverage gaps, the rest.

GitHub takes no job summary above 1 MiB
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, "Adding a job
summary"). What does not fit is left out by severity, and its number is said where it would have been.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from verify.report.markdown.inert import MAX_NAME, inert, name
from verify.report.markdown.keeping import keeping
from verify.report.markdown.listing import ALL, listed, size
from verify.report.parts import Severity
from verify.report.summary import (
    VERDICTS,
    acceptance,
    accepted,
    alike,
    by_verdict,
    headline,
    mapped_to,
    places,
    standing,
)
from verify.report.text import plural
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verify.report.document import Report
    from verify.report.parts import Claim, Coverage

MAX_BYTES: Final = 1024 * 1024
MAX_EVIDENCE: Final = 10
MAX_GAP_NAMES: Final = 20
MAX_PLACES: Final = 20

_SPARE: Final = 4 * 1024
"""Bytes for the sentences that say what was left out, and the headings they stand under."""

_OPEN: Final = (Verdict.FAIL, Verdict.UNVERIFIABLE)
"""The verdicts whose claims are shown one by one."""

_MARKS: Final = {
    Verdict.FAIL: "❌",
    Verdict.UNVERIFIABLE: "❔",
    Verdict.PASS: "✅",
    Verdict.NOT_APPLICABLE: "⚪",
}


def to_markdown(report: Report) -> str:
    """The report as Markdown of at most 1 MiB in UTF-8, in which nothing a record holds is markup."""
    groups = by_verdict(standing(report.claims))
    head = _head(report)
    rest = [*_waived(report), *_gaps(report), *keeping(report)]
    rest += [*_settled(report, Verdict.PASS), *_settled(report, Verdict.NOT_APPLICABLE), _foot(report)]
    room = MAX_BYTES - _SPARE - sum(size(block) for block in (*head, *rest))
    shown = _chosen([claim for verdict in _OPEN for claim in groups.get(verdict, ())], room)
    findings: list[str] = []
    for verdict in _OPEN:
        group = groups.get(verdict, [])
        blocks = [shown[id(claim)] for claim in group if id(claim) in shown]
        findings += [f"### {VERDICTS[verdict]}: {len(group):,}"] * bool(group)
        findings += _left_out([claim for claim in group if id(claim) not in shown])
        findings += blocks
    return "\n\n".join((*head, *findings, *rest)) + "\n"


def _head(report: Report) -> list[str]:
    subject, window, counts = report.subject, report.window, report.counts
    organization = f", organization {inert(subject.organization_id)}" if subject.organization_id else ""
    start, end = (f"`{moment:%Y-%m-%d %H:%M:%S}`" for moment in (window.start, window.end))
    aside = f"{counts.set_aside:,} set aside ({len(report.set_aside):,} listed as unreadable)"
    facts = (
        f"Account: {inert(subject.account)} ({inert(subject.partition)}){organization}",
        f"Events of: {inert(', '.join(subject.event_sources))}",
        f"Regions: {inert(', '.join(subject.regions))}",
        f"Window: {start} to {end} UTC, {plural(len(report.events), 'event')}",
        f"Records: {counts.records_in:,} in = {counts.kept:,} kept + {aside}",
    )
    return [
        f"## {_MARKS[report.verdict]} {report.verdict}: the record of App Mesh",
        f"**{headline(report)}**",
        "\n".join(f"- {fact}" for fact in facts),
        _tally(report.claims),
    ]


def _tally(claims: Sequence[Claim]) -> str:
    waived = accepted(claims)
    count = Counter((claim.verdict, claim.severity) for claim in standing(claims))
    lines = [
        "| claims | " + " | ".join(Severity) + " | all |",
        "|---|" + "--:|" * (len(Severity) + 1),
    ]
    for verdict, title in VERDICTS.items():
        row = [count[verdict, severity] for severity in Severity]
        lines.append(f"| {title} | " + " | ".join(f"{number:,}" for number in (*row, sum(row))) + " |")
    if waived:
        by_severity = Counter(claim.severity for claim in waived)
        row = [by_severity[severity] for severity in Severity]
        lines.append("| Accepted | " + " | ".join(f"{number:,}" for number in (*row, len(waived))) + " |")
    return "\n".join(lines)


def _chosen(claims: Iterable[Claim], room: int) -> dict[int, str]:
    """The severest claims as Markdown, by their identity, until one does not fit."""
    severities = tuple(Severity)
    shown: dict[int, str] = {}
    for claim in sorted(claims, key=lambda claim: severities.index(claim.severity)):
        block = _finding(claim)
        room -= size(block)
        if room < 0:
            break
        shown[id(claim)] = block
    return shown


def _finding(claim: Claim) -> str:
    where = (claim.account, claim.region, claim.store, claim.id)
    place = " · ".join(name(part) for part in where if part)
    facts = [("Found", claim.summary), ("About", claim.subject), ("Why", claim.reason)]
    facts += [(item.label, item.value) for item in claim.evidence[:MAX_EVIDENCE]]
    if (more := len(claim.evidence) - MAX_EVIDENCE) > 0:
        facts.append(("More", f"{plural(more, 'fact')}, all in report.json"))
    facts.append(("Do", claim.remedy))
    facts.append(("Maps to", mapped_to(claim)))
    lines = [f"- **{inert(label, limit=MAX_NAME)}**: {inert(value)}" for label, value in facts if value]
    return "\n".join((f"#### {inert(claim.title)}", "", f"- **{claim.severity}** · {place}", *lines))


def _left_out(claims: list[Claim]) -> list[str]:
    """How many claims are not shown, and how severe they are."""
    if not claims:
        return []
    count = Counter(claim.severity for claim in claims)
    severities = ", ".join(f"{count[severity]:,} {severity}" for severity in Severity if count[severity])
    return [f"*{plural(len(claims), 'claim')} ({severities}) left out: a job summary holds 1 MiB; {ALL}.*"]


def _waived(report: Report) -> Iterator[str]:
    """The claims that somebody accepts as they are, a line each, with who accepts it, why and until when."""
    claims = accepted(report.claims)
    if not claims:
        return
    yield f"### Accepted as they are: {len(claims):,}"
    lines: list[str] = []
    for claim in claims:
        where = " · ".join(
            name(part) for part in (claim.account, claim.region, claim.store, claim.id) if part
        )
        line = f"- {_MARKS[claim.verdict]} **{claim.severity}** {inert(claim.title)} ({where}): {inert(claim.summary)}"
        lines.append(f"{line} · {inert(acceptance(claim.waiver))}" if claim.waiver is not None else line)
    yield from listed(lines, "claim")


def _gaps(report: Report) -> Iterator[str]:
    """Where events were expected and none is."""
    rows = [row for row in report.coverage if row.expected and not row.landed]
    if not rows:
        return
    yield f"### Coverage gaps: {len(rows):,}"
    lines: list[str] = []
    for place, group in groupby(sorted(rows, key=_place), key=_place):
        missing = [inert(row.event_name, limit=MAX_NAME) for row in group]
        names = ", ".join(missing[:MAX_GAP_NAMES])
        more = f" and {len(missing) - MAX_GAP_NAMES:,} more" if len(missing) > MAX_GAP_NAMES else ""
        shown = " · ".join(name(part) for part in place)
        lines.append(f"- {shown}: expected, and none there: {names}{more}")
    yield from listed(lines, "place")


def _place(row: Coverage) -> tuple[str, str, str]:
    return row.store, row.account, row.region


def _settled(report: Report, verdict: Verdict) -> Iterator[str]:
    """The claims that pass or do not apply, a line each, folded away."""
    claims = by_verdict(standing(report.claims)).get(verdict)
    if not claims:
        return
    yield f"<details><summary>{VERDICTS[verdict]}: {len(claims):,}</summary>"
    lines: list[str] = []
    for same in alike(claims):
        first = same[0]
        where = places(same[:MAX_PLACES], home=report.subject.account)
        more = f", {len(same) - MAX_PLACES:,} more" if len(same) > MAX_PLACES else ""
        line = f"- {_MARKS[verdict]} {inert(first.title)}"
        line += f" ({inert(where)}{more})" if where else ""
        lines.append(line + (f": {inert(first.reason)}" if first.reason else ""))
    yield from listed(lines, "line")
    yield "</details>"


def _foot(report: Report) -> str:
    digest = hashlib.sha256(report.to_json().encode()).hexdigest()
    tool = inert(f"{report.tool.name} {report.tool.version}", limit=MAX_NAME)
    return f"Found by {tool} at `{report.generated_at:%Y-%m-%d %H:%M:%S}` UTC. SHA-256 of `report.json`: `{digest}`"
