"""What happens to log files as they age."""

from typing import TypedDict

import pulumi_aws as aws


class LifecycleArgs(TypedDict):
    """Days from delivery until each step; None leaves a step out."""

    glacier_instant_retrieval_days: int | None
    """To Glacier Instant Retrieval."""
    glacier_flexible_retrieval_days: int | None
    """To Glacier Flexible Retrieval."""
    deep_archive_days: int | None
    """To Glacier Deep Archive."""
    expire_days: int | None
    """To deletion."""


def lifecycle_rules(args: LifecycleArgs) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """One rule for every file of the bucket.

    The bucket is versioned, so expiry only hides a file; what is hidden is removed for good a day later,
    unless Object Lock still holds it.
    """
    expire = args["expire_days"]
    return [
        aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="age",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            transitions=_transitions(args) or None,
            expiration=(
                None if expire is None else aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=expire)
            ),
            noncurrent_version_expiration=(
                None
                if expire is None
                else aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=1)
            ),
        )
    ]


def _transitions(args: LifecycleArgs) -> list[aws.s3.BucketLifecycleConfigurationRuleTransitionArgs]:
    steps = {
        "GLACIER_IR": args["glacier_instant_retrieval_days"],
        "GLACIER": args["glacier_flexible_retrieval_days"],
        "DEEP_ARCHIVE": args["deep_archive_days"],
    }
    return [
        aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(days=days, storage_class=storage_class)
        for storage_class, days in steps.items()
        if days is not None
    ]
