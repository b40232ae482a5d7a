"""Service control policies that deny what is planned."""

from dataclasses import replace
from typing import Any

import pytest

from tests.verify.preflight.answers import (
    DELEGATED,
    FULL_ACCESS,
    KEY,
    LOG_ARCHIVE,
    MANAGEMENT,
    PLAN,
    found,
    one,
    policies,
    refused,
    session_of,
)
from verify.report.parts import Claim
from verify.selection import Selection
from verify.verdict import Verdict

NAME = "service-control-policies"
ADMINISTRATOR: dict[str, Any] = {"get_caller_identity": session_of(DELEGATED)}
LEVELS = ("r-exam", "ou-exam-security", DELEGATED)


def scp(**statement: Any) -> dict[str, Any]:
    """A policy of one Deny."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Guard", "Effect": "Deny", "Resource": "*", **statement}],
    }


NO_TRAILS = scp(Action="cloudtrail:*")
OTHER_REGIONS = scp(
    NotAction=["iam:*", "organizations:*"],
    Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}},
)
BUT_ONE_ROLE = scp(
    Action="cloudtrail:*",
    Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/teams/Provisioner"}},
)
FROM_A_NETWORK = scp(
    Action="cloudtrail:CreateTrail", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}
)


def judged(*documents: dict[str, Any], at: str = "r-exam", **changes: Any) -> Claim:
    """What is claimed of a delegated administrator that these policies hold."""
    return one(NAME, **(ADMINISTRATOR | policies(*documents, at=at) | changes))


def test_full_access_at_every_level_lets_everything_through() -> None:
    """What AWS attaches by itself."""
    claim = judged()
    assert claim.verdict is Verdict.PASS
    assert "3 levels" in claim.summary


@pytest.mark.parametrize("level", LEVELS)
def test_a_deny_at_any_level_fails_and_is_named(level: str) -> None:
    """By the action, the level, the policy and the statement."""
    claim = judged(NO_TRAILS, at=level)
    assert claim.verdict is Verdict.FAIL
    assert "cloudtrail:CreateTrail" in claim.summary
    assert f"denied at {level} by 0: Guard" in str(claim.evidence)


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_that_allows_nothing_denies_everything(level: str) -> None:
    """Full access was detached there and replaced by nothing."""

    def attached(_region: str, *, TargetId: str, **_request: Any) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        return {"Policies": [] if TargetId == level else [{"Id": "p-FullAWSAccess", "Name": "FullAWSAccess"}]}

    claim = judged(list_policies_for_target=attached)
    assert claim.verdict is Verdict.FAIL
    assert f"no policy at {level} allows it" in str(claim.evidence)


def test_a_policy_on_regions_looks_at_the_home_region() -> None:
    """Global services are asked in us-east-1, and excepted by their names."""
    assert judged(OTHER_REGIONS).verdict is Verdict.FAIL
    answers: dict[str, Any] = ADMINISTRATOR | policies(OTHER_REGIONS)
    assert one(NAME, replace(PLAN, home_region="eu-west-1"), **answers).verdict is Verdict.PASS


def test_a_role_that_is_excepted_passes() -> None:
    """By its own ARN, path and all; another role does not."""
    role = {"Role": {"Arn": f"arn:aws:iam::{DELEGATED}:role/teams/Provisioner"}}
    assert judged(BUT_ONE_ROLE, get_role=role).verdict is Verdict.PASS
    another = {"Role": {"Arn": f"arn:aws:iam::{DELEGATED}:role/Provisioner"}}
    assert judged(BUT_ONE_ROLE, get_role=another).verdict is Verdict.FAIL


def test_the_roles_arn_is_asked_for_only_where_a_policy_speaks_of_it() -> None:
    """Least privilege: who needs no iam:GetRole is not asked for it."""
    assert judged(get_role=refused()).verdict is Verdict.PASS
    assert judged(BUT_ONE_ROLE, get_role=refused()).verdict is Verdict.UNVERIFIABLE


def test_a_condition_that_nobody_can_tell_leaves_it_open() -> None:
    """Which network the call comes from, only the call says."""
    claim = judged(FROM_A_NETWORK)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "aws:SourceVpc" in str(claim.evidence)


def test_a_policy_that_cannot_be_read_leaves_it_open() -> None:
    """It may deny."""

    def described(_region: str, *, PolicyId: str) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        return {
            "Policy": {
                "Content": "{"
                if PolicyId == "p-0"
                else '{"Version": "2012-10-17", "Statement": '
                '{"Effect": "Allow", "Action": "*", "Resource": "*"}}'
            }
        }

    assert judged(FULL_ACCESS, describe_policy=described).verdict is Verdict.UNVERIFIABLE


def test_the_management_account_is_not_held() -> None:
    """Whatever is attached to the root, and whoever may read it."""
    claim = one(NAME, list_policies_for_target=refused())
    assert claim.verdict is Verdict.NOT_APPLICABLE


def test_an_organization_without_such_policies_holds_nobody() -> None:
    """Their kind is off on the root."""
    off = {"Roots": [{"Id": "r-exam", "PolicyTypes": []}]}
    assert judged(NO_TRAILS, list_roots=off).verdict is Verdict.PASS


def test_the_log_archive_is_judged_besides() -> None:
    """Bucket and key are created there; which role creates them is not known."""
    plan = replace(PLAN, log_archive=LOG_ARCHIVE)
    no_buckets = policies(scp(Action="s3:*"), at=LOG_ARCHIVE)
    claims = found(plan, selection=Selection((f"preflight.{NAME}",)), **no_buckets)
    by_account = {claim.account: claim.verdict for claim in claims}
    assert by_account == {MANAGEMENT: Verdict.NOT_APPLICABLE, LOG_ARCHIVE: Verdict.FAIL}
    excepted = scp(
        Action="s3:*", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Archivist"}}
    )
    claims = found(plan, selection=Selection((f"preflight.{NAME}",)), **policies(excepted, at=LOG_ARCHIVE))
    by_account = {claim.account: claim.verdict for claim in claims}
    assert by_account[LOG_ARCHIVE] is Verdict.UNVERIFIABLE


def test_where_nothing_is_created_nothing_is_judged() -> None:
    """Bucket and key exist."""
    plan = replace(PLAN, log_archive=LOG_ARCHIVE, bucket="logs", key_arn=KEY)
    claims = found(plan, selection=Selection((f"preflight.{NAME}",)), list_roots=refused())
    assert {claim.verdict for claim in claims} == {Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize(
    "operation", ["list_roots", "list_parents", "list_policies_for_target", "describe_policy"]
)
def test_who_may_not_read_them_is_not_told_that_they_deny_nothing(operation: str) -> None:
    """Only the management account and delegated administrators may."""
    refusal: dict[str, Any] = {operation: refused()}
    claim = judged(**refusal)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert claim.reason
