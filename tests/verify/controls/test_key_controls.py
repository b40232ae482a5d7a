"""Keys: whether they can be used, by whom, and whether they are renewed."""

from typing import Any

import pytest

from cloudtrail.resource_policies import key_policy
from tests.verify.controls.answers import ACCOUNT, HOME, KEY, STORE, TRAIL
from tests.verify.controls.bucket_answers import (
    FOREIGN,
    GOOD_KEY,
    KEY_POLICY,
    ORGANIZATION,
    document,
    encryption,
    error,
    facts,
    key_claims,
    manifest_of,
    with_statements,
)
from verify.verdict import Verdict

USABLE, ROTATION, SUFFICIENT, OPEN = "key.usable", "key.rotation", "key.policy-sufficient", "key.not-open"
USE = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}


def described(**changes: Any) -> dict[str, Any]:
    """DescribeKey with something else in it."""
    return {"describe_key": {"KeyMetadata": GOOD_KEY["describe_key"]["KeyMetadata"] | changes}}


def without(sid: str, **changes: Any) -> dict[str, Any]:
    """The key's policy without one of its statements."""
    statements = [each for each in KEY_POLICY["Statement"] if each["Sid"] != sid]
    return {"get_key_policy": document({**KEY_POLICY, "Statement": statements}), **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"KeyState": "Disabled"},
        {"KeyState": "PendingDeletion", "DeletionDate": "2026-10-01"},
        {"KeyState": "PendingImport"},
        {"KeySpec": "RSA_2048"},
        {"KeyUsage": "GENERATE_VERIFY_MAC"},
    ],
)
def test_a_key_that_cannot_be_used_fails(changes: dict[str, Any]) -> None:
    """Whatever stands in the way, with its state; and the day it is deleted."""
    claim = key_claims(**described(**changes))[USABLE]
    assert (claim.verdict, claim.severity.value) == (Verdict.FAIL, "critical")
    assert facts(claim).get("deletion date") == changes.get("DeletionDate")


def test_a_key_lies_where_its_bucket_and_store_lie() -> None:
    """CloudTrail needs all three in one Region."""
    trail = TRAIL.model_copy(update={"bucket_region": "eu-west-1"})
    assert "bucket logs" in key_claims(trails=[trail])[USABLE].summary
    store = STORE.model_copy(update={"home_region": "eu-west-1"})
    assert key_claims(stores=[store])[USABLE].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"get_key_rotation_status": {"KeyRotationEnabled": False}}, Verdict.FAIL),
        (described(KeyManager="AWS"), Verdict.NOT_APPLICABLE),
        (described(Origin="EXTERNAL"), Verdict.NOT_APPLICABLE),
    ],
)
def test_rotation(changes: dict[str, Any], verdict: Verdict) -> None:
    """Asked of keys whose material is KMS's own and the customer's to rotate."""
    assert key_claims(**changes)[ROTATION].verdict is verdict


def test_an_alias_is_followed() -> None:
    """Only DescribeKey takes one; the others are asked by the key's id."""
    claims = key_claims(f"arn:aws:kms:{HOME}:{ACCOUNT}:alias/mesh")
    assert {claim.verdict for claim in claims.values()} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("sid", "missing"),
    [
        ("CloudTrailEncryptsLogs", "kms:GenerateDataKey for trail meshtrail"),
        ("CloudTrailDescribesKey", "kms:DescribeKey for trail meshtrail"),
    ],
)
def test_what_a_trail_lacks_is_named(sid: str, missing: str) -> None:
    """The action, and for which trail."""
    claim = key_claims(stores=[], **_of_a_trail_without(sid))[SUFFICIENT]
    assert claim.verdict is Verdict.FAIL
    assert missing in claim.summary


def _of_a_trail_without(sid: str, **changes: Any) -> dict[str, Any]:
    policy = key_policy(account=ACCOUNT, partition="aws", trail_arn=TRAIL.arn, event_data_stores=False)
    statements = [each for each in policy["Statement"] if each["Sid"] != sid]
    return {"get_key_policy": document({**policy, "Statement": statements}), **changes}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (encryption(bucket_key=True), Verdict.FAIL),
        (encryption(bucket_key=False), Verdict.PASS),
        (error("ServerSideEncryptionConfigurationNotFoundError"), Verdict.PASS),
        (error("AccessDenied"), Verdict.UNVERIFIABLE),
    ],
)
def test_to_decrypt_is_needed_with_an_s3_bucket_key(answer: Any, verdict: Verdict) -> None:
    """So the bucket is asked; what it does not tell stays open, naming the action."""
    changes = _of_a_trail_without("CloudTrailDecrypts", get_bucket_encryption=answer)
    claim = key_claims(stores=[], **changes)[SUFFICIENT]
    assert claim.verdict is verdict
    assert verdict is not Verdict.UNVERIFIABLE or "s3:GetEncryptionConfiguration" in str(claim.evidence)


def test_an_event_data_store_names_no_source() -> None:
    """A condition on aws:SourceArn, right for a trail, keeps CloudTrail out for a store."""
    changes = without("CloudTrailEncryptsEventDataStores")
    claim = key_claims(**changes)[SUFFICIENT]
    assert "kms:GenerateDataKey for event data store meshtrail" in claim.summary
    assert key_claims(stores=[], **changes)[SUFFICIENT].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({}, Verdict.FAIL),
        ({"StringNotEquals": {"aws:SourceArn": TRAIL.arn}}, Verdict.FAIL),
        ({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}, Verdict.UNVERIFIABLE),
        ({"Bool": {"aws:SecureTransport": "false"}}, Verdict.PASS),
    ],
)
def test_a_deny_is_evaluated(condition: dict[str, Any], verdict: Verdict) -> None:
    """One that hits CloudTrail fails; the store's requests carry no aws:SourceArn, so that one does too."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": condition}
    claim = key_claims(get_key_policy=with_statements(KEY_POLICY, deny))[SUFFICIENT]
    assert claim.verdict is verdict


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ({"Principal": "*"}, Verdict.FAIL),
        ({"NotPrincipal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}}, Verdict.FAIL),
        ({"Principal": {"AWS": FOREIGN}}, Verdict.FAIL),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}}, Verdict.PASS),
        ({"Principal": "*", "Condition": {"StringEquals": {"kms:CallerAccount": ACCOUNT}}}, Verdict.PASS),
        ({"Principal": "*", "Condition": {"StringEquals": {"kms:CallerAccount": FOREIGN}}}, Verdict.PASS),
        (
            {
                "Principal": "*",
                "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
            },
            Verdict.FAIL,
        ),
        (
            {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}},
            Verdict.PASS,
        ),
        (
            {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-another000"}}},
            Verdict.FAIL,
        ),
        (
            {
                "Principal": {"AWS": FOREIGN},
                "Condition": {"Null": {"kms:EncryptionContext:aws:cloudtrail:arn": "false"}},
            },
            Verdict.PASS,
        ),
    ],
)
def test_who_else_may_use_the_key(statement: dict[str, Any], verdict: Verdict) -> None:
    """Everybody, and other accounts without a condition; other accounts under one are told."""
    manifest = manifest_of(organization_id=ORGANIZATION)
    policy = with_statements(KEY_POLICY, {**USE, **statement})
    claim = key_claims(manifest=manifest, get_key_policy=policy)[OPEN]
    assert claim.verdict is verdict
    if verdict is Verdict.PASS and FOREIGN in str(statement):
        assert f"under conditions: account {FOREIGN}" in facts(claim)


def test_a_key_of_another_account_is_its_own_accounts() -> None:
    """Its root user is nobody else."""
    arn = KEY.replace(ACCOUNT, FOREIGN)
    policy = key_policy(account=FOREIGN, partition="aws", trail_arn=TRAIL.arn, event_data_stores=True)
    assert key_claims(arn, get_key_policy=document(policy))[OPEN].verdict is Verdict.PASS
