"""What the caller's own policies let it create."""

from dataclasses import replace
from typing import Any

import pytest

from tests.verify.preflight.answers import (
    DELEGATED,
    KEY,
    LOG_ARCHIVE,
    MANAGEMENT,
    PLAN,
    FakeAws,
    one,
    refused,
    session_of,
    simulated,
)
from verify.preflight.caller import Caller, principal_of
from verify.preflight.plan import Scope
from verify.verdict import Verdict

ROOT = {"Account": MANAGEMENT, "Arn": f"arn:aws:iam::{MANAGEMENT}:root"}
USER = {"Account": MANAGEMENT, "Arn": f"arn:aws:iam::{MANAGEMENT}:user/teams/ana"}
FEDERATED = {"Account": MANAGEMENT, "Arn": f"arn:aws:sts::{MANAGEMENT}:federated-user/ana"}


def asked_of(plan: Any, **changes: Any) -> dict[str, dict[str, Any]]:
    """The simulator's requests, by action."""
    requests: dict[str, dict[str, Any]] = {}
    answer = simulated()

    def noted(region: str, **request: Any) -> dict[str, Any]:
        requests.update({action: {"region": region, **request} for action in request["ActionNames"]})
        return answer(region, **request)

    assert one("may-create", plan, simulate_principal_policy=noted, **changes).verdict is Verdict.PASS
    return requests


def test_every_call_is_simulated_on_what_it_is_made_on() -> None:
    """As the role with its path, on the trail's ARN, in the Region the call is made in."""
    asked = asked_of(PLAN)
    assert {"cloudtrail:CreateTrail", "cloudtrail:StartLogging", "s3:CreateBucket", "kms:CreateKey"} <= set(
        asked
    )
    create = asked["cloudtrail:CreateTrail"]
    assert create["PolicySourceArn"] == f"arn:aws:iam::{MANAGEMENT}:role/teams/Provisioner"
    assert create["ResourceArns"] == [f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/meshtrail"]
    assert create["ContextEntries"][0]["ContextKeyValues"] == ["us-east-1"]
    assert asked["s3:CreateBucket"]["ResourceArns"] == [f"arn:aws:s3:::meshtrail-{MANAGEMENT}-us-east-1"]


def test_global_services_are_simulated_where_they_answer() -> None:
    """A policy on `aws:RequestedRegion` sees us-east-1 for IAM, wherever the stack's home is."""
    asked = asked_of(replace(PLAN, home_region="eu-west-1"))
    assert asked["iam:CreateServiceLinkedRole"]["ContextEntries"][0]["ContextKeyValues"] == ["us-east-1"]
    assert asked["cloudtrail:CreateTrail"]["ContextEntries"][0]["ContextKeyValues"] == ["eu-west-1"]


@pytest.mark.parametrize(
    ("changes", "without"),
    [
        ({"bucket": "logs", "key_arn": KEY}, "s3:CreateBucket"),
        ({"log_archive": LOG_ARCHIVE}, "kms:CreateKey"),
        ({"scope": Scope.MULTI_REGION}, "iam:CreateServiceLinkedRole"),
        ({}, "cloudtrail:CreateEventDataStore"),
    ],
)
def test_what_is_not_created_here_is_not_asked_for(changes: dict[str, Any], without: str) -> None:
    """Neither what exists, nor what another account creates, nor what nobody wants."""
    assert without not in asked_of(replace(PLAN, **changes))


def test_a_store_is_asked_for_where_one_is_wanted() -> None:
    """It belongs to the management account."""
    asked = asked_of(replace(PLAN, event_data_store=True))["cloudtrail:CreateEventDataStore"]
    assert asked["ResourceArns"] == [f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:eventdatastore/*"]


@pytest.mark.parametrize("decision", ["implicitDeny", "explicitDeny"])
def test_an_action_that_is_denied_is_named(decision: str) -> None:
    """And how it is denied."""
    claim = one("may-create", simulate_principal_policy=simulated(CreateTrail=decision))
    assert claim.verdict is Verdict.FAIL
    assert "cloudtrail:CreateTrail" in claim.summary
    assert decision in str(claim.evidence)


def test_on_another_accounts_trail_only_an_outright_denial_counts() -> None:
    """The trail carries the management account; the simulator would want that account's word as well."""
    caller = session_of(DELEGATED)
    unsure = one(
        "may-create",
        get_caller_identity=caller,
        simulate_principal_policy=simulated(CreateTrail="implicitDeny"),
    )
    assert unsure.verdict is Verdict.UNVERIFIABLE
    assert DELEGATED in (unsure.reason or "")
    for denied in (simulated(CreateTrail="explicitDeny"), simulated(CreateKey="implicitDeny")):
        claim = one("may-create", get_caller_identity=caller, simulate_principal_policy=denied)
        assert claim.verdict is Verdict.FAIL


def test_what_depends_on_the_call_itself_is_left_open() -> None:
    """A condition on a key that the simulator was not given may turn out either way."""

    def answer(region: str, **request: Any) -> dict[str, Any]:
        page = simulated(CreateTrail="implicitDeny")(region, **request)
        for result in page["EvaluationResults"]:
            result["ResourceSpecificResults"] = [{"MissingContextValues": ["aws:MultiFactorAuthPresent"]}]
        return page

    claim = one("may-create", simulate_principal_policy=answer)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "aws:MultiFactorAuthPresent" in (claim.reason or "")


def test_an_action_that_the_simulator_passes_over_is_left_open() -> None:
    """No answer is no yes."""
    empty = {"EvaluationResults": [], "IsTruncated": False}
    assert one("may-create", simulate_principal_policy=empty).verdict is Verdict.UNVERIFIABLE


def test_the_simulators_answer_comes_in_pages() -> None:
    """All of them are read."""

    def answer(region: str, *, Marker: str | None = None, **request: Any) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        page = simulated()(region, **request)
        half = 1
        results = page["EvaluationResults"][half:] if Marker else page["EvaluationResults"][:half]
        return {"EvaluationResults": results, "IsTruncated": Marker is None, "Marker": "more"}

    assert one("may-create", simulate_principal_policy=answer).verdict is Verdict.PASS


def test_whoever_may_not_ask_is_not_judged() -> None:
    """The permission that is missing is named."""
    claim = one("may-create", simulate_principal_policy=refused())
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "iam:SimulatePrincipalPolicy" in (claim.reason or "")


def test_the_root_user_needs_no_policy() -> None:
    """And IAM cannot simulate it."""
    answers: dict[str, Any] = {"get_caller_identity": ROOT, "simulate_principal_policy": refused()}
    assert one("may-create", **answers).verdict is Verdict.PASS


def test_a_federated_user_has_nothing_to_simulate() -> None:
    """Its policies are its session's."""
    assert one("may-create", get_caller_identity=FEDERATED).verdict is Verdict.UNVERIFIABLE


def test_a_users_arn_is_its_own_and_a_roles_is_asked_for() -> None:
    """A session's ARN leaves out the role's path."""
    fake: Any = FakeAws({"get_role": {"Role": {"Arn": "arn:aws:iam::111111111111:role/teams/Provisioner"}}})
    assert principal_of(Caller(MANAGEMENT, USER["Arn"]), fake, "us-east-1") == USER["Arn"]
    session = Caller(MANAGEMENT, session_of(MANAGEMENT)["Arn"])
    assert principal_of(session, fake, "us-east-1") == "arn:aws:iam::111111111111:role/teams/Provisioner"
    assert fake.calls == [("iam", "get_role")]
