"""The `eventSource` of a service, and where the services without Regions log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import partition_of

if TYPE_CHECKING:
    from moto.core.model import ServiceModel

# Where CloudTrail's name is neither the endpoint's prefix nor what signs.
_NAMES: Final = {
    "s3control": "s3",
    "ses": "ses",
    "sesv2": "ses",
    "lambda": "lambda",
    "elb": "elasticloadbalancing",
}

GLOBAL_SERVICES: Final = frozenset(
    {"account", "budgets", "cloudfront", "globalaccelerator", "iam", "organizations", "route53", "shield"}
)
"""Services that log in one Region of the partition whatever Region the caller names.

STS is not one: SDKs call its Regional endpoints, and those log where they are called. Source: CloudTrail
user guide, "Global service events"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html).
"""

_GLOBAL_REGIONS: Final = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

# S3's records have names of their own for some of its operations. Source: S3 user guide, "Amazon S3 CloudTrail
# events" (docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html).
_S3_EVENTS: Final = {
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
}


def event_name(service: str, operation: str) -> str:
    """`eventName`: the operation's, but for some of S3's."""
    return _S3_EVENTS.get(operation, operation) if service == "s3" else operation


def event_source(model: ServiceModel) -> str:
    """`eventSource`, e.g. `appmesh.amazonaws.com`; the same in every partition."""
    name = _NAMES.get(model.service_name)
    if name is None:
        prefix = model.endpoint_prefix
        name = model.signing_name if prefix.startswith(("api.", "data.", "runtime.")) else prefix
    return f"{name}.amazonaws.com"


def event_region(service: str, region: str) -> str:
    """The `awsRegion` of an event: the Region called, or the partition's one for a global service."""
    return _GLOBAL_REGIONS[partition_of(region)] if service in GLOBAL_SERVICES else region
