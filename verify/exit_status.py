"""What a report makes a command exit with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.report.parts import Severity
from verify.verdict import ExitCode, Verdict, exit_code

if TYPE_CHECKING:
    from verify.report.summary import Claimed


def exit_status(report: Claimed, *, fail_on: Severity = Severity.INFORMATIONAL) -> ExitCode:
    """The exit code for the claims that count.

    Args:
        report: What was found.
        fail_on: The least severity that counts. What is less severe neither fails nor leaves a doubt; with the least
            of them everything counts, and the answer is that of the report's own verdict. It is as well where no claim
            was decided at all: nothing proves nothing, however severe it would have been.
    """
    decided = {claim.verdict for claim in report.claims if claim.waiver is None} - {Verdict.NOT_APPLICABLE}
    if fail_on is Severity.INFORMATIONAL or not decided:
        return exit_code(report.verdict)
    severities = list(Severity)
    counted = severities[: severities.index(fail_on) + 1]
    verdicts = {
        claim.verdict for claim in report.claims if claim.severity in counted and claim.waiver is None
    }
    for verdict in (Verdict.FAIL, Verdict.UNVERIFIABLE):
        if verdict in verdicts:
            return exit_code(verdict)
    return ExitCode.OK
