"""What was found about one claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.aws import CannotLook

Fact: TypeAlias = tuple[str, str]
"""A fact a finding rests on: a short label, and what is so."""

SHOWN: Final = 20
"""How many facts of a kind a claim gives one by one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a claim is about: an account, a Region, a store of the report, a resource."""

    account: str | None = None
    region: str | None = None
    store: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a control found.

    Attributes:
        verdict: Its answer.
        summary: What was found, one or two sentences.
        evidence: The facts it rests on.
        reason: Why there is no answer, or none is needed.
    """

    verdict: Verdict
    summary: str
    evidence: tuple[Fact, ...] = ()
    reason: str | None = None


def holds(summary: str, *facts: Fact) -> Finding:
    """The claim holds."""
    return Finding(Verdict.PASS, summary, facts)


def fails(summary: str, *facts: Fact) -> Finding:
    """The claim does not hold."""
    return Finding(Verdict.FAIL, summary, facts)


def cannot_tell(summary: str, *facts: Fact, reason: str) -> Finding:
    """The claim can be neither confirmed nor denied; `reason` says what would settle it."""
    return Finding(Verdict.UNVERIFIABLE, summary, facts, reason)


def does_not_apply(reason: str) -> Finding:
    """The claim means nothing here."""
    return Finding(Verdict.NOT_APPLICABLE, "Does not apply.", reason=reason)


def could_not_look(error: CannotLook) -> Finding:
    """A claim nobody could decide, and what would settle it."""
    return cannot_tell(
        f"{error.what}: {error.why}",
        ("needs", error.action),
        ("where", error.where),
        reason=f"{error.why} {error.remedy}",
    )


def shown(facts: Sequence[Fact], *, total: int | None = None, others: str = "others") -> list[Fact]:
    """The first facts, and how many more there are.

    Args:
        facts: All of them, or only the first.
        total: How many there are; None: as many as are given.
        others: What the rest is called.
    """
    first = list(facts[:SHOWN])
    more = (len(facts) if total is None else total) - len(first)
    return [*first, ("and more", f"{more} {others}")] if more > 0 else first
