"""Object Lock of buckets, where moto has it otherwise than S3.

moto takes a configuration for empty buckets only. AWS takes one for every bucket that keeps versions, and changes or
removes its default retention at any time; what is locked stays so. And where Object Lock is on, versioning cannot be
suspended (docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html).
"""

from __future__ import annotations

from moto.s3.exceptions import InvalidBucketState
from moto.s3.models import S3Backend


def enforce() -> None:
    """Make moto's buckets ask here. May be called any number of times; it is one for the process."""
    S3Backend.put_object_lock_configuration = _put_object_lock_configuration
    S3Backend.put_bucket_versioning = _put_bucket_versioning


def _put_object_lock_configuration(  # noqa: PLR0917  # moto's own signature
    self: S3Backend,
    bucket_name: str,
    lock_enabled: bool,  # noqa: FBT001  # the same
    mode: str | None = None,
    days: int | None = None,
    years: int | None = None,
) -> None:
    bucket = self.get_bucket(bucket_name)
    if not bucket.is_versioned:
        raise InvalidBucketState(
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        )
    bucket.object_lock_enabled = bucket.object_lock_enabled or lock_enabled
    bucket.default_lock_mode = mode
    bucket.default_lock_days = days
    bucket.default_lock_years = years


def _put_bucket_versioning(self: S3Backend, bucket_name: str, status: str) -> None:
    bucket = self.get_bucket(bucket_name)
    if bucket.object_lock_enabled and status != "Enabled":
        raise InvalidBucketState(
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
        )
    bucket.versioning_status = status
