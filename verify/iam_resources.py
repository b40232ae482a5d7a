"""What an IAM action can be allowed on, as narrowly as AWS knows resources for it.

Sources: Service Authorization Reference, "Actions, resources, and condition keys" for AWS CloudTrail, Amazon S3, AWS
KMS and Amazon CloudWatch Logs (docs.aws.amazon.com/service-authorization/latest/reference/).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import bucket_arn
from cloudtrail.verifier_permissions import ROLE_NAME
from verify.controls.bucket_state import GET_OBJECT_LOCK

if TYPE_CHECKING:
    from cloudtrail.manifest import Manifest, TrailPromise

EVERYTHING: Final = ("*",)


class Kind(Enum):
    """What an action is about."""

    TRAIL = "trail"
    STORE = "event data store"
    BUCKET = "bucket"
    OBJECT = "object"
    KEY = "key"
    LOG_GROUP = "log group"
    ROLE = "role"
    NONE = "nothing that AWS knows a resource for"


_TRAIL: Final = {
    f"cloudtrail:{name}"
    for name in ("GetTrail", "GetTrailStatus", "GetEventSelectors", "GetInsightSelectors", "ListTags")
}
_STORE: Final = {
    f"cloudtrail:{name}" for name in ("GetEventDataStore", "StartQuery", "DescribeQuery", "GetQueryResults")
}
_OBJECT: Final = {"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention", "s3:GetObjectLegalHold"}
_WHOLE_ACCOUNT: Final = {"s3:ListAllMyBuckets", "kms:ListKeys", "kms:ListAliases", "logs:DescribeLogGroups"}
_ASSUME_ROLE: Final = "sts:AssumeRole"
_BY_SERVICE: Final = {"s3": Kind.BUCKET, "kms": Kind.KEY, "logs": Kind.LOG_GROUP}

LISTS: Final = {
    "cloudtrail:DescribeTrails": (Kind.TRAIL, Kind.BUCKET),
    "cloudtrail:ListTrails": (Kind.TRAIL,),
    "cloudtrail:ListEventDataStores": (Kind.STORE,),
}
"""Actions by which resources are found: whoever needs one looks at any resource of these kinds, not at named ones."""

_ANY: Final = {
    Kind.TRAIL: "arn:{partition}:cloudtrail:*:*:trail/*",
    Kind.STORE: "arn:{partition}:cloudtrail:*:*:eventdatastore/*",
    Kind.BUCKET: "arn:{partition}:s3:::*",
    Kind.ROLE: f"arn:{{partition}}:iam::*:role/{ROLE_NAME}",
}
_PLACEHOLDERS: Final = {
    Kind.TRAIL: ("arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME",),
    Kind.STORE: ("arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID",),
    Kind.BUCKET: ("arn:aws:s3:::BUCKET",),
    Kind.OBJECT: ("arn:aws:s3:::BUCKET/*",),
    Kind.KEY: ("arn:aws:kms:REGION:ACCOUNT:key/ID",),
    Kind.LOG_GROUP: ("arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*",),
}


def kind_of(action: str) -> Kind:
    """What an action is about."""
    if action in _TRAIL:
        return Kind.TRAIL
    if action in _STORE:
        return Kind.STORE
    if action in _OBJECT:
        return Kind.OBJECT
    if action == _ASSUME_ROLE:
        return Kind.ROLE
    if action in _WHOLE_ACCOUNT:
        return Kind.NONE
    return _BY_SERVICE.get(action.partition(":")[0], Kind.NONE)


def resources(action: str, manifest: Manifest | None, *, found: bool = False) -> tuple[str, ...]:
    """What to allow an action on.

    Args:
        action: The IAM action.
        manifest: Whose resources are meant; None: placeholders to fill in.
        found: Whether the resources are those that a listing finds, named by no manifest.

    Returns:
        ARNs, or `*` where AWS knows no resource for the action; nothing where the manifest has none of the kind.
    """
    kind = kind_of(action)
    if kind is Kind.NONE:
        return EVERYTHING
    if kind is Kind.ROLE or (found and kind in _ANY):  # an organization's accounts are in no manifest
        return (_ANY[kind].format(partition=manifest.partition if manifest else "aws"),)
    if manifest is None:
        return _PLACEHOLDERS[kind]
    named = _of(kind, manifest)
    if action == GET_OBJECT_LOCK:
        # Asked of the bucket of access logs, too: with a default retention none arrive there.
        logs = (bucket.access_log_bucket for bucket in manifest.buckets)
        named += [bucket_arn(name, manifest.partition) for name in logs if name]
    return tuple(dict.fromkeys(named))


def _of(kind: Kind, manifest: Manifest) -> list[str]:
    trails, stores, partition = manifest.trails, manifest.event_data_stores, manifest.partition
    named: dict[Kind, list[str]] = {
        Kind.TRAIL: [trail.arn for trail in trails],
        Kind.STORE: [store.arn for store in stores],
        Kind.BUCKET: [bucket_arn(trail.bucket, partition) for trail in trails],
        Kind.OBJECT: [_objects(trail, partition) for trail in trails],
        Kind.KEY: [user.key_arn for user in (*trails, *stores) if user.key_arn],
        Kind.LOG_GROUP: [f"{trail.log_group_arn}:*" for trail in trails if trail.log_group_arn],
    }
    return named[kind]


def _objects(trail: TrailPromise, partition: str) -> str:
    prefix = f"{trail.prefix}/" if trail.prefix else ""
    return f"{bucket_arn(trail.bucket, partition)}/{prefix}AWSLogs/*"
