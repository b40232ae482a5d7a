"""Accepted risks: a file that says which claim may fail where, why, who answers for it, and until when.

A waived claim keeps its verdict and stays in the report; it only does not count in the overall one. A waiver that
has run out fails, whether or not its claim still does: nobody may go on accepting what nobody looks at any more.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloudtrail.errors import MeshtrailError
from verify.finding import Finding, Scope, fails, holds
from verify.report.parts import Claim, Severity
from verify.report.parts import Waiver as AcceptedRisk
from verify.report.text import plural
from verify.statement import Statement
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from verify.finding import Fact

CURRENT: Final = Statement(
    id="waivers.current",
    title="No waiver has run out",
    severity=Severity.HIGH,
    actions=(),
    remedy="Mend what it excused, or have its owner accept the risk again: a new `expires`, a reason that holds today.",
)
STATEMENTS: Final = (CURRENT,)
"""What is claimed of a waiver file."""

_WAIVABLE: Final = {Verdict.FAIL, Verdict.UNVERIFIABLE}
_EXAMPLE: Final = (
    'Each [[waiver]] has control, reason, owner, expires = 2027-03-31, and perhaps a scope: account = "..."'
)

_Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


class BadWaivers(MeshtrailError):
    """A waiver file that cannot be read, or says something that cannot be meant."""


class Waiver(BaseModel):
    """One accepted risk.

    Attributes:
        control: The id of the statement, e.g. `bucket.access-logging`; no patterns.
        account: Only claims about this account; `region`, `store` and `subject` narrow it further, with `*` for any
            text. None: all.
        reason: Why it is accepted.
        owner: Who answers for it.
        expires: The last day (UTC) on which it counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    control: _Words
    account: str | None = None
    region: str | None = None
    store: str | None = None
    subject: str | None = None
    reason: _Words
    owner: _Words
    expires: date

    @property
    def ends(self) -> datetime:
        """The last moment at which it counts."""
        return datetime.combine(self.expires, time(23, 59, 59), UTC)

    def fits(self, claim: Claim) -> bool:
        """Whether it is about a claim."""
        scopes = (
            (self.account, claim.account),
            (self.region, claim.region),
            (self.store, claim.store),
            (self.subject, claim.subject),
        )
        return claim.id == self.control and all(
            wanted is None or (found is not None and fnmatchcase(found, wanted)) for wanted, found in scopes
        )

    def __str__(self) -> str:
        scope = ", ".join(part for part in (self.account, self.region, self.store, self.subject) if part)
        return (
            f"{self.control}{f' ({scope})' if scope else ''}, accepted by {self.owner} until {self.expires}"
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    waiver: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of one file."""

    waivers: tuple[Waiver, ...]
    where: str

    @classmethod
    def read(cls, path: Path, *, statements: Collection[str]) -> Waivers:
        """Read a waiver file, TOML.

        Args:
            path: The file.
            statements: The ids of all statements: one that is not among them cannot be waived.

        Raises:
            BadWaivers: naming everything that is wrong with it.
        """
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:  # tomllib lets more through than its own error
            why = getattr(error, "strerror", None) or str(error)
            raise BadWaivers(
                "The waiver file cannot be read", where=str(path), why=why, remedy=_EXAMPLE
            ) from error
        try:
            found = _File.model_validate(document).waiver
        except ValidationError as error:
            raise BadWaivers(
                "The waiver file cannot be used",
                where=str(path),
                why="; ".join(_reasons(error)),
                remedy=_EXAMPLE,
            ) from error
        unknown = sorted({waiver.control for waiver in found} - set(statements))
        if unknown:
            raise BadWaivers(
                f"No claim is called {', '.join(unknown)}",
                where=str(path),
                remedy="`meshtrail controls` lists them all. A pattern cannot be waived, nor all of them at once.",
            )
        return cls(found, str(path))

    def applied(self, claims: Iterable[Claim], *, now: datetime) -> list[Claim]:
        """The claims, those that a waiver excuses marked with it, and one about the waivers themselves."""
        valid = self.in_force(now)
        used: set[int] = set()
        marked: list[Claim] = []
        for claim in claims:
            fitting = [waiver for waiver in valid if waiver.fits(claim)] if claim.verdict in _WAIVABLE else []
            used |= {id(waiver) for waiver in fitting}
            marked.append(_accepted(claim, fitting[0]) if fitting else claim)
        unused = [waiver for waiver in valid if id(waiver) not in used]
        return [*marked, self.current(unused, now=now)]

    def in_force(self, now: datetime) -> list[Waiver]:
        """The waivers that have not run out."""
        return [waiver for waiver in self.waivers if now <= waiver.ends]

    def current(self, unused: Sequence[Waiver], *, now: datetime) -> Claim:
        """The claim about the waivers themselves.

        Args:
            unused: Those in force that excused nothing.
            now: The present.
        """
        return CURRENT.claim(self._finding(unused, now=now), Scope(subject=self.where))

    def _finding(self, unused: Sequence[Waiver], *, now: datetime) -> Finding:
        facts: list[Fact] = [("excuses nothing today", str(waiver)) for waiver in unused]
        expired = [waiver for waiver in self.waivers if now > waiver.ends]
        if expired:
            return fails(
                f"{plural(len(expired), 'waiver')} ran out: {'; '.join(str(waiver) for waiver in expired)}.",
                *(("ran out", f"{waiver}: {waiver.reason}") for waiver in expired),
                *facts,
            )
        return holds(f"{plural(len(self.waivers), 'waiver')}, none has run out.", *facts)


def _accepted(claim: Claim, waiver: Waiver) -> Claim:
    return claim.model_copy(update={"waiver": risk_of(waiver)})


def risk_of(waiver: Waiver) -> AcceptedRisk:
    """A waiver as a report shows it."""
    return AcceptedRisk(reason=waiver.reason, owner=waiver.owner, expires=waiver.ends)


def _reasons(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    ]
