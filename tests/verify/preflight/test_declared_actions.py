"""Each check is held to the IAM actions it declares: it makes no other call, and needs each of them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from tests.verify.iam_actions import iam_action
from tests.verify.preflight.answers import (
    DELEGATED,
    GOOD,
    KEY,
    PLAN,
    STORE,
    FakeAws,
    found,
    policies,
    refused,
    session_of,
    trail,
)
from tests.verify.preflight.test_copies import DATA_ONLY
from tests.verify.preflight.test_guardrails import BUT_ONE_ROLE
from verify.preflight.plan import Plan
from verify.preflight.run import STATEMENTS
from verify.report.parts import Claim
from verify.selection import Selection
from verify.statement import Statement
from verify.verdict import Verdict

EVERYTHING = replace(
    PLAN, event_data_store=True, bucket="logs", key_arn=KEY, organization_id="o-exampleorgid"
)
SCENARIOS: dict[str, tuple[Plan, dict[str, Any]]] = {
    "the management account": (
        EVERYTHING,
        {
            "describe_trails": {"trailList": [trail("audit")]},
            "get_event_selectors": DATA_ONLY,
            "list_event_data_stores": {"EventDataStores": [{"EventDataStoreArn": STORE}]},
        },
    ),
    "a delegated administrator": (
        EVERYTHING,
        {
            "get_caller_identity": session_of(DELEGATED),
            "get_role": {"Role": {"Arn": f"arn:aws:iam::{DELEGATED}:role/teams/Provisioner"}},
            **policies(BUT_ONE_ROLE),
        },
    ),
}
EVERY_RUN = "sts:GetCallerIdentity"

each_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=[one.id for one in STATEMENTS])


@cache
def operations(service: str) -> dict[str, str]:
    """The operations of a service by boto3's names for them."""
    names = botocore.session.get_session().get_service_model(service).operation_names
    return {xform_name(name): name for name in names}


def decided(statement: Statement, plan: Plan, answers: dict[str, Any]) -> tuple[Sequence[Claim], set[str]]:
    """The claims of one statement, and the IAM actions of the calls that were made for them."""
    fake = FakeAws(GOOD | answers)
    claims = found(plan, selection=Selection((statement.id,)), aws=fake)
    called = {iam_action(service, operations(service)[method]) for service, method in fake.calls}
    return claims, called - {EVERY_RUN}


@each_statement
def test_a_check_makes_the_calls_it_declares_and_no_others(statement: Statement) -> None:
    """Over all situations, what was called is what was declared; none of them changes anything."""
    called: set[str] = set()
    for plan, answers in SCENARIOS.values():
        claims, actions = decided(statement, plan, answers)
        assert {claim.id for claim in claims} == {statement.id}
        called |= actions
    assert called == set(statement.actions)
    reads = ("Describe", "List", "Get", "Simulate")
    assert all(action.partition(":")[2].startswith(reads) for action in called)


@each_statement
def test_every_check_passes_where_all_is_well(statement: Statement) -> None:
    """Or it does not apply; so each verdict below is due to the refusal."""
    plan, answers = SCENARIOS["the management account"]
    claims, _ = decided(statement, plan, answers)
    assert {claim.verdict for claim in claims} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}


NEEDS = [(statement, action) for statement in STATEMENTS for action in statement.actions]


@pytest.mark.parametrize(
    ("statement", "action"), NEEDS, ids=[f"{statement.id}-{action}" for statement, action in NEEDS]
)
def test_without_one_of_its_actions_a_check_does_not_pass(statement: Statement, action: str) -> None:
    """Whoever needs the answer that is refused is UNVERIFIABLE, and names what is missing."""
    service = action.partition(":")[0]
    denied = {
        method: refused()
        for method in GOOD
        if method in operations(service) and iam_action(service, operations(service)[method]) == action
    }
    assert denied
    asked = 0
    for plan, answers in SCENARIOS.values():
        claims, actions = decided(statement, plan, answers | denied)
        if action not in actions:
            continue
        asked += 1
        assert {claim.verdict for claim in claims} == {Verdict.UNVERIFIABLE}
        for claim in claims:
            assert ("needs", action) in {(fact.label, fact.value) for fact in claim.evidence}
    assert asked
