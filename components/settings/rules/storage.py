"""What holds between bucket and key, and within the bucket."""

from collections.abc import Iterator
from typing import Final

from cloudtrail.errors import Problem
from cloudtrail.partitions import Arn
from components.settings.root import Settings
from components.settings.rules.rule import Rule, problem


def _bucket_and_key(settings: Settings) -> Iterator[Problem]:
    existing_bucket, existing_key = settings.bucket.existing, settings.key.existing
    bucket_region = (existing_bucket and existing_bucket.region) or settings.home_region
    key_region = Arn.parse(existing_key.arn).region if existing_key else settings.home_region
    if bucket_region != key_region:
        yield problem(
            "bucket.existing.region" if existing_bucket else "key.existing.arn",
            f"the bucket is in {bucket_region} and the key in {key_region}; "
            "CloudTrail needs both in the same Region.",
            f"Bring a bucket of {key_region}, or a key of {bucket_region} (key.existing.arn).",
        )


def _object_lock_and_expiry(settings: Settings) -> Iterator[Problem]:
    create = settings.bucket.create
    if create is None or create.object_lock is None or create.lifecycle is None:
        return
    expiry, lock = create.lifecycle.expire_days, create.object_lock.days
    if expiry is not None and expiry < lock:
        yield problem(
            "bucket.create.lifecycle.expireDays",
            f"files would expire after {expiry} days while Object Lock keeps them for {lock}.",
            f"Write {lock} or more.",
        )


def _access_log(settings: Settings) -> Iterator[Problem]:
    create = settings.bucket.create
    if create and create.access_log and create.access_log.bucket == create.name:
        yield problem(
            "bucket.create.accessLog.bucket",
            "is the audit bucket itself, so that every log would cause another.",
            "Name another bucket.",
        )


RULES: Final = (
    Rule(("aws:region", "bucket.existing", "key.existing"), _bucket_and_key),
    Rule(("bucket.create",), _object_lock_and_expiry),
    Rule(("bucket.create",), _access_log),
)
