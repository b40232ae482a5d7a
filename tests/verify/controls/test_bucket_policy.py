"""What a bucket's policy says to CloudTrail, decided by evaluating it."""

from typing import Any

import pytest

from cloudtrail.resource_policies import TrailDestination, bucket_policy
from tests.verify.controls.answers import ACCOUNT, TRAIL
from tests.verify.controls.bucket_answers import (
    ARN,
    BUCKET,
    FOREIGN,
    ORGANIZATION,
    POLICY,
    bucket_claims,
    document,
    facts,
    manifest_of,
    with_statements,
)
from verify.verdict import Verdict

DELIVERY, GUARD, TLS = "bucket.delivery-policy", "bucket.unguarded", "bucket.tls-only"
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
ACL_CHECK, WRITE, NO_TLS = POLICY["Statement"]


def verdicts(*statements: dict[str, Any], **manifest: Any) -> dict[str, Verdict]:
    """The verdicts on a policy of these statements."""
    policy = document({"Version": "2012-10-17", "Statement": list(statements)})
    claims = bucket_claims(manifest_of(**manifest), get_bucket_policy=policy)
    return {name: claim.verdict for name, claim in claims.items()}


@pytest.mark.parametrize("left_out", [0, 1])
def test_a_missing_statement_is_named(left_out: int) -> None:
    """With its whole text, ready to be added."""
    statements = [each for index, each in enumerate(POLICY["Statement"]) if index != left_out]
    policy = document({**POLICY, "Statement": statements})
    claim = bucket_claims(get_bucket_policy=policy)[DELIVERY]
    assert claim.verdict is Verdict.FAIL
    assert POLICY["Statement"][left_out]["Sid"] in claim.summary
    assert POLICY["Statement"][left_out]["Resource"] in facts(claim)["missing"]


@pytest.mark.parametrize(
    "change",
    [
        {"Resource": f"{ARN}/AWSLogs/{FOREIGN}/*"},
        {"Resource": f"{ARN}/other/AWSLogs/{ACCOUNT}/*"},
        {"Condition": {"StringEquals": {"aws:SourceArn": TRAIL.arn.replace("meshtrail", "other")}}},
        {"Condition": {"StringEquals": {"s3:x-amz-acl": "private"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}},
        {"Principal": {"Service": "config.amazonaws.com"}},
        {"Action": "s3:GetObject"},
    ],
)
def test_a_write_that_does_not_fit_the_trail_fails(change: dict[str, Any]) -> None:
    """Another account, prefix, trail, header, service or action; a service is no member of an organization."""
    assert verdicts(ACL_CHECK, {**WRITE, **change}, NO_TLS)[DELIVERY] is Verdict.FAIL


def test_log_and_digest_files_may_be_allowed_apart() -> None:
    """Two narrow statements do what one wide one does; without the one for digests, delivery is incomplete."""
    logs = {**WRITE, "Resource": f"{ARN}/AWSLogs/{ACCOUNT}/CloudTrail/*"}
    digests = {**WRITE, "Resource": f"{ARN}/AWSLogs/{ACCOUNT}/CloudTrail-Digest/*"}
    assert verdicts(ACL_CHECK, logs, digests)[DELIVERY] is Verdict.PASS
    assert verdicts(ACL_CHECK, logs)[DELIVERY] is Verdict.FAIL
    plain = TRAIL.model_copy(update={"log_file_validation": False})
    assert verdicts(ACL_CHECK, logs, trails=[plain])[DELIVERY] is Verdict.PASS


@pytest.mark.parametrize(
    ("deny", "verdict"),
    [
        ({"Principal": "*", "Action": "s3:*", "Resource": "*"}, Verdict.FAIL),
        ({"NotPrincipal": {"AWS": ACCOUNT}, "Action": "s3:PutObject", "Resource": "*"}, Verdict.FAIL),
        ({"NotPrincipal": CLOUDTRAIL, "Action": "s3:*", "Resource": "*"}, Verdict.PASS),
        ({"Principal": "*", "NotAction": "s3:GetObject", "Resource": "*"}, Verdict.FAIL),
        ({"Principal": "*", "Action": "s3:*", "NotResource": f"{ARN}*"}, Verdict.PASS),
        ({"Principal": "*", "Action": "s3:Put*", "Resource": f"{ARN}/AWSLogs/*/2026/*"}, Verdict.FAIL),
        ({"Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"}, Verdict.PASS),
    ],
)
def test_a_deny_that_hits_cloudtrail_fails(deny: dict[str, Any], verdict: Verdict) -> None:
    """Whatever form it is written in, also when it hits some of the files only."""
    assert verdicts(*POLICY["Statement"], {"Effect": "Deny", **deny})[DELIVERY] is verdict


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}, Verdict.FAIL),
        (
            {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
            Verdict.PASS,
        ),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, Verdict.FAIL),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Verdict.UNVERIFIABLE),
        ({"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}, Verdict.UNVERIFIABLE),
        ({"StringNotEquals": {"aws:SourceArn": TRAIL.arn}}, Verdict.PASS),
        ({"StringNotEquals": {"aws:SourceAccount": FOREIGN}}, Verdict.FAIL),
        ({"Bool": {"aws:SecureTransport": "false"}}, Verdict.PASS),
    ],
)
def test_a_conditional_deny_is_evaluated(condition: dict[str, Any], verdict: Verdict) -> None:
    """By what CloudTrail is known to send; what it may send is left open, naming the key."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"]}
    policy = with_statements(POLICY, {**deny, "Condition": condition})
    claim = bucket_claims(get_bucket_policy=policy)[DELIVERY]
    assert claim.verdict is verdict
    if verdict is Verdict.UNVERIFIABLE:
        assert next(iter(next(iter(condition.values())))) in (claim.reason or "")
    if verdict is Verdict.FAIL:
        assert "refuses CloudTrail" in facts(claim)


def test_every_trail_of_the_bucket_counts() -> None:
    """Two trails into one bucket: the policy of one does not let the other in."""
    other = TRAIL.model_copy(update={"arn": TRAIL.arn.replace("meshtrail", "other"), "name": "other"})
    assert verdicts(*POLICY["Statement"], trails=[TRAIL, other])[DELIVERY] is Verdict.FAIL
    both = bucket_policy(TrailDestination(bucket=BUCKET, trail_arn=other.arn))["Statement"]
    assert verdicts(*POLICY["Statement"], *both, trails=[TRAIL, other])[DELIVERY] is Verdict.PASS


def test_an_organization_trail_needs_the_organizations_folder_too() -> None:
    """Its members' files lie under the organization's id; without knowing that, nobody can tell."""
    trail = TRAIL.model_copy(update={"scope": "organization", "prefix": "mesh"})
    whole = bucket_policy(
        TrailDestination(bucket=BUCKET, trail_arn=trail.arn, prefix="mesh", organization_id=ORGANIZATION)
    )["Statement"]
    account_only = [each for each in whole if each["Sid"] != "CloudTrailWritesOrganization"]
    known: dict[str, Any] = {"trails": [trail], "organization_id": ORGANIZATION}
    assert verdicts(*whole, **known)[DELIVERY] is Verdict.PASS
    assert verdicts(*account_only, **known)[DELIVERY] is Verdict.FAIL
    assert verdicts(*account_only, trails=[trail])[DELIVERY] is Verdict.UNVERIFIABLE


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}, Verdict.FAIL),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, Verdict.PASS),
        ({"StringEquals": {"aws:SourceOrgID": ORGANIZATION}}, Verdict.PASS),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}}, Verdict.PASS),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:*:trail/*"}}, Verdict.FAIL),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:*:trail/meshtrail"}}, Verdict.FAIL),
        ({"StringEquals": {"aws:ResourceTag/team": "audit"}}, Verdict.UNVERIFIABLE),
    ],
)
def test_a_strangers_trail_must_not_get_in(condition: dict[str, Any], verdict: Verdict) -> None:
    """The account's own folder is no protection: a stranger's trail may carry it as its prefix."""
    assert verdicts(ACL_CHECK, {**WRITE, "Condition": condition}, NO_TLS)[GUARD] is verdict


def test_a_deny_for_strangers_guards_as_well() -> None:
    """An Allow without a guard, and a Deny for every trail but the own."""
    wide = {**WRITE, "Condition": {}}
    deny = {
        **wide,
        "Effect": "Deny",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:SourceArn": TRAIL.arn}},
    }
    assert verdicts(ACL_CHECK, wide, NO_TLS)[GUARD] is Verdict.FAIL
    assert verdicts(ACL_CHECK, wide, deny, NO_TLS)[GUARD] is Verdict.PASS


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"Action": "*", "Resource": "*"}, Verdict.PASS),
        ({"Condition": {"BoolIfExists": {"aws:SecureTransport": False}}}, Verdict.PASS),
        ({"Resource": f"{ARN}/*"}, Verdict.FAIL),
        ({"Action": "s3:GetObject"}, Verdict.FAIL),
        ({"Principal": {"AWS": ACCOUNT}}, Verdict.FAIL),
        ({"Effect": "Allow"}, Verdict.FAIL),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, Verdict.FAIL),
        (
            {
                "Condition": {
                    "Bool": {"aws:SecureTransport": "false"},
                    "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION},
                }
            },
            Verdict.FAIL,
        ),
    ],
)
def test_only_a_deny_of_everything_without_tls_counts(change: dict[str, Any], verdict: Verdict) -> None:
    """For everybody, every action, the bucket and its objects, and under no further condition."""
    assert verdicts(ACL_CHECK, WRITE, {**NO_TLS, **change})[TLS] is verdict


def test_two_statements_may_refuse_together() -> None:
    """One for the bucket and one for its objects."""
    parts = [{**NO_TLS, "Resource": ARN}, {**NO_TLS, "Resource": f"{ARN}/*"}]
    assert verdicts(ACL_CHECK, WRITE, *parts)[TLS] is Verdict.PASS
