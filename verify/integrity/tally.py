"""Digest files and log files, counted as they are judged; only the first problems of each kind are remembered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from verify.integrity.result import CheckedDigest, CheckedLog, Problem
from verify.integrity.status import DigestStatus, LogStatus, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.integrity.references import Reference

KEPT: Final = 100
"""How many problems of each status are kept one by one; the rest is counted."""


class Tally:
    """Counts what is judged.

    Args:
        each: Called with everything that is judged, once each; None when nobody asks.
    """

    def __init__(self, each: Callable[[CheckedDigest | CheckedLog], None] | None) -> None:
        self.digests: Counter[DigestStatus] = Counter()
        self.logs: Counter[LogStatus] = Counter()
        self._kept: dict[str, list[Problem]] = {"digest": [], "log": []}
        self._each = each

    @property
    def kept(self) -> tuple[Problem, ...]:
        """The problems that are kept: digest files, then log files, in the order in which they were judged."""
        return (*self._kept["digest"], *self._kept["log"])

    def add_log(self, log: Reference | CheckedLog) -> None:
        """Count one log file; its reference stands for it where it is what that says, as almost every one is."""
        if isinstance(log, CheckedLog):
            self.add(log)
            return
        self.logs[LogStatus.VALID] += 1
        if self._each:
            self._each(CheckedLog(bucket=log.bucket, key=log.key, status=LogStatus.VALID, digest=log.digest))

    def add(self, checked: CheckedDigest | CheckedLog) -> None:
        """Count one."""
        if isinstance(checked, CheckedDigest):
            self.digests[checked.status] += 1
            what, count = "digest", self.digests[checked.status]
        else:
            self.logs[checked.status] += 1
            what, count = "log", self.logs[checked.status]
        if checked.status.outcome is not Outcome.SOUND and count <= KEPT:
            self._kept[what].append(
                Problem(
                    what=what,
                    status=checked.status,
                    outcome=checked.status.outcome,
                    where=f"s3://{checked.bucket}/{checked.key}",
                    detail=checked.detail,
                    expected=checked.expected,
                    found=checked.found,
                )
            )
        if self._each:
            self._each(checked)
