"""What the claims say about each control of each standard they map to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from verify.report.document import overall_of
from verify.report.html.links import query
from verify.report.summary import VERDICTS
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report.document import Report
    from verify.report.parts import Claim


@dataclass(frozen=True, slots=True)
class Met:
    """One control of a standard.

    Attributes:
        id: The standard's number for it.
        verdict: The worst verdict of its claims that no waiver accepts; none when all of them are accepted.
        titles: What is claimed for it, each once.
        counts: How many of its claims have which verdict, in order of concern.
        accepted: How many of its claims a waiver accepts.
        claims: The query of the claims.
    """

    id: str
    verdict: Verdict | None
    titles: tuple[str, ...]
    counts: tuple[tuple[Verdict, int], ...]
    accepted: int
    claims: str


def requirements_of(report: Report) -> list[tuple[str, list[Met]]]:
    """The standards in order, each with its controls, numbers in them ordered as numbers."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in report.claims:
        for one in dict.fromkeys((item.standard, item.id) for item in claim.requirements):
            found.setdefault(one, []).append(claim)
    ordered = sorted(found, key=lambda one: (one[0], _natural(one[1])))
    return [
        (standard, [_met(standard, number, found[standard, number]) for _, number in pairs])
        for standard, pairs in groupby(ordered, key=lambda one: one[0])
    ]


def _met(standard: str, number: str, claims: list[Claim]) -> Met:
    standing = [claim for claim in claims if claim.waiver is None]
    counts = Counter(claim.verdict for claim in claims)
    return Met(
        id=number,
        verdict=_worst(standing),
        titles=tuple(dict.fromkeys(claim.title for claim in claims)),
        counts=tuple((verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict]),
        accepted=len(claims) - len(standing),
        claims=query(standard=standard, requirement=number),
    )


def _worst(claims: list[Claim]) -> Verdict | None:
    if not claims:
        return None
    # A report in which nothing applies proves nothing; a control to which nothing applies just does not apply.
    if all(claim.verdict is Verdict.NOT_APPLICABLE for claim in claims):
        return Verdict.NOT_APPLICABLE
    return overall_of(claims)


def _natural(number: str) -> list[tuple[int, int, str]]:
    """The parts of a number such as `CloudTrail.10`, so that 10 comes behind 9."""
    parts = "".join(char if char.isalnum() else " " for char in number).split()
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]
