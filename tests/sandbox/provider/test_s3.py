from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import document

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

    from .conftest import Provider

BUCKET = "aws:s3/bucket:Bucket"
STATEMENT = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::audit-bucket/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
GLACIER = {"storageClass": "GLACIER_IR", "days": 90}


def test_a_bucket_lives(provider: Provider) -> None:
    """A bucket is made, tagged, found by its name alone, and deleted."""
    made = provider.journey(
        BUCKET,
        {"bucket": "audit-bucket", "tags": {"a": "1", "b": "1"}},
        {"bucket": "audit-bucket", "tags": {"a": "2"}},
    )
    assert made.id == "audit-bucket"
    assert made.outputs["arn"] == "arn:aws:s3:::audit-bucket"
    assert made.outputs["bucketDomainName"] == "audit-bucket.s3.amazonaws.com"
    assert made.outputs["bucketRegionalDomainName"] == "audit-bucket.s3.eu-west-1.amazonaws.com"
    assert made.outputs["bucketRegion"] == made.outputs["region"] == "eu-west-1"


def test_a_bucket_goes_to_its_own_region(provider: Provider, aws: Aws) -> None:
    """`region` on the resource wins over the provider's; us-east-1 has no location constraint."""
    provider.create(BUCKET, {"bucket": "here"})
    provider.create(BUCKET, {"bucket": "there", "region": "us-east-1"})
    s3 = aws.client("s3")
    assert s3.get_bucket_location(Bucket="here")["LocationConstraint"] == "eu-west-1"
    assert s3.get_bucket_location(Bucket="there")["LocationConstraint"] is None


def test_a_bucket_that_holds_objects_is_not_deleted_unless_forced(provider: Provider, aws: Aws) -> None:
    """Deletion refuses to lose objects; `forceDestroy` takes every version with it."""
    kept = provider.create(BUCKET, {"bucket": "kept"})
    lost = provider.create(BUCKET, {"bucket": "lost", "forceDestroy": True})
    s3 = aws.client("s3")
    for name in ("kept", "lost"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket=name, Key="log", Body=b"1")
        s3.put_object(Bucket=name, Key="log", Body=b"2")
        s3.delete_object(Bucket=name, Key="log")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        provider.delete(BUCKET, kept)
    provider.delete(BUCKET, lost)
    assert [found["Name"] for found in s3.list_buckets()["Buckets"]] == ["kept"]


def test_a_made_up_bucket_name_is_lower_case(provider: Provider) -> None:
    """A bucket without a name is called after the program's name for it, in letters S3 takes."""
    assert provider.check(BUCKET, {})["bucket"].startswith("mesh-")
    assert provider.check(BUCKET, {"bucketPrefix": "logs-"})["bucket"].startswith("logs-")


@pytest.mark.parametrize(
    ("token", "inputs", "changed"),
    [
        (
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            {"blockPublicAcls": True, "blockPublicPolicy": True},
            {"blockPublicAcls": True, "restrictPublicBuckets": True},
        ),
        (
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
            {"rule": {"objectOwnership": "BucketOwnerPreferred"}},
        ),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
            {
                "rules": [
                    {
                        "applyServerSideEncryptionByDefault": {
                            "sseAlgorithm": "aws:kms",
                            "kmsMasterKeyId": "arn:aws:kms:eu-west-1:123456789012:key/example",
                        },
                        "bucketKeyEnabled": True,
                    }
                ]
            },
        ),
        (
            "aws:s3/bucketPolicy:BucketPolicy",
            {"policy": document(STATEMENT)},
            {"policy": document({**STATEMENT, "Sid": "tls"})},
        ),
        (
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            {"rules": [{"id": "cool", "status": "Enabled", "transitions": [GLACIER]}]},
            {
                "rules": [
                    {
                        "id": "cool",
                        "status": "Enabled",
                        "filter": {"prefix": "AWSLogs/"},
                        "transitions": [GLACIER],
                        "expiration": {"days": 400},
                        "noncurrentVersionExpiration": {"noncurrentDays": 30},
                        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                    },
                    {
                        "id": "tagged",
                        "status": "Disabled",
                        "filter": {"and": {"prefix": "x", "tags": {"a": "1", "b": "2"}}},
                        "expiration": {"days": 10},
                    },
                ]
            },
        ),
    ],
    ids=lambda value: value.rpartition(":")[2] if isinstance(value, str) else "",
)
def test_a_bucket_setting_lives(
    provider: Provider, bucket: str, token: str, inputs: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Each setting is put on the bucket, changed and taken off; its id is the bucket's name."""
    made = provider.journey(token, {"bucket": bucket, **inputs}, {"bucket": bucket, **changed})
    assert made.id == bucket


def test_versioning_is_suspended_when_its_resource_goes(provider: Provider, aws: Aws, bucket: str) -> None:
    """Versioning can be turned on and suspended, never off."""
    token = "aws:s3/bucketVersioning:BucketVersioning"
    on = {"bucket": bucket, "versioningConfiguration": {"status": "Enabled"}}
    made = provider.create(token, on)
    provider.expect(token, made.id, provider.check(token, on), knowing={})
    provider.delete(token, made)
    assert aws.client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


def test_versioning_that_is_disabled_is_not_asked_for(provider: Provider, aws: Aws, bucket: str) -> None:
    """`Disabled` is what a new bucket is; S3 has no such request."""
    provider.create(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": bucket, "versioningConfiguration": {"status": "Disabled"}},
    )
    assert "Status" not in aws.client("s3").get_bucket_versioning(Bucket=bucket)


def test_an_object_lock_keeps_its_bucket_locked(provider: Provider, aws: Aws) -> None:
    """The default retention comes, changes and goes; the lock stays, and so does versioning."""
    locked = provider.create(BUCKET, {"bucket": "locked", "objectLockEnabled": True}).id
    lock = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    versioning = "aws:s3/bucketVersioning:BucketVersioning"
    versions = provider.create(
        versioning, {"bucket": locked, "versioningConfiguration": {"status": "Enabled"}}
    )
    rule = {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}
    made = provider.create(lock, {"bucket": locked, "rule": rule})
    provider.expect(lock, locked, provider.check(lock, {"bucket": locked, "rule": rule}), knowing={})

    provider.delete(lock, made)
    provider.delete(versioning, versions)
    configuration = aws.client("s3").get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]
    assert configuration["ObjectLockEnabled"] == "Enabled"
    assert "Rule" not in configuration


def test_access_logging_goes_on_and_off(provider: Provider, aws: Aws, bucket: str) -> None:
    """Accesses to one bucket are logged into another."""
    target = provider.create(BUCKET, {"bucket": "access-logs"}).id
    aws.client("s3").put_bucket_policy(
        Bucket=target,
        Policy=document(
            {
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::access-logs/*",
            }
        ),
    )
    provider.journey(
        "aws:s3/bucketLogging:BucketLogging",
        {"bucket": bucket, "targetBucket": target, "targetPrefix": "a/"},
        {"bucket": bucket, "targetBucket": target, "targetPrefix": "b/"},
    )


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (BUCKET, {"bucket": "Capital"}, "bucket"),
        (BUCKET, {"bucket": "x"}, "bucket"),
        (BUCKET, {"bucket": "a-name", "bucketPrefix": "a"}, "bucket"),
        (BUCKET, {"acl": "public-read"}, "acl"),
        (BUCKET, {"region": "mars"}, "region"),
        (BUCKET, {"forceDestroy": "yes"}, "forceDestroy"),
        (BUCKET, {"tags": {"a": 1}}, "tags.a"),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            {"bucket": "b", "versioningConfiguration": {"status": "On"}},
            "versioningConfiguration.status",
        ),
        ("aws:s3/bucketVersioning:BucketVersioning", {"bucket": "b"}, "versioningConfiguration"),
        ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "b", "policy": "{not json"}, "policy"),
        ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "b", "policy": "[]"}, "policy"),
        (
            "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
            {"bucket": "b", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1, "years": 1}}},
            "rule.defaultRetention.days",
        ),
        (
            "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
            {"bucket": "b", "rule": {"defaultRetention": {"days": 1}}},
            "rule.defaultRetention",
        ),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgoritm": "AES256"}}]},
            "rules[0].applyServerSideEncryptionByDefault.sseAlgoritm",
        ),
        (
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            {"bucket": "b", "rules": [{"id": "x", "status": "Enabled"}]},
            "rules[0]",
        ),
        (
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            {"bucket": "b", "rules": [{"id": "x", "status": "Enabled", "expiration": {"days": 1}}] * 2},
            "rules[1].id",
        ),
        (
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            {
                "bucket": "b",
                "rules": [
                    {
                        "id": "x",
                        "status": "Enabled",
                        "expiration": {"days": 1},
                        "filter": {"prefix": "a", "tag": {"key": "k", "value": "v"}},
                    }
                ],
            },
            "rules[0].filter",
        ),
    ],
)
def test_what_the_real_provider_refuses_is_refused(
    provider: Provider, token: str, inputs: dict[str, Any], path: str
) -> None:
    """Broken inputs are refused before any call, naming the property."""
    assert path in {failure.path for failure in provider.failures(token, inputs)}
