from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Run

NAME = "meshtrail-123456789012-us-east-1"
GUARDS = (
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
)
"""The bucket, and what every one has."""


def create(**options: Any) -> dict[str, Any]:
    """Settings that create a bucket with these options."""
    return {"meshtrail:bucket": {"create": options}}


def test_a_bucket_is_named_after_stack_account_and_region(run: "Callable[..., Run]") -> None:
    """Predictable, and unique in the partition."""
    bucket = run().one("aws:s3/bucket:Bucket")
    assert bucket.inputs["bucket"] == NAME
    assert "forceDestroy" not in bucket.inputs


def test_a_bucket_is_private_versioned_and_encrypted(run: "Callable[..., Run]") -> None:
    """Without a word in the settings."""
    found = run()
    access = found.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    assert all(
        access[flag]
        for flag in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    )
    owner = found.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs
    assert owner["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    versioning = found.one("aws:s3/bucketVersioning:BucketVersioning").inputs
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = found.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ).inputs["rules"]
    assert rule["bucketKeyEnabled"] is True
    assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"].startswith("arn:aws:kms:")


def test_a_bucket_is_protected_unless_told_otherwise(run: "Callable[..., Run]") -> None:
    """Deletion and replacement are refused by Pulumi: of the bucket, and of what keeps it safe and written to."""
    lock = {"objectLock": {"mode": "GOVERNANCE", "days": 365}}
    protected, unprotected = run(create(**lock)), run(create(**lock, protect=False))
    for kind in (*GUARDS, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"):
        assert protected.one(kind).protect
        assert not unprotected.one(kind).protect


def test_nothing_is_locked_aged_or_logged_that_was_not_asked_for(run: "Callable[..., Run]") -> None:
    """In particular nothing ever expires by default."""
    asked = {request.type for request in run().requests}
    assert not asked & {
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLogging:BucketLogging",
    }


def test_object_lock_can_be_added_later_because_it_is_there_from_birth(run: "Callable[..., Run]") -> None:
    """Switching it on afterwards would replace the bucket."""
    before, after = run(), run(create(objectLock={"mode": "COMPLIANCE", "days": 365}))
    assert before.one("aws:s3/bucket:Bucket").inputs == after.one("aws:s3/bucket:Bucket").inputs
    assert before.one("aws:s3/bucket:Bucket").inputs["objectLockEnabled"] is True
    lock = after.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert lock.inputs["rule"] == {"defaultRetention": {"mode": "COMPLIANCE", "days": 365}}
    assert "audit-storage-versioning" in lock.dependencies


def test_files_move_and_expire_as_asked(run: "Callable[..., Run]") -> None:
    """Expired versions go a day later; without expiry nothing is ever removed."""
    lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    ages = {"glacierInstantRetrievalDays": 90, "deepArchiveDays": 365, "expireDays": 3650}
    (rule,) = run(create(lifecycle=ages)).one(lifecycle).inputs["rules"]
    assert rule["transitions"] == [
        {"storageClass": "GLACIER_IR", "days": 90},
        {"storageClass": "DEEP_ARCHIVE", "days": 365},
    ]
    assert rule["expiration"] == {"days": 3650}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}
    (kept,) = run(create(lifecycle={"glacierInstantRetrievalDays": 90})).one(lifecycle).inputs["rules"]
    assert not {"expiration", "noncurrentVersionExpiration"} & kept.keys()


def test_access_is_logged_where_asked(run: "Callable[..., Run]") -> None:
    """To another bucket, under a prefix."""
    logging = run(create(accessLog={"bucket": "access-logs", "prefix": "audit"})).one(
        "aws:s3/bucketLogging:BucketLogging"
    )
    assert logging.inputs["targetBucket"] == "access-logs"
    assert logging.inputs["targetPrefix"] == "audit/"


def test_the_policy_names_the_trail_and_its_prefix(run: "Callable[..., Run]") -> None:
    """Computed before the trail exists, and the same as the trail's ARN turns out to be."""
    found = run({"meshtrail:trail": {"name": "mesh-audit", "prefix": "mesh"}})
    statements = {each["Sid"]: each for each in found.policy("aws:s3/bucketPolicy:BucketPolicy")["Statement"]}
    write = statements["CloudTrailWritesAccount"]
    assert write["Resource"] == f"arn:aws:s3:::{NAME}/mesh/AWSLogs/123456789012/*"
    assert write["Condition"]["StringEquals"]["aws:SourceArn"] == found.manifest()["trails"][0]["arn"]


def test_the_policy_waits_until_the_bucket_is_private(run: "Callable[..., Run]") -> None:
    """S3 refuses two changes of a bucket's access at once."""
    policy = run().one("aws:s3/bucketPolicy:BucketPolicy")
    assert {"audit-storage-public-access", "audit-storage-ownership"} <= policy.dependencies
