"""Each posture control is held to the IAM actions it declares: it makes no other call, and needs each of them."""

from datetime import timedelta
from functools import cache
from typing import Any, cast

import botocore.session
import pytest
from botocore import xform_name

from cloudtrail.manifest import Manifest
from tests.verify.controls.answers import (
    DENIED,
    GOOD,
    NOON,
    STATUS,
    STORE,
    TRAIL,
    WINDOW,
    FakeAws,
    aws_of,
    event,
    history,
)
from tests.verify.controls.bucket_answers import GOOD_BUCKET, GOOD_KEY, KEY_POLICY, document, manifest_of
from tests.verify.iam_actions import iam_action
from verify.controls.posture import STATEMENTS, posture
from verify.controls.store_state import StoreState
from verify.controls.trail_state import TrailState
from verify.lookup_events import LookupEvents
from verify.report.parts import Claim
from verify.selection import Selection
from verify.statement import Statement
from verify.verdict import Verdict

ANSWERS: dict[str, Any] = GOOD | GOOD_BUCKET | GOOD_KEY | {"head_bucket": {}}
PROMISED = manifest_of(stores=(STORE,))
OLD = {key: NOON - timedelta(hours=5) if key.startswith("Latest") else value for key, value in STATUS.items()}
STOPPED_LATER = STATUS | {
    "StopLoggingTime": NOON + timedelta(hours=1),
    "StartLoggingTime": NOON + timedelta(hours=2),
}
WITHOUT_DECRYPT = KEY_POLICY | {
    "Statement": [
        statement
        for statement in KEY_POLICY["Statement"]
        if "kms:Decrypt" not in str(statement.get("Action"))
        or "Service" not in str(statement.get("Principal"))
    ]
}
SCENARIOS: dict[str, tuple[Manifest, dict[str, Any]]] = {
    "all is well": (PROMISED, {}),
    "old deliveries": (
        PROMISED,
        {
            "get_trail_status": OLD | {"LatestDigestDeliveryTime": NOON},
            "lookup_events": history(
                event("CreateMesh", NOON - timedelta(hours=2), source="x.amazonaws.com")
            ),
        },
    ),
    "a key policy that lets CloudTrail encrypt only": (
        manifest_of(),
        {"get_key_policy": document(WITHOUT_DECRYPT)},
    ),
    "stopped later": (PROMISED, {"get_trail_status": STOPPED_LATER}),
    "a bucket brought along": (manifest_of(buckets=(), stores=(STORE,)), {}),
}
"""Situations that lead controls to all they may ask for."""

each_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=[one.id for one in STATEMENTS])


def decided(
    statement: Statement, manifest: Manifest, answers: dict[str, Any]
) -> tuple[list[Claim], set[str]]:
    """The claims of one statement, and the IAM actions of the calls that were made for them."""
    aws = aws_of(answers)
    claims = list(
        posture(
            manifest,
            aws=aws,
            window=WINDOW,
            now=NOON,
            lookup=LookupEvents(aws, clock=lambda: 0.0, sleep=lambda _: None),
            trails=[TrailState(TRAIL, aws=aws, window=WINDOW)],
            stores=[StoreState(store, aws=aws) for store in manifest.event_data_stores],
            selection=Selection((statement.id,)),
            watched=lambda _: None,
        )
    )
    calls = cast("FakeAws", aws).calls
    return claims, {action_of(service, method) for service, method in calls}


def action_of(service: str, method: str) -> str:
    """The IAM action of a method of a boto3 client."""
    return iam_action(service, operations(service)[method])


@cache
def operations(service: str) -> dict[str, str]:
    """The operations of a service by boto3's names for them."""
    names = botocore.session.get_session().get_service_model(service).operation_names
    return {xform_name(name): name for name in names}


@each_statement
def test_a_control_makes_the_calls_it_declares_and_no_others(statement: Statement) -> None:
    """Over all situations, what was called is what was declared; nothing is asked for what was not selected."""
    called: set[str] = set()
    for manifest, changes in SCENARIOS.values():
        claims, actions = decided(statement, manifest, ANSWERS | changes)
        assert {claim.id for claim in claims} <= {statement.id}
        called |= actions
    assert called == set(statement.actions)


NEEDS = [(statement, action) for statement in STATEMENTS for action in statement.actions]


@pytest.mark.parametrize(
    ("statement", "action"), NEEDS, ids=[f"{statement.id}-{action}" for statement, action in NEEDS]
)
def test_without_one_of_its_actions_a_control_does_not_pass(statement: Statement, action: str) -> None:
    """Whoever needs the answer that is refused is UNVERIFIABLE, and names what is missing."""
    denied = {
        method: DENIED
        for method in ANSWERS
        for service in ("cloudtrail", "s3", "kms")
        if method in operations(service) and action_of(service, method) == action
    }
    assert denied
    asked = 0
    for manifest, changes in SCENARIOS.values():
        claims, actions = decided(statement, manifest, ANSWERS | changes | denied)
        if action not in actions:
            continue
        asked += 1
        open_ = [claim for claim in claims if claim.verdict is Verdict.UNVERIFIABLE]
        assert open_
        for claim in open_:
            assert ("needs", action) in {(fact.label, fact.value) for fact in claim.evidence}
        assert statement.id == "changes.none-weakening" or all(
            claim.verdict is not Verdict.PASS for claim in claims
        )
    assert asked
