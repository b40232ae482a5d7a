"""Every control on buckets and keys: good ones pass, and what cannot be looked at is never a pass."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.verify.controls.answers import ACCOUNT, HOME, TRAIL, FakeAws, aws_of
from tests.verify.controls.bucket_answers import (
    ARN,
    BUCKET,
    FOREIGN,
    GOOD_BUCKET,
    GOOD_KEY,
    ORGANIZATION,
    bucket_claims,
    encryption,
    error,
    key_claims,
    manifest_of,
)
from verify.controls.bucket_posture import BUCKET_CONTROLS, KEY_CONTROLS, BucketState
from verify.finding import Scope
from verify.verdict import Verdict

ACTION_OF = {
    "get_bucket_policy": "s3:GetBucketPolicy",
    "get_bucket_policy_status": "s3:GetBucketPolicyStatus",
    "get_public_access_block": "s3:GetBucketPublicAccessBlock",
    "get_bucket_acl": "s3:GetBucketAcl",
    "get_bucket_versioning": "s3:GetBucketVersioning",
    "get_object_lock_configuration": "s3:GetBucketObjectLockConfiguration",
    "get_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "get_bucket_logging": "s3:GetBucketLogging",
    "get_bucket_encryption": "s3:GetEncryptionConfiguration",
    "describe_key": "kms:DescribeKey",
    "get_key_rotation_status": "kms:GetKeyRotationStatus",
    "get_key_policy": "kms:GetKeyPolicy",
}
NOTHING_CONFIGURED = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_policy_status": "NoSuchBucketPolicy",
    "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
}


def everywhere(operations: Iterable[str], code: str) -> dict[str, Any]:
    """The same error from each of several operations."""
    return {operation: error(code) for operation in operations}


def test_a_good_bucket_and_key_pass() -> None:
    """Nothing is wrong with what is as it should be."""
    claims = [*bucket_claims().values(), *key_claims().values()]
    assert {claim.id: claim.verdict for claim in claims if claim.verdict is not Verdict.PASS} == {}
    assert len(claims) == len(BUCKET_CONTROLS) + len(KEY_CONTROLS)


@pytest.mark.parametrize("operation", GOOD_BUCKET)
def test_a_refused_call_to_s3_leaves_exactly_its_claims_open(operation: str) -> None:
    """UNVERIFIABLE, naming the action and the bucket; every control declares each action it needs."""
    claims = bucket_claims(**{operation: error("AccessDenied")})
    action = ACTION_OF[operation]
    for control in BUCKET_CONTROLS:
        claim = claims[control.id]
        assert (claim.verdict is Verdict.UNVERIFIABLE) == (action in control.actions), control.id
        if claim.verdict is Verdict.UNVERIFIABLE:
            named = "access-logs" if control.id == "bucket.access-log-target" else BUCKET
            where = f"bucket {named if action.endswith('LockConfiguration') else BUCKET}, {HOME}"
            assert {fact.value for fact in claim.evidence} == {action, where}
            assert action in (claim.reason or "")


@pytest.mark.parametrize("operation", ["describe_key", "get_key_rotation_status", "get_key_policy"])
def test_a_refused_call_to_kms_leaves_exactly_its_claims_open(operation: str) -> None:
    """As of S3."""
    claims = key_claims(**{operation: error("AccessDeniedException")})
    for control in KEY_CONTROLS:
        claim = claims[control.id]
        expected = Verdict.UNVERIFIABLE if ACTION_OF[operation] in control.actions else Verdict.PASS
        assert claim.verdict is expected, control.id
        assert expected is Verdict.PASS or ACTION_OF[operation] in str(claim.evidence)


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ExpiredToken"])
def test_other_failures_are_no_verdict_either(code: str) -> None:
    """Throttled, broken or expired: nothing is said of the bucket or the key."""
    broken = everywhere([*GOOD_BUCKET, *GOOD_KEY], code)
    claims = [*bucket_claims(**broken).values(), *key_claims(**broken).values()]
    assert {claim.verdict for claim in claims} == {Verdict.UNVERIFIABLE}


@pytest.mark.parametrize(("operation", "code"), NOTHING_CONFIGURED.items())
def test_that_nothing_is_configured_is_an_answer(operation: str, code: str) -> None:
    """S3 says so by an error code; no claim is left open by it."""
    claims = bucket_claims(**{operation: error(code)})
    assert Verdict.UNVERIFIABLE not in {claim.verdict for claim in claims.values()}


def test_a_bucket_that_is_gone_fails_once() -> None:
    """One claim says so; the others say that there was nothing to look at."""
    claims = bucket_claims(**everywhere(GOOD_BUCKET, "NoSuchBucket"))
    gone = claims.pop("bucket.delivery-policy")
    assert (gone.verdict, gone.summary) == (Verdict.FAIL, f"Bucket {BUCKET} does not exist.")
    assert {claim.verdict for claim in claims.values()} == {Verdict.UNVERIFIABLE}


def test_a_key_that_is_gone_fails_once() -> None:
    """As of a bucket."""
    claims = key_claims(
        **everywhere(["describe_key", "get_key_policy", "get_key_rotation_status"], "NotFoundException")
    )
    gone = claims.pop("key.usable")
    assert (gone.verdict, "does not exist" in gone.summary) == (Verdict.FAIL, True)
    assert {claim.verdict for claim in claims.values()} == {Verdict.UNVERIFIABLE}


def test_another_accounts_bucket_and_key_are_named_as_such() -> None:
    """An organization trail seen from a member: the action that is missing, and whose the resource is."""
    trail = TRAIL.model_copy(
        update={
            "arn": TRAIL.arn.replace(ACCOUNT, FOREIGN),
            "scope": "organization",
            "key_arn": f"arn:aws:kms:{HOME}:{FOREIGN}:key/1",
        }
    )
    manifest = manifest_of([trail], [], organization_id=ORGANIZATION)
    denied = everywhere([*GOOD_BUCKET, *GOOD_KEY], "AccessDenied")
    claims = [
        *bucket_claims(manifest, **denied).values(),
        *key_claims(trail.key_arn or "", trails=[trail], stores=[], manifest=manifest, **denied).values(),
    ]
    for claim in claims:
        assert claim.verdict is Verdict.UNVERIFIABLE
        assert f"account {FOREIGN}" in str(claim.evidence)


@pytest.mark.parametrize("text", ["", "no json", "[]", "null", "[" * 100_000])
def test_a_policy_that_is_no_policy_leaves_its_claims_open(text: str) -> None:
    """Nothing is guessed of a document that cannot be read."""
    claims = bucket_claims(get_bucket_policy={"Policy": text})
    open_claims = {name for name, claim in claims.items() if claim.verdict is Verdict.UNVERIFIABLE}
    assert open_claims == {
        *("bucket.delivery-policy", "bucket.unguarded", "bucket.tls-only"),
        *("bucket.not-public", "bucket.not-shared"),
    }
    key = key_claims(get_key_policy={"Policy": text})
    assert key["key.policy-sufficient"].verdict is key["key.not-open"].verdict is Verdict.UNVERIFIABLE


def test_each_answer_is_asked_for_once() -> None:
    """Eleven controls, nine questions, and one about the bucket for access logs."""
    aws = aws_of(GOOD_BUCKET)
    manifest = manifest_of()
    state = BucketState(BUCKET, HOME, aws=aws, manifest=manifest, trails=manifest.trails)
    for control in BUCKET_CONTROLS:
        control.claim(state, Scope(ACCOUNT, HOME, None, ARN))
    assert isinstance(aws, FakeAws)
    assert sorted(name for _, name in aws.calls) == sorted([*GOOD_BUCKET, "get_object_lock_configuration"])


def test_every_control_says_what_it_is() -> None:
    """Ids are unique, titles are sentences, actions and mappings are declared."""
    controls = [*BUCKET_CONTROLS, *KEY_CONTROLS]
    assert len({control.id for control in controls}) == len(controls)
    for control in controls:
        assert control.actions
        assert control.requirements
        assert control.remedy.endswith((".", "`", "keys"))
        assert len(set(control.requirements)) == len(control.requirements)


def test_a_hostile_answer_costs_no_other_claim() -> None:
    """What nobody foresaw in one answer leaves the other claims as they are."""
    claims = bucket_claims(get_bucket_encryption=encryption() | {"ServerSideEncryptionConfiguration": 7})
    assert claims["bucket.encrypted"].verdict is Verdict.UNVERIFIABLE
    assert claims["bucket.versioning"].verdict is Verdict.PASS
