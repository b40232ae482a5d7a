"""Who else gets at a bucket: the public, and other accounts."""

from collections.abc import Mapping
from typing import Any

import pytest

from cloudtrail.athena.access import bucket_grants
from cloudtrail.resource_policies import TrailDestination
from tests.verify.controls.answers import ACCOUNT, TRAIL
from tests.verify.controls.bucket_answers import (
    ARN,
    BUCKET,
    FOREIGN,
    ORGANIZATION,
    OWN_BLOCK,
    OWNER,
    POLICY,
    bucket_claims,
    error,
    facts,
    manifest_of,
    with_statements,
)
from verify.verdict import Verdict

PUBLIC, SHARED = "bucket.not-public", "bucket.not-shared"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
NO_BLOCK = error("NoSuchPublicAccessBlockConfiguration")
GROUPS = "http://acs.amazonaws.com/groups/global/"


def opened(*statements: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The claims about a bucket without a public access block, with further statements in its policy."""
    return bucket_claims(
        manifest_of(organization_id=ORGANIZATION),
        get_bucket_policy=with_statements(POLICY, *({**READ, **each} for each in statements)),
        **{"get_public_access_block": NO_BLOCK, **changes},
    )


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*", ACCOUNT]}])
def test_a_statement_for_everybody_is_public(principal: Any) -> None:
    """Found in the policy itself, also where S3's own judgement says otherwise; critical."""
    claim = opened({"Principal": principal})[PUBLIC]
    assert (claim.verdict, claim.severity.value) == (Verdict.FAIL, "critical")
    assert "s3:GetObject" in facts(claim)["lets anybody in"]


def test_s3s_own_judgement_counts_too() -> None:
    """What S3 calls public is."""
    claim = opened(get_bucket_policy_status={"PolicyStatus": {"IsPublic": True}})[PUBLIC]
    assert claim.verdict is Verdict.FAIL
    assert "S3 calls it public" in claim.summary


@pytest.mark.parametrize("group", ["AllUsers", "AuthenticatedUsers"])
def test_a_grant_to_everybody_is_public(group: str) -> None:
    """Anybody, or anybody with an AWS account; unless the public access block ignores grants."""
    grant = {"Grantee": {"Type": "Group", "URI": f"{GROUPS}{group}"}, "Permission": "READ"}
    claim = opened(get_bucket_acl={"Grants": [OWNER, grant]})[PUBLIC]
    assert (claim.verdict, "anybody" in facts(claim)["granted"]) == (Verdict.FAIL, True)
    delivery = {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}}
    assert opened(get_bucket_acl={"Grants": [OWNER, delivery]})[PUBLIC].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("setting", "verdict"),
    [("RestrictPublicBuckets", Verdict.PASS), ("BlockPublicPolicy", Verdict.FAIL)],
)
def test_the_public_access_block_holds_an_open_policy_back(setting: str, verdict: Verdict) -> None:
    """Only the setting that takes access away does; the one that refuses new policies does not. It is told."""
    block = {"PublicAccessBlockConfiguration": {setting: True}}
    claim = opened({"Principal": "*"}, get_public_access_block=block)[PUBLIC]
    assert claim.verdict is verdict
    assert "lets anybody in" in facts(claim)
    assert verdict is Verdict.FAIL or "Only the public access block" in claim.summary


def test_the_block_must_stop_each_way_by_itself() -> None:
    """A policy that is held back does not excuse a grant that is not."""
    grant = {"Grantee": {"URI": f"{GROUPS}AllUsers"}, "Permission": "READ"}
    block = {"PublicAccessBlockConfiguration": OWN_BLOCK | {"IgnorePublicAcls": False}}
    claim = opened({"Principal": "*"}, get_bucket_acl={"Grants": [grant]}, get_public_access_block=block)
    assert claim[PUBLIC].verdict is Verdict.FAIL
    assert claim[PUBLIC].summary.endswith("public by its access control list.")


@pytest.mark.parametrize(
    ("condition", "public", "shared"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, Verdict.PASS, Verdict.PASS),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-another000"}}, Verdict.PASS, Verdict.FAIL),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, Verdict.PASS, Verdict.PASS),
        ({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, FOREIGN]}}, Verdict.PASS, Verdict.FAIL),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, Verdict.FAIL, Verdict.FAIL),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, Verdict.PASS, Verdict.UNVERIFIABLE),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Verdict.PASS, Verdict.UNVERIFIABLE),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, Verdict.FAIL, Verdict.FAIL),
        ({"Bool": {"aws:SecureTransport": "true"}}, Verdict.FAIL, Verdict.FAIL),
        ({"StringEquals": {"aws:Referer": "https://example.com/"}}, Verdict.FAIL, Verdict.FAIL),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, Verdict.PASS, Verdict.PASS),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, Verdict.FAIL, Verdict.FAIL),
        ({"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}}, Verdict.PASS, Verdict.PASS),
        ({"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:*"}}, Verdict.FAIL, Verdict.FAIL),
        ({"DateLessThan": {"aws:CurrentTime": "2027-01-01"}}, Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE),
        ({"StringEquals": {"s3:ExistingObjectTag/open": "yes"}}, Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE),
    ],
)
def test_a_statement_for_everybody_under_a_condition(
    condition: dict[str, Any], public: Verdict, shared: Verdict
) -> None:
    """Public is what a stranger can meet; what pins the requester down is not, but may let others in."""
    claims = opened({"Principal": "*", "Condition": condition})
    assert (claims[PUBLIC].verdict, claims[SHARED].verdict) == (public, shared)
    if shared is Verdict.UNVERIFIABLE:
        assert next(iter(next(iter(condition.values())))) in (claims[SHARED].reason or "")


@pytest.mark.parametrize(
    ("principal", "verdict", "who"),
    [
        ({"AWS": FOREIGN}, Verdict.FAIL, f"account {FOREIGN}"),
        ({"AWS": [f"arn:aws:iam::{FOREIGN}:role/reader"]}, Verdict.FAIL, f"account {FOREIGN}"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}, Verdict.PASS, ""),
        ({"Service": "logging.s3.amazonaws.com"}, Verdict.PASS, ""),
        ({"CanonicalUser": "79a59df900b949e5"}, Verdict.UNVERIFIABLE, "79a59df900b949e5"),
        ({"AWS": "AROAEXAMPLEEXAMPLE"}, Verdict.UNVERIFIABLE, "AROAEXAMPLEEXAMPLE"),
        ({"Federated": "cognito-identity.amazonaws.com"}, Verdict.UNVERIFIABLE, "cognito"),
    ],
)
def test_other_accounts_are_named(principal: dict[str, Any], verdict: Verdict, who: str) -> None:
    """By number and by ARN; names that show no account are left open. None of them is the public."""
    claims = opened({"Principal": principal})
    assert claims[SHARED].verdict is verdict
    assert who in claims[SHARED].summary
    assert claims[PUBLIC].verdict is Verdict.PASS


def test_a_deny_takes_back_what_is_open() -> None:
    """An Allow for everybody and a Deny for all but the own organization."""
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ARN, f"{ARN}/*"],
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    }
    assert opened({"Principal": "*"}, deny)[PUBLIC].verdict is Verdict.PASS
    assert opened({"Principal": {"AWS": FOREIGN}}, deny)[SHARED].verdict is Verdict.PASS


def test_whose_organization_it_is_must_be_known() -> None:
    """Without its id in the manifest, an organization in the policy may be the own one."""
    condition = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    policy = with_statements(POLICY, {**READ, "Principal": "*", "Condition": condition})
    claim = bucket_claims(get_bucket_policy=policy)[SHARED]
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert f"organization {ORGANIZATION}" in claim.summary


def test_a_bucket_without_a_policy_is_open_to_nobody() -> None:
    """No policy allows nothing."""
    claims = bucket_claims(
        get_bucket_policy=error("NoSuchBucketPolicy"), get_bucket_policy_status=error("NoSuchBucketPolicy")
    )
    assert claims[PUBLIC].verdict is claims[SHARED].verdict is Verdict.PASS
    assert claims["bucket.delivery-policy"].verdict is Verdict.FAIL


@pytest.mark.parametrize(("account", "verdict"), [(ACCOUNT, Verdict.PASS), (FOREIGN, Verdict.FAIL)])
def test_athena_of_the_manifests_account_is_let_in_by_promise(account: str, verdict: Verdict) -> None:
    """Where the bucket lies in a log archive, the stack's own account reads it; nobody else's Athena does."""
    destination = TrailDestination(bucket=BUCKET, trail_arn=TRAIL.arn, organization_id=ORGANIZATION)
    assert opened(*bucket_grants(destination, account=account))[SHARED].verdict is verdict
