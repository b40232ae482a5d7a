"""Meshtrail's answers: what `meshtrail verify` discovers and decides, without a manifest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3

from bench.comparison.account import AWAY, HOME
from verify.aws import Aws
from verify.command_options import opener
from verify.discovery import discover
from verify.selection import Selection
from verify.verdict import Verdict
from verify.verification import Options, Verification
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.comparison.account import Account
    from bench.comparison.questions import Question
    from verify.report import Claim

CADENCE: Final = timedelta(hours=1)


def ask(account: Account, questions: Sequence[Question], *, since: datetime) -> dict[Question, bool | None]:
    """Every question with its answer; None where meshtrail says that it cannot tell, or that nothing applies."""
    session: Any = boto3.Session
    aws = Aws(session(region_name=HOME, **account.root.credentials), endpoint_url=account.sandbox.endpoint)
    now = datetime.now(UTC)
    inventory = discover(aws, regions=[HOME, AWAY])
    report = Verification(
        inventory.manifest(event_sources=["appmesh.amazonaws.com"]),
        aws=aws,
        objects_of=opener(aws),
        options=Options(
            window=Window(since, now + timedelta(seconds=1)),
            now=now,
            digest_cadence=CADENCE,
            selection=Selection(tuple({claim for one in questions for claim in one.claims})),
        ),
        inventory=inventory,
    ).run()
    return {one: _answer(one, report.claims) for one in questions}


def _answer(question: Question, claims: Sequence[Claim]) -> bool | None:
    selection = Selection(question.claims)
    verdicts = {
        claim.verdict
        for claim in claims
        if selection.takes(claim.id) and question.region in (None, claim.region)
    }
    return _ANSWERS.get(next((one for one in _WORST_FIRST if one in verdicts), Verdict.UNVERIFIABLE))


_WORST_FIRST: Final = (Verdict.FAIL, Verdict.UNVERIFIABLE, Verdict.PASS)
_ANSWERS: Final[Mapping[Verdict, bool]] = {Verdict.FAIL: False, Verdict.PASS: True}
