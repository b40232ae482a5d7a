import json
from typing import Any

import pytest
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator

from cloudtrail.resource_policies import (
    TrailDestination,
    allows,
    bucket_needs,
    bucket_policy,
    contradicting_bucket_statements,
    key_needs,
    key_policy,
    log_role_policy,
    log_role_trust,
    missing_bucket_statements,
    tls_only,
    topic_policy,
    unguarded_bucket_statements,
)

TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh"
ACCOUNT_TRAIL = TrailDestination(bucket="audit", trail_arn=TRAIL)
ORGANIZATION_TRAIL = TrailDestination(
    bucket="audit", trail_arn=TRAIL, prefix="mesh", organization_id="o-exampleorgid"
)


def by_sid(policy: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A policy's statements by their names."""
    return {statement["Sid"]: statement for statement in policy["Statement"]}


@pytest.mark.parametrize("destination", [ACCOUNT_TRAIL, ORGANIZATION_TRAIL])
def test_every_cloudtrail_statement_of_a_bucket_names_the_trail(destination: TrailDestination) -> None:
    """No other trail can deliver into the bucket."""
    for statement in bucket_needs(destination):
        assert statement["Condition"]["StringEquals"]["aws:SourceArn"] == TRAIL


def test_an_account_trail_writes_below_its_account_only() -> None:
    """The write is bounded by `AWSLogs/ACCOUNT/`."""
    statements = by_sid(bucket_policy(ACCOUNT_TRAIL))
    assert statements["CloudTrailWritesAccount"]["Resource"] == "arn:aws:s3:::audit/AWSLogs/123456789012/*"
    assert "CloudTrailWritesOrganization" not in statements


def test_an_organization_trail_writes_below_prefix_and_organization() -> None:
    """The organization's path and the management account's are both open, under the prefix."""
    statements = by_sid(bucket_policy(ORGANIZATION_TRAIL))
    assert (
        statements["CloudTrailWritesOrganization"]["Resource"]
        == "arn:aws:s3:::audit/mesh/AWSLogs/o-exampleorgid/*"
    )
    assert (
        statements["CloudTrailWritesAccount"]["Resource"] == "arn:aws:s3:::audit/mesh/AWSLogs/123456789012/*"
    )


def test_a_bucket_refuses_requests_without_tls() -> None:
    """Bucket and objects alike."""
    statement = by_sid(bucket_policy(ACCOUNT_TRAIL))["RefuseWithoutTls"]
    assert statement["Effect"] == "Deny"
    assert statement["Resource"] == ["arn:aws:s3:::audit", "arn:aws:s3:::audit/*"]


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_every_arn_lies_in_the_trails_partition(region: str, partition: str) -> None:
    """China and GovCloud get ARNs of their own; the service principal is the same everywhere."""
    trail = f"arn:{partition}:cloudtrail:{region}:123456789012:trail/mesh"
    group = f"arn:{partition}:logs:{region}:123456789012:log-group:mesh"
    documents = [
        bucket_policy(TrailDestination(bucket="audit", trail_arn=trail, organization_id="o-exampleorgid")),
        key_policy(account="123456789012", partition=partition, trail_arn=trail, event_data_stores=True),
        topic_policy(topic_arn=f"arn:{partition}:sns:{region}:123456789012:mesh", trail_arn=trail),
        log_role_policy(log_group_arn=group, trail_arn=trail),
    ]
    text = json.dumps(documents)
    assert text.count("arn:") == text.count(f"arn:{partition}:")
    assert "amazonaws.com.cn" not in text


def test_a_bucket_with_its_own_policy_lacks_nothing() -> None:
    """What is written is what is asked for."""
    needs = [*bucket_needs(ORGANIZATION_TRAIL), tls_only("audit", partition="aws")]
    policy = bucket_policy(ORGANIZATION_TRAIL)
    assert missing_bucket_statements(policy, needs) == []
    assert contradicting_bucket_statements(policy, needs) == []
    assert unguarded_bucket_statements(policy, ORGANIZATION_TRAIL) == []


def test_a_bucket_without_a_policy_lacks_everything() -> None:
    """None and an empty document alike."""
    needs = bucket_needs(ACCOUNT_TRAIL)
    assert missing_bucket_statements(None, needs) == needs
    assert missing_bucket_statements({"Version": "2012-10-17", "Statement": []}, needs) == needs


def test_a_policy_for_the_account_lacks_the_organizations_write() -> None:
    """Only the statement that is really absent is named."""
    policy = bucket_policy(TrailDestination(bucket="audit", trail_arn=TRAIL, prefix="mesh"))
    missing = missing_bucket_statements(policy, bucket_needs(ORGANIZATION_TRAIL))
    assert [statement["Sid"] for statement in missing] == ["CloudTrailWritesOrganization"]


def test_a_policy_for_another_trail_lacks_everything() -> None:
    """A statement bound to another trail's ARN does not let this one in."""
    other = TrailDestination(bucket="audit", trail_arn=TRAIL.replace("mesh", "other"))
    assert missing_bucket_statements(bucket_policy(other), bucket_needs(ACCOUNT_TRAIL)) == bucket_needs(
        ACCOUNT_TRAIL
    )


def test_two_statements_may_cover_a_need_together() -> None:
    """TLS may be asked for bucket and objects in a statement each."""
    need = tls_only("audit", partition="aws")
    halves = {"Statement": [{**need, "Resource": resource} for resource in need["Resource"]]}
    assert missing_bucket_statements(halves, [need]) == []
    assert missing_bucket_statements({"Statement": halves["Statement"][:1]}, [need]) == [need]


def test_a_broad_statement_covers_and_is_called_unguarded() -> None:
    """CloudTrail gets in, but so would a stranger's trail."""
    broad = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": ["arn:aws:s3:::audit", "arn:aws:s3:::audit/*"],
    }
    assert missing_bucket_statements({"Statement": broad}, bucket_needs(ACCOUNT_TRAIL)) == []
    assert unguarded_bucket_statements({"Statement": broad}, ACCOUNT_TRAIL) == [broad]


@pytest.mark.parametrize(
    ("deny", "contradicts"),
    [
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::audit/*"}, True),
        (
            {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::audit/AWSLogs/123456789012/CloudTrail/*"},
            True,
        ),
        ({"Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::audit/*"}, False),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::audit/private/*"}, False),
        (
            {
                "Action": "s3:*",
                "Resource": "arn:aws:s3:::audit/*",
                "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}},
            },
            False,
        ),
    ],
)
def test_a_deny_that_takes_back_what_cloudtrail_needs_is_found(
    deny: dict[str, Any], *, contradicts: bool
) -> None:
    """Only a Deny that speaks of CloudTrail's own requests counts."""
    statement = {"Effect": "Deny", "Principal": "*", **deny}
    policy = bucket_policy(ACCOUNT_TRAIL)
    policy["Statement"].append(statement)
    found = contradicting_bucket_statements(policy, bucket_needs(ACCOUNT_TRAIL))
    assert found == ([statement] if contradicts else [])


def test_a_key_for_a_trail_is_bound_to_that_trail() -> None:
    """Encrypting asks for the trail's ARN and its encryption context."""
    statements = by_sid(
        key_policy(account="123456789012", partition="aws", trail_arn=TRAIL, event_data_stores=False)
    )
    assert statements["CloudTrailEncryptsLogs"]["Condition"] == {
        "StringEquals": {"aws:SourceArn": TRAIL},
        "StringLike": {
            "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:123456789012:trail/*"
        },
    }
    assert "CloudTrailEncryptsEventDataStores" not in statements


def test_a_key_for_a_trail_lets_that_trail_encrypt_and_no_other() -> None:
    """What a key's policy is written for is what it is found to allow; a Deny takes it back."""
    policy = key_policy(account="123456789012", partition="aws", trail_arn=TRAIL, event_data_stores=False)
    assert allows(policy, key_needs(TRAIL, bucket_key=True))
    assert not allows(policy, key_needs(f"{TRAIL}-2", bucket_key=False))
    assert not allows(None, key_needs(TRAIL, bucket_key=False))
    deny = {"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
    denied = {"Statement": [*policy["Statement"], deny]}
    assert allows(denied, key_needs(TRAIL, bucket_key=False))
    assert not allows(denied, key_needs(TRAIL, bucket_key=True))


def test_a_key_for_event_data_stores_carries_no_source_condition() -> None:
    """CloudTrail does not send one for them; with the condition no store could be created."""
    statements = by_sid(
        key_policy(account="123456789012", partition="aws", trail_arn=None, event_data_stores=True)
    )
    assert set(statements) == {"AccountAdministersKey", "CloudTrailEncryptsEventDataStores"}
    assert "Condition" not in statements["CloudTrailEncryptsEventDataStores"]


def test_the_log_role_is_taken_without_a_source_condition() -> None:
    """CloudTrail sends none here; with one, delivery to CloudWatch Logs would stop."""
    (statement,) = log_role_trust()["Statement"]
    assert statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert "Condition" not in statement


def test_the_log_role_writes_only_cloudtrails_own_streams() -> None:
    """The account's streams, and on an organization trail those that begin with the organization."""
    group = "arn:aws:logs:us-east-1:123456789012:log-group:mesh"
    (statement,) = log_role_policy(log_group_arn=group, trail_arn=TRAIL, organization_id="o-exampleorgid")[
        "Statement"
    ]
    assert statement["Resource"] == [
        f"{group}:log-stream:123456789012_CloudTrail_us-east-1*",
        f"{group}:log-stream:o-exampleorgid_*",
    ]


def test_role_documents_pass_an_independent_grammar_check() -> None:
    """Moto's IAM validators, written against real answers of IAM, accept both documents."""
    group = "arn:aws:logs:us-east-1:123456789012:log-group:mesh"
    IAMTrustPolicyDocumentValidator(json.dumps(log_role_trust())).validate()
    IAMPolicyDocumentValidator(json.dumps(log_role_policy(log_group_arn=group, trail_arn=TRAIL))).validate()
