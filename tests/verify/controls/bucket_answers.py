"""A bucket and a key as S3 and KMS describe good ones, and the claims about others."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from cloudtrail.manifest import BucketPromise, EventDataStorePromise, Manifest, TrailPromise
from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy
from tests.verify.controls.answers import ACCOUNT, HOME, KEY, STORE, TRAIL, aws_of
from verify.controls.bucket_posture import BUCKET_CONTROLS, KEY_CONTROLS, BucketState, KeyState
from verify.finding import Scope
from verify.report.parts import Claim

BUCKET = TRAIL.bucket
ARN = f"arn:aws:s3:::{BUCKET}"
FOREIGN = "111122223333"
ORGANIZATION = "o-exampleorgid"
PROMISE = BucketPromise(
    name=BUCKET,
    region=HOME,
    versioning=True,
    object_lock_mode="GOVERNANCE",
    object_lock_days=365,
    expire_after_days=2555,
    access_log_bucket="access-logs",
)
POLICY = bucket_policy(TrailDestination(bucket=BUCKET, trail_arn=TRAIL.arn))
KEY_POLICY = key_policy(account=ACCOUNT, partition="aws", trail_arn=TRAIL.arn, event_data_stores=True)
OWN_BLOCK = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
OWNER = {"Grantee": {"Type": "CanonicalUser", "ID": "79a59df900b949e5"}, "Permission": "FULL_CONTROL"}


def error(code: str) -> Any:
    """AWS's answer with an error code, which stands where another answer would."""
    return ClientError({"Error": {"Code": code, "Message": "told so"}}, "X")


def document(policy: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as S3 and KMS hand it out."""
    return {"Policy": json.dumps(policy)}


def with_statements(policy: Mapping[str, Any], *statements: Mapping[str, Any]) -> dict[str, Any]:
    """A policy with further statements, as handed out."""
    return document({**policy, "Statement": [*policy["Statement"], *statements]})


def lock(bucket: str, **retention: Any) -> Any:
    """GetObjectLockConfiguration of one bucket; no other has one."""

    def answer(*, Bucket: str) -> dict[str, Any]:  # noqa: N803 - S3's own name
        if bucket != Bucket:
            raise error("ObjectLockConfigurationNotFoundError")
        return {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": retention}}}

    return answer


def encryption(algorithm: str = "aws:kms", key: str = KEY, *, bucket_key: bool = True) -> dict[str, Any]:
    """GetBucketEncryption."""
    default = {"SSEAlgorithm": algorithm} | ({"KMSMasterKeyID": key} if key else {})
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


GOOD_BUCKET: dict[str, Any] = {
    "get_bucket_policy": document(POLICY),
    "get_bucket_policy_status": {"PolicyStatus": {"IsPublic": False}},
    "get_public_access_block": {"PublicAccessBlockConfiguration": OWN_BLOCK},
    "get_bucket_acl": {"Grants": [OWNER]},
    "get_bucket_versioning": {"Status": "Enabled"},
    "get_object_lock_configuration": lock(BUCKET, Mode="GOVERNANCE", Days=365),
    "get_bucket_lifecycle_configuration": {
        "Rules": [
            {
                "ID": "age",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "Expiration": {"Days": 2555},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            }
        ]
    },
    "get_bucket_logging": {"LoggingEnabled": {"TargetBucket": "access-logs", "TargetPrefix": "mesh/"}},
    "get_bucket_encryption": encryption(),
}
GOOD_KEY: dict[str, Any] = {
    "describe_key": {
        "KeyMetadata": {
            "KeyId": KEY.rpartition("/")[2],
            "KeyState": "Enabled",
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyManager": "CUSTOMER",
            "Origin": "AWS_KMS",
        }
    },
    "get_key_rotation_status": {"KeyRotationEnabled": True},
    "get_key_policy": document(KEY_POLICY),
    "get_bucket_encryption": encryption(),
}


def manifest_of(
    trails: Sequence[TrailPromise] = (TRAIL,),
    buckets: Sequence[BucketPromise] = (PROMISE,),
    stores: Sequence[EventDataStorePromise] = (),
    organization_id: str | None = None,
) -> Manifest:
    """A manifest of these."""
    return Manifest(
        account=ACCOUNT,
        partition="aws",
        home_region=HOME,
        organization_id=organization_id,
        regions=(HOME,),
        trails=tuple(trails),
        buckets=tuple(buckets),
        event_data_stores=tuple(stores),
    )


def bucket_claims(manifest: Manifest | None = None, **changes: Any) -> dict[str, Claim]:
    """The claims about a bucket for which S3 answers so."""
    promised = manifest or manifest_of()
    state = BucketState(
        BUCKET, HOME, aws=aws_of(GOOD_BUCKET | changes), manifest=promised, trails=promised.trails
    )
    scope = Scope(ACCOUNT, HOME, None, ARN)
    return {control.id: control.claim(state, scope) for control in BUCKET_CONTROLS}


def key_claims(
    arn: str = KEY,
    *,
    trails: Sequence[TrailPromise] = (TRAIL,),
    stores: Sequence[EventDataStorePromise] = (STORE,),
    manifest: Manifest | None = None,
    **changes: Any,
) -> dict[str, Claim]:
    """The claims about a key for which KMS answers so."""
    promised = manifest or manifest_of(trails=trails, stores=stores)
    state = KeyState(arn, aws=aws_of(GOOD_KEY | changes), manifest=promised, trails=trails, stores=stores)
    scope = Scope(ACCOUNT, HOME, None, arn)
    return {control.id: control.claim(state, scope) for control in KEY_CONTROLS}


def facts(claim: Claim) -> dict[str, str]:
    """A claim's evidence by label."""
    return {fact.label: fact.value for fact in claim.evidence}
