"""The fault matrix: what is done, the claims that must not pass because of it, and what a command then exits with.

A row names every claim that does not hold. All others have to pass or not apply, so a row shows both that a fault is
found and that nothing else is accused of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from verify.exit_status import exit_status
from verify.verdict import ExitCode, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verify.report import Claim, Report

Subject = TypeVar("Subject")

FAIL: Final = Verdict.FAIL
OPEN: Final = Verdict.UNVERIFIABLE
STORES: Final = ("event-history", "event-data-store", "log-group", "trail-bucket")
"""The kinds of store of the account that rows look at."""


def complete(verdict: Verdict, *stores: str) -> dict[str, Verdict]:
    """`landing.complete` of some kinds of store; of all, if none is named."""
    return {f"landing.complete {store}": verdict for store in stores or STORES}


def undecided(*names: str) -> dict[str, Verdict]:
    """Claims that are UNVERIFIABLE."""
    return dict.fromkeys(names, OPEN)


@dataclass(frozen=True, kw_only=True)
class Row(Generic[Subject]):
    """One fault, and what has to be said of it.

    Attributes:
        name: What is wrong, in words.
        deed: Does it, verifies, and gives the report.
        off: The claims that do not hold: each id, for claims about stores with the kind of store behind it.
        exit_code: What a command exits with.
        says: What the claims that do not hold have to name, somewhere in their words.
    """

    name: str
    deed: Callable[[Subject], Report]
    off: Mapping[str, Verdict]
    exit_code: ExitCode
    says: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name

    def hold(self, subject: Subject) -> Report:
        """Do it and compare."""
        report = self.deed(subject)
        claims = claims_off(report)
        assert {name: claim.verdict for name, claim in claims.items()} == self.off, shown(claims)
        assert exit_status(report) == self.exit_code
        told = " ".join(words(claim) for claim in claims.values())
        assert [text for text in self.says if text not in told] == []
        return report


def named(claim: Claim) -> str:
    """How rows call a claim."""
    store = (claim.store or "").partition(":")[0]
    by_store = claim.id.startswith(("landing.", "retention.", "probe."))
    return f"{claim.id} {store}" if by_store else claim.id


def claims_off(report: Report) -> dict[str, Claim]:
    """The claims that neither pass nor do not apply, the worst of each name."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in report.claims:
        if claim.verdict in (FAIL, OPEN):
            found[named(claim)].append(claim)
    return {name: min(claims, key=lambda claim: claim.verdict is not FAIL) for name, claims in found.items()}


def words(claim: Claim) -> str:
    """Everything a claim says."""
    facts = (f"{fact.label}: {fact.value}" for fact in claim.evidence)
    return " ".join((claim.summary, claim.reason or "", *facts))


def shown(claims: Mapping[str, Claim]) -> str:
    """The claims for whoever reads a failed test."""
    return "\n".join(f"{claim.verdict} {name}: {words(claim)[:400]}" for name, claim in claims.items())
