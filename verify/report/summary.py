"""What to say first: the claims in order of concern, one sentence about the verdict, the events in trouble."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Protocol

from verify.report.parts import LandingStatus, Severity
from verify.report.text import plural
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verify.report.parts import Claim, ReportedEvent, Waiver

VERDICTS: Final = {
    Verdict.FAIL: "Failed",
    Verdict.UNVERIFIABLE: "Could not be verified",
    Verdict.PASS: "Passed",
    Verdict.NOT_APPLICABLE: "Not applicable",
}
"""The verdicts in order of concern, and how their claims are headed."""

TROUBLE: Final = (
    LandingStatus.MISSING,
    LandingStatus.ALTERED,
    LandingStatus.UNKNOWN,
    LandingStatus.DUPLICATED,
    LandingStatus.LATE,
)
"""What can be wrong with an event in a store, worst first."""

_SEVERITIES: Final = tuple(Severity)


class Claimed(Protocol):
    """A document that makes claims: the report of a verification, or what preflight found."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is claimed."""
        ...

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the claims that no waiver accepts."""
        ...


def by_verdict(claims: Iterable[Claim]) -> dict[Verdict, list[Claim]]:
    """The claims under each verdict that occurs, failures first, the severest first under each."""
    ranked = sorted(claims, key=lambda claim: _SEVERITIES.index(claim.severity))
    groups = {verdict: [claim for claim in ranked if claim.verdict is verdict] for verdict in VERDICTS}
    return {verdict: group for verdict, group in groups.items() if group}


def standing(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that count in the verdict: those that no waiver accepts."""
    return [claim for claim in claims if claim.waiver is None]


def accepted(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that a waiver accepts as they are, the severest first."""
    waived = (claim for claim in claims if claim.waiver is not None)
    return sorted(waived, key=lambda claim: _SEVERITIES.index(claim.severity))


def acceptance(waiver: Waiver) -> str:
    """A waiver in words: why, who answers for it, and the last moment of it."""
    return f"accepted: {waiver.reason}, {waiver.owner}, until {waiver.expires:%Y-%m-%d %H:%M} UTC"


def mapped_to(claim: Claim) -> str:
    """The controls of standards that a claim helps to meet, in one line; empty when there is none."""
    return ", ".join(f"{one.standard} {one.id}" for one in claim.requirements)


def headline(report: Claimed) -> str:
    """The verdict as one sentence, with the numbers behind it; what is accepted is said, and not counted."""
    waived = len(accepted(report.claims))
    more = f" {waived:,} more {'is' if waived == 1 else 'are'} accepted as {'it is' if waived == 1 else 'they are'}."
    return _verdict_in_words(standing(report.claims)) + more * bool(waived)


def _verdict_in_words(claims: Sequence[Claim]) -> str:
    groups = by_verdict(claims)
    failed, unsure = len(groups.get(Verdict.FAIL, ())), len(groups.get(Verdict.UNVERIFIABLE, ()))
    applicable = len(claims) - len(groups.get(Verdict.NOT_APPLICABLE, ()))
    if not applicable:
        return "Nothing was claimed, so nothing is proved."
    rest = f" {unsure:,} could not be verified." if unsure else ""
    if failed:
        return (
            f"{failed:,} of {plural(applicable, 'claim')} {'does' if failed == 1 else 'do'} not hold.{rest}"
        )
    if unsure:
        return f"No claim failed, but {unsure:,} of {applicable:,} could not be verified."
    return "The one claim holds." if applicable == 1 else f"All {applicable:,} claims hold."


def worst_status(event: ReportedEvent) -> LandingStatus:
    """The worst that became of an event in any store; `landed` when all is well."""
    found = {landing.status for landing in event.stores.values()}
    return next((status for status in TROUBLE if status in found), LandingStatus.LANDED)


def in_trouble(events: Iterable[ReportedEvent]) -> list[ReportedEvent]:
    """The events that are missing, altered, doubtful, doubled or late somewhere; worst first, then by time."""
    bad = [(worst_status(event), event) for event in events]
    return [
        event
        for status, event in sorted(
            bad, key=lambda pair: TROUBLE.index(pair[0]) if pair[0] in TROUBLE else 99
        )
        if status in TROUBLE
    ]


def alike(claims: Iterable[Claim]) -> list[list[Claim]]:
    """The claims, those that pass or do not apply for the same reason gathered under their title.

    What failed or could not be verified always stands alone.
    """
    groups: dict[object, list[Claim]] = {}
    for claim in claims:
        alone = claim.verdict in {Verdict.FAIL, Verdict.UNVERIFIABLE}
        key = id(claim) if alone else (claim.verdict, claim.id, claim.title, claim.severity, claim.reason)
        groups.setdefault(key, []).append(claim)
    return list(groups.values())


def places(claims: Sequence[Claim], *, home: str) -> str:
    """Where claims are about: accounts other than `home`, Regions and stores, as far as they name them."""
    named = [
        (claim.account if claim.account != home else None, claim.region, claim.store) for claim in claims
    ]
    distinct = [list(dict.fromkeys(part for part in parts if part)) for parts in zip(*named, strict=True)]
    if len(set(named)) != math.prod(max(len(parts), 1) for parts in distinct):
        return f"{len(claims):,} times"
    return " · ".join(", ".join(parts) for parts in distinct if parts)
