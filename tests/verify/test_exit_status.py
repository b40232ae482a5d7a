"""What a report makes a command exit with, and how severity and waivers bear on it."""

from datetime import UTC, datetime

import pytest

from tests.verify.report import sample
from verify.exit_status import exit_status
from verify.report import Claim, Report, Severity, Waiver
from verify.report.document import overall_of
from verify.verdict import ExitCode, Verdict

ACCEPTED = Waiver(reason="known", owner="platform", expires=datetime(2027, 1, 1, tzinfo=UTC))


def claim(verdict: Verdict, severity: Severity, *, waiver: Waiver | None = None) -> Claim:
    """A claim of some severity."""
    return Claim(
        id="trail.logging",
        title="The trail is logging",
        verdict=verdict,
        severity=severity,
        summary="found",
        remedy="mend",
        reason="why",
        waiver=waiver,
    )


def report(*claims: Claim) -> Report:
    """A report of these claims."""
    return sample.passing(1).model_copy(update={"claims": claims, "verdict": overall_of(claims)})


PASSES = claim(Verdict.PASS, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("claims", "fail_on", "expected"),
    [
        ((PASSES,), Severity.INFORMATIONAL, ExitCode.OK),
        ((PASSES, claim(Verdict.FAIL, Severity.LOW)), Severity.INFORMATIONAL, ExitCode.FAILED),
        ((PASSES, claim(Verdict.FAIL, Severity.LOW)), Severity.LOW, ExitCode.FAILED),
        ((PASSES, claim(Verdict.FAIL, Severity.LOW)), Severity.MEDIUM, ExitCode.OK),
        ((PASSES, claim(Verdict.FAIL, Severity.CRITICAL)), Severity.MEDIUM, ExitCode.FAILED),
        ((PASSES, claim(Verdict.UNVERIFIABLE, Severity.HIGH)), Severity.HIGH, ExitCode.UNVERIFIABLE),
        ((PASSES, claim(Verdict.UNVERIFIABLE, Severity.HIGH)), Severity.CRITICAL, ExitCode.OK),
        ((PASSES, claim(Verdict.FAIL, Severity.HIGH, waiver=ACCEPTED)), Severity.LOW, ExitCode.OK),
        ((PASSES, claim(Verdict.FAIL, Severity.HIGH, waiver=ACCEPTED)), Severity.INFORMATIONAL, ExitCode.OK),
        ((), Severity.INFORMATIONAL, ExitCode.UNVERIFIABLE),
        ((), Severity.CRITICAL, ExitCode.UNVERIFIABLE),
        ((claim(Verdict.NOT_APPLICABLE, Severity.HIGH),), Severity.CRITICAL, ExitCode.UNVERIFIABLE),
    ],
)
def test_what_counts_decides(claims: tuple[Claim, ...], fail_on: Severity, expected: ExitCode) -> None:
    """Less severe than asked for does not count, nor what somebody accepted; nothing at all proves nothing."""
    assert exit_status(report(*claims), fail_on=fail_on) is expected
