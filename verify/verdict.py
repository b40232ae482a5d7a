"""The four answers a claim can have, and what a command exits with."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Verdict(StrEnum):
    """The answer to one claim. What could not be looked at is never a pass."""

    PASS = "PASS"  # noqa: S105 -- a verdict, not a password
    FAIL = "FAIL"
    UNVERIFIABLE = "UNVERIFIABLE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class ExitCode(IntEnum):
    """What a command tells the shell."""

    OK = 0
    FAILED = 1
    UNVERIFIABLE = 2
    USAGE = 3
    INTERRUPTED = 130


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over many claims: the worst one counts, and no claim at all proves nothing."""
    seen = set(verdicts)
    for verdict in (Verdict.FAIL, Verdict.UNVERIFIABLE, Verdict.PASS):
        if verdict in seen:
            return verdict
    return Verdict.UNVERIFIABLE


def exit_code(verdict: Verdict) -> ExitCode:
    """What a command with this overall verdict exits with."""
    return {
        Verdict.FAIL: ExitCode.FAILED,
        Verdict.UNVERIFIABLE: ExitCode.UNVERIFIABLE,
    }.get(verdict, ExitCode.OK)
