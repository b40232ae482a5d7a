"""Every claim of the report, as a test.

PASS passes and FAIL fails. UNVERIFIABLE is an error, as whatever keeps a test from being run: it must not look green.
NOT_APPLICABLE is skipped, and what a waiver accepts is expected to fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verify.report import visible
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report import Claim


@pytest.fixture
def decided(claim: Claim) -> Claim:
    """The claim, if anything could be decided about it."""
    if claim.waiver is not None:
        until = f"{claim.waiver.expires:%Y-%m-%d}"
        pytest.xfail(visible(f"accepted by {claim.waiver.owner} until {until}: {claim.waiver.reason}"))
    if claim.verdict is Verdict.NOT_APPLICABLE:
        pytest.skip(visible(claim.reason or claim.summary))
    if claim.verdict is Verdict.UNVERIFIABLE:
        pytest.fail(_told(claim), pytrace=False)
    return claim


def test_claim(decided: Claim) -> None:
    """The claim holds."""
    if decided.verdict is not Verdict.PASS:
        pytest.fail(_told(decided), pytrace=False)


def _told(claim: Claim) -> str:
    """A claim that does not hold, with the facts; whatever the record holds cannot steer the terminal."""
    lines = [f"{claim.verdict}: {claim.title}", claim.summary]
    lines += [f"  {fact.label}: {fact.value}" for fact in claim.evidence]
    lines += [f"{label}: {text}" for label, text in (("why", claim.reason), ("do", claim.remedy)) if text]
    return "\n".join(visible(line) for line in lines)
