"""An account with everything a verification can look at, set up in an empty sandbox. Nothing of it is wrong.

A trail with a prefix, under a customer managed key, into a versioned and locked bucket that logs its access, and into a
log group; an event data store under the same key.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import boto3

from cloudtrail.manifest import BucketPromise, EventDataStorePromise, Manifest, TrailPromise
from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy, log_role_trust
from sandbox.clients import ACCOUNT, SandboxClient
from tests.verify.faults.world import (
    ACCESS_LOGS,
    APP_MESH_ONLY,
    BUCKET,
    GROUP,
    GROUP_ARN,
    HOME,
    NAME,
    PREFIX,
    TRAIL,
    World,
)
from verify.aws import Aws


def whole(endpoint: str) -> World:
    """Everything, set up in an empty sandbox, and three events that landed everywhere."""
    started = datetime.now(UTC).replace(microsecond=0)
    sandbox = SandboxClient(endpoint)
    make: Any = boto3.Session
    session = make(**sandbox.root(ACCOUNT).credentials)
    aws = Aws(session, endpoint_url=endpoint)
    key = _key(aws)
    _bucket(aws, key)
    cloudtrail = aws.client("cloudtrail", HOME)
    cloudtrail.create_trail(
        Name=NAME,
        S3BucketName=BUCKET,
        S3KeyPrefix=PREFIX,
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
        CloudWatchLogsLogGroupArn=f"{GROUP_ARN}:*",
        CloudWatchLogsRoleArn=_log_group(aws),
        TagsList=[{"Key": "owner", "Value": "audit"}],
    )
    cloudtrail.start_logging(Name=NAME)
    store = cloudtrail.create_event_data_store(
        Name=NAME, AdvancedEventSelectors=[APP_MESH_ONLY], RetentionPeriod=366, KmsKeyId=key
    )["EventDataStoreArn"]
    world = World(sandbox, aws, _manifest(key, store), started)
    # An event of the very second in which the trail began may be older than it, and is expected of nobody.
    in_the_next_second()
    world.call("first", "second", "third")
    return world


def in_the_next_second() -> None:
    """Wait for the clock's next whole second."""
    now = int(time.time())
    while int(time.time()) == now:
        time.sleep(0.02)


def _key(aws: Aws) -> str:
    """A key that CloudTrail may use, and that is rotated; its ARN."""
    kms = aws.client("kms", HOME)
    policy = key_policy(account=ACCOUNT, partition="aws", trail_arn=TRAIL, event_data_stores=True)
    key = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    return str(key)


def _bucket(aws: Aws, key: str) -> None:
    """A bucket as it should be, and the one it logs its access into."""
    s3 = aws.client("s3", HOME)
    s3.create_bucket(Bucket=ACCESS_LOGS)
    s3.put_bucket_acl(
        Bucket=ACCESS_LOGS,
        GrantWrite="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
        GrantReadACP="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
    )
    s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket=BUCKET,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )
    policy = bucket_policy(TrailDestination(bucket=BUCKET, trail_arn=TRAIL, prefix=PREFIX))
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
        },
    )
    s3.put_public_access_block(
        Bucket=BUCKET,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    rule = {"ID": "age", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    s3.put_bucket_logging(
        Bucket=BUCKET,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": ACCESS_LOGS, "TargetPrefix": "audit/"}},
    )


def _log_group(aws: Aws) -> str:
    """A log group; the ARN of the role that writes to it."""
    role = aws.client("iam", HOME).create_role(
        RoleName="logs", AssumeRolePolicyDocument=json.dumps(log_role_trust())
    )
    aws.client("logs", HOME).create_log_group(logGroupName=GROUP)
    return str(role["Role"]["Arn"])


def _manifest(key: str, store: str) -> Manifest:
    return Manifest(
        account=ACCOUNT,
        partition="aws",
        home_region=HOME,
        regions=(HOME,),
        trails=(
            TrailPromise(
                arn=TRAIL,
                name=NAME,
                home_region=HOME,
                scope="multi-region",
                bucket=BUCKET,
                bucket_region=HOME,
                prefix=PREFIX,
                key_arn=key,
                log_group_arn=GROUP_ARN,
            ),
        ),
        buckets=(
            BucketPromise(
                name=BUCKET,
                region=HOME,
                versioning=True,
                object_lock_mode="GOVERNANCE",
                object_lock_days=1,
                expire_after_days=400,
                access_log_bucket=ACCESS_LOGS,
            ),
        ),
        event_data_stores=(
            EventDataStorePromise(
                arn=store,
                name=NAME,
                home_region=HOME,
                multi_region=True,
                organization=False,
                retention_days=366,
                termination_protection=True,
                ingestion=True,
                key_arn=key,
                advanced_event_selectors=(APP_MESH_ONLY,),
            ),
        ),
    )
