"""Buckets and keys on the sandbox, through real clients: what S3 and KMS answer is read as it comes."""

import json
from typing import Any

import pytest

from cloudtrail.manifest import BucketPromise
from cloudtrail.resource_policies import key_policy
from sandbox.clients import ACCOUNT
from verify.controls.bucket_posture import BUCKET_CONTROLS, KEY_CONTROLS, BucketState, KeyState
from verify.finding import Scope
from verify.report import Claim
from verify.verdict import Verdict

World = Any  # the fixture's own type lives in conftest
HOME = "us-east-1"


def bucket_claims(world: World, *promises: BucketPromise, key: str | None = None) -> dict[str, Claim]:
    """The claims about the world's bucket."""
    (trail,) = world.manifest.trails
    trail = trail.model_copy(update={"key_arn": key})
    manifest = world.manifest.model_copy(update={"trails": (trail,), "buckets": promises})
    state = BucketState(trail.bucket, HOME, aws=world.aws, manifest=manifest, trails=(trail,))
    return {control.id: control.claim(state, Scope(ACCOUNT, HOME)) for control in BUCKET_CONTROLS}


def test_of_a_bare_bucket_every_claim_is_decided(world: World) -> None:
    """Nothing is configured but the policy: no question is left open by how S3 says so."""
    verdicts = {name: claim.verdict for name, claim in bucket_claims(world).items()}
    assert verdicts == {
        "bucket.delivery-policy": Verdict.PASS,
        "bucket.unguarded": Verdict.PASS,
        "bucket.tls-only": Verdict.PASS,
        "bucket.not-public": Verdict.PASS,
        "bucket.not-shared": Verdict.PASS,
        "bucket.versioning": Verdict.FAIL,
        "bucket.object-lock": Verdict.NOT_APPLICABLE,
        "bucket.lifecycle": Verdict.PASS,
        "bucket.access-logging": Verdict.FAIL,
        "bucket.access-log-target": Verdict.NOT_APPLICABLE,
        "bucket.encrypted": Verdict.PASS,
    }


def test_a_bucket_and_key_as_promised_pass(world: World) -> None:
    """Versions, a lifecycle, encryption under the key: as they were promised."""
    (trail,) = world.manifest.trails
    policy = key_policy(account=ACCOUNT, partition="aws", trail_arn=trail.arn, event_data_stores=False)
    kms = world.aws.client("kms", HOME)
    key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    world.s3.put_bucket_versioning(Bucket=trail.bucket, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ID": "age", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
    world.s3.put_bucket_lifecycle_configuration(Bucket=trail.bucket, LifecycleConfiguration={"Rules": [rule]})
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    world.s3.put_bucket_encryption(
        Bucket=trail.bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
        },
    )
    promise = BucketPromise(name=trail.bucket, region=HOME, versioning=True, expire_after_days=365)
    claims = bucket_claims(world, promise, key=key)
    state = KeyState(key, aws=world.aws, manifest=world.manifest, trails=(trail,), stores=())
    claims |= {control.id: control.claim(state, Scope(ACCOUNT, HOME)) for control in KEY_CONTROLS}
    refused = {name: claim.summary for name, claim in claims.items() if claim.verdict is not Verdict.PASS}
    assert set(refused) == {"bucket.object-lock", "bucket.access-logging", "bucket.access-log-target"}
    assert {claims[name].verdict for name in refused} == {Verdict.NOT_APPLICABLE}
    kms.disable_key(KeyId=key.rpartition("/")[2])
    state = KeyState(key, aws=world.aws, manifest=world.manifest, trails=(trail,), stores=())
    assert KEY_CONTROLS[0].claim(state, Scope(ACCOUNT, HOME)).verdict is Verdict.FAIL


def test_a_bucket_opened_to_the_public_is_found(world: World) -> None:
    """By a statement of its policy, and by a grant."""
    (trail,) = world.manifest.trails
    policy = json.loads(world.s3.get_bucket_policy(Bucket=trail.bucket)["Policy"])
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    policy["Statement"].append(everybody | {"Resource": f"arn:aws:s3:::{trail.bucket}/*"})
    world.s3.put_bucket_policy(Bucket=trail.bucket, Policy=json.dumps(policy))
    world.s3.put_bucket_acl(Bucket=trail.bucket, ACL="public-read")
    claim = bucket_claims(world)["bucket.not-public"]
    assert claim.verdict is Verdict.FAIL
    assert "its policy and its access control list" in claim.summary


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("s3", "GetBucketPolicy", "s3:GetBucketPolicy"),
        ("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ],
)
def test_a_refusal_over_the_wire_names_the_action(
    world: World, service: str, operation: str, action: str
) -> None:
    """What S3 refuses stays open."""
    world.sandbox.add_fault("refuse", service=service, operation=operation, code="AccessDenied", status=403)
    claims = bucket_claims(world).values()
    denied = [claim for claim in claims if claim.verdict is Verdict.UNVERIFIABLE]
    assert denied
    assert all(action in str(claim.evidence) for claim in denied)


def test_a_bucket_that_is_gone_is_said_to_be(world: World) -> None:
    """As S3 says it."""
    (trail,) = world.manifest.trails
    world.s3.delete_bucket(Bucket=trail.bucket)
    claims = bucket_claims(world)
    assert claims.pop("bucket.delivery-policy").verdict is Verdict.FAIL
    assert {claim.verdict for claim in claims.values()} == {Verdict.UNVERIFIABLE}
