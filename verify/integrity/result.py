"""What an integrity check found: one status for every digest file and every log file, and the gaps between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verify.integrity.status import DigestStatus, GapKind, LogStatus, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from verify.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDigest:
    """One digest file and what is the matter with it.

    Attributes:
        bucket: Its bucket.
        key: Its key.
        status: What is the matter.
        detail: The same in words; empty when it is valid.
        expected: What should have been found, where something differs.
        found: What was found instead.
        start: Start of the delivery period it covers, where it could be read.
        end: End of that period.
        fingerprint: The public key it names, where it could be read.
        logs: How many log files it names.
        backfill: Whether CloudTrail wrote it later, for a period that had none.
    """

    bucket: str
    key: str
    status: DigestStatus
    detail: str = ""
    expected: str = ""
    found: str = ""
    start: datetime | None = None
    end: datetime | None = None
    fingerprint: str = ""
    logs: int = 0
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLog:
    """One log file and what is the matter with it: exactly one status.

    Attributes:
        bucket: Its bucket.
        key: Its key.
        status: What is the matter.
        detail: The same in words; empty when it is valid.
        expected: What should have been found, where something differs.
        found: What was found instead.
        digest: The key of the digest file that names it; empty when none does.
    """

    bucket: str
    key: str
    status: LogStatus
    detail: str = ""
    expected: str = ""
    found: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time that no valid digest file covers.

    Attributes:
        kind: Why.
        start: Where it starts, UTC.
        end: Where it ends.
        digests: How many digest files should cover it; 0 when none can be expected.
        logs: How many log files were delivered in it that no digest file names.
        detail: The same in words.
    """

    kind: GapKind
    start: datetime
    end: datetime
    digests: int
    logs: int
    detail: str

    @property
    def outcome(self) -> Outcome:
        """What this says about the evidence."""
        if self.kind in (GapKind.DELETED, GapKind.INVALID, GapKind.OVERDUE):
            return Outcome.BROKEN
        if self.kind is GapKind.NO_DIGESTS:
            return Outcome.BROKEN if self.digests else Outcome.UNKNOWN
        if self.kind is GapKind.NOT_STARTED and not self.logs:
            return Outcome.SOUND
        return Outcome.UNKNOWN

    @property
    def problem(self) -> Problem:
        """The same in the shape of every problem."""
        where = f"{self.start:%Y-%m-%dT%H:%M:%SZ} to {self.end:%Y-%m-%dT%H:%M:%SZ}"
        return Problem(what="gap", status=self.kind, outcome=self.outcome, where=where, detail=self.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Anything that is not sound, in one shape.

    Attributes:
        what: `digest`, `log` or `gap`.
        status: The status or kind, as it is written in a report.
        outcome: What it says about the evidence.
        where: `s3://bucket/key`, or the times of a gap.
        detail: In words.
        expected: What should have been found, where something differs.
        found: What was found instead.
    """

    what: str
    status: str
    outcome: Outcome
    where: str
    detail: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        compared = f" (expected {self.expected}, found {self.found})" if self.expected or self.found else ""
        return f"{self.what} {self.where}: {self.status}: {self.detail}{compared}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityResult:
    """What a check of one trail, account and Region found.

    Its size does not grow with the number of log files: sound ones are counted, and of each status only the first
    problems are kept.

    Attributes:
        trail: The trail's name.
        bucket: Its bucket.
        account: The account whose log files were checked.
        region: The Region whose log files were checked.
        window: The times of delivery that were checked.
        digest_counts: How many digest files have each status: those that speak about the window, and those that
            should be there.
        log_counts: How many log files have each status: those that they name, and every other one that was
            delivered in the window, each counted once.
        gaps: The times in the window that no valid digest file covers.
        kept: The first digest files and log files of each status that is not sound, oldest first.
        other_trails: How many digest files of other trails into the same place were read.
        left_to_others: How many log files were found that only those name.
    """

    trail: str
    bucket: str
    account: str
    region: str
    window: Window
    digest_counts: Counter[DigestStatus] = field(default_factory=Counter[DigestStatus])
    log_counts: Counter[LogStatus] = field(default_factory=Counter[LogStatus])
    gaps: tuple[Gap, ...] = ()
    kept: tuple[Problem, ...] = ()
    other_trails: int = 0
    left_to_others: int = 0

    @property
    def outcome(self) -> Outcome:
        """The worst of everything; without a single valid digest file nothing is proven, so never sound."""
        outcomes = {status.outcome for status in (*self.digest_counts, *self.log_counts)}
        outcomes |= {gap.outcome for gap in self.gaps}
        if Outcome.BROKEN in outcomes:
            return Outcome.BROKEN
        if Outcome.UNKNOWN in outcomes or not self.digest_counts[DigestStatus.VALID]:
            return Outcome.UNKNOWN
        return Outcome.SOUND

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is not sound and was kept: gaps, then digest files, then log files."""
        gaps = (gap.problem for gap in self.gaps if gap.outcome is not Outcome.SOUND)
        return (*gaps, *self.kept)

    @property
    def digest_problems(self) -> int:
        """How many digest files and gaps are not sound, those included that were only counted."""
        gaps = sum(gap.outcome is not Outcome.SOUND for gap in self.gaps)
        return gaps + _unsound(self.digest_counts)

    @property
    def log_problems(self) -> int:
        """How many log files are not sound, those included that were only counted."""
        return _unsound(self.log_counts)


def _unsound(counts: Mapping[DigestStatus, int] | Mapping[LogStatus, int]) -> int:
    return sum(count for status, count in counts.items() if status.outcome is not Outcome.SOUND)
