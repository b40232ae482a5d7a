"""What is claimed of a bucket's server access logging: who reads the record is itself recorded.

Source: Amazon S3 user guide, "Logging requests with server access logging"
(docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html).
"""

from __future__ import annotations

from typing import Any

from verify.aws import Gone
from verify.controls.base import Control
from verify.controls.bucket_state import GET_LOGGING, GET_OBJECT_LOCK, BucketState
from verify.controls.requirements import BUCKET_ACCESS_LOGGED
from verify.finding import Finding, does_not_apply, fails, holds
from verify.report.parts import Severity


class BucketAccessIsLogged(Control[BucketState]):
    """Server access logging is on, into the bucket that was promised."""

    id = "bucket.access-logging"
    title = "S3 logs who reads the bucket"
    severity = Severity.LOW
    actions = (GET_LOGGING,)
    requirements = BUCKET_ACCESS_LOGGED
    remedy = (
        "Name a bucket of the same account and Region: `meshtrail:bucket.create.accessLog`, or "
        "`aws s3api put-bucket-logging`."
    )

    def look(self, subject: BucketState) -> Finding:
        """Decide it from GetBucketLogging."""
        promise, target = subject.promise, _target(subject.logging)
        promised = promise.access_log_bucket if promise is not None else None
        if target is not None and promised in (None, target):
            return holds(f"Access is logged into {target}.")
        if target is None and promise is not None and promised is None:
            return does_not_apply("The manifest promises no access logging.")
        if target is None:
            return fails(f"Nobody logs who reads {subject.bucket}.", *_promised(promised))
        return fails(
            f"Access to {subject.bucket} is logged into another bucket than promised.",
            ("target", target),
            *_promised(promised),
        )


class AccessLogsArrive(Control[BucketState]):
    """The bucket that access logs go to is there, and takes them: a default Object Lock retention would not."""

    id = "bucket.access-log-target"
    title = "The bucket for access logs can take them"
    severity = Severity.LOW
    actions = (GET_LOGGING, GET_OBJECT_LOCK)
    requirements = BUCKET_ACCESS_LOGGED
    remedy = "Log into a bucket without a default Object Lock retention: S3 delivers no access logs into one."

    def look(self, subject: BucketState) -> Finding:
        """Decide it from the target's Object Lock."""
        target = _target(subject.logging)
        if target is None:
            return does_not_apply("The bucket has no server access logging.")
        try:
            lock = subject.object_lock_of(target)
        except Gone as error:
            return fails(f"The bucket {target} for access logs does not exist.", ("error", error.why))
        if lock:
            told = f"{lock.get('Mode')}, {lock.get('Days') or lock.get('Years')}"
            return fails(
                f"S3 cannot log into {target}: it has a default Object Lock retention.",
                ("default retention", told),
            )
        return holds(f"{target} is there, without a default Object Lock retention.")


BUCKET_LOGGING_CONTROLS: tuple[Control[BucketState], ...] = (BucketAccessIsLogged(), AccessLogsArrive())


def _target(logging: dict[str, Any] | None) -> str | None:
    return str(logging["TargetBucket"]) if logging and logging.get("TargetBucket") else None


def _promised(bucket: str | None) -> list[tuple[str, str]]:
    return [("promised", bucket)] if bucket else []
