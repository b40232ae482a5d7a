"""Writing into a trail's bucket, as far as its policy and its key let CloudTrail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.s3.models import get_canned_acl, s3_backends

from cloudtrail.resource_policies import (
    TrailDestination,
    bucket_needs,
    contradicting_bucket_statements,
    missing_bucket_statements,
)
from sandbox.delivery.encryption import usable_key
from sandbox.delivery.refusal import DeliveryRefused
from sandbox.delivery.scope import organization_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.cloudtrail.models import Trail
    from moto.s3.models import FakeBucket


def find_bucket(name: str) -> FakeBucket | None:
    """The bucket of that name, whichever account owns it, or None."""
    if name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    return s3_backends[account][partition].buckets.get(name)


def missing_permissions(trail: Trail, bucket: FakeBucket) -> list[str]:
    """The statements a bucket's policy lacks for a trail, or that take them back, by their names."""
    destination = TrailDestination(
        bucket=trail.bucket_name,
        trail_arn=trail.arn,
        prefix=trail.s3_key_prefix or None,
        organization_id=organization_id_of(trail),
    )
    policy: Any = json.loads(bucket.policy) if bucket.policy else None
    needs = bucket_needs(destination)
    lacking = [
        *missing_bucket_statements(policy, needs),
        *contradicting_bucket_statements(policy, needs),
    ]
    return [str(each.get("Sid") or "a statement without Sid") for each in lacking]


def put(trail: Trail, key: str, body: bytes, *, metadata: Mapping[str, str] | None = None) -> None:
    """Deliver one object into the trail's bucket.

    Args:
        trail: The trail; its bucket, key and prefix are used.
        key: The object's key.
        body: Its bytes.
        metadata: User metadata, names without `x-amz-meta-`.

    Raises:
        DeliveryRefused: when the bucket is gone, its policy does not let the trail write, or the key cannot
            be used.
    """
    bucket = find_bucket(trail.bucket_name)
    if bucket is None:
        raise DeliveryRefused("NoSuchBucket")
    if missing_permissions(trail, bucket):
        raise DeliveryRefused("AccessDenied")
    key_arn = usable_key(trail, bucket)
    locked = bucket.object_lock_enabled and bucket.has_default_lock
    written = s3_backends[bucket.account_id][bucket.partition].put_object(
        bucket.name,
        key,
        body,
        encryption="aws:kms" if key_arn else None,
        kms_key_id=key_arn,
        lock_mode=bucket.default_lock_mode if locked else None,
        lock_until=bucket.default_retention() if locked else None,
    )
    written.set_acl(get_canned_acl("bucket-owner-full-control"))
    described = {f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()}
    # As on AWS: the object is gzip, and says so in both headers.
    written.set_metadata({"Content-Type": "application/json", "Content-Encoding": "gzip", **described})
