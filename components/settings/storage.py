"""Settings of the bucket that holds the log files and of the key that encrypts them."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from components.settings.section import (
    BucketName,
    KeyArn,
    KeyPrefix,
    RegionName,
    Section,
    broken,
)

Days = Annotated[int, Field(ge=1, le=36500)]


class ObjectLockSettings(Section):
    """How long no version of a log file can be deleted or overwritten."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE"
    """GOVERNANCE: deletion needs s3:BypassGovernanceRetention. COMPLIANCE: nobody can delete, not even root."""
    days: Days
    """Days from delivery."""


class LifecycleSettings(Section):
    """When log files move to cheaper storage, and when they go. Nothing happens that is not asked for."""

    glacier_instant_retrieval_days: Days | None = None
    """Days until a file moves to Glacier Instant Retrieval; it can still be read at once."""
    glacier_flexible_retrieval_days: Days | None = None
    """Days until a file moves to Glacier Flexible Retrieval; it must be restored before it can be read."""
    deep_archive_days: Days | None = None
    """Days until a file moves to Glacier Deep Archive; it must be restored before it can be read."""
    expire_days: Days | None = None
    """Days until a file is deleted. Not given: never."""

    @model_validator(mode="after")
    def _in_order(self) -> "LifecycleSettings":
        steps = [
            ("glacierInstantRetrievalDays", self.glacier_instant_retrieval_days),
            ("glacierFlexibleRetrievalDays", self.glacier_flexible_retrieval_days),
            ("deepArchiveDays", self.deep_archive_days),
            ("expireDays", self.expire_days),
        ]
        given = [(name, days) for name, days in steps if days is not None]
        for (earlier, first), (later, then) in pairwise(given):
            if first >= then:
                raise broken(
                    f"{later} ({then}) comes before {earlier} ({first}) is over.",
                    f"Make {later} greater than {earlier}, or leave one out.",
                )
        return self


class AccessLogSettings(Section):
    """Where S3 writes who read the audit bucket."""

    bucket: BucketName
    """An existing bucket of the same account and Region that S3's log delivery may write to."""
    prefix: KeyPrefix = "s3-access-logs"
    """Key prefix of the access logs in it."""


class CreatedBucketSettings(Section):
    """A bucket of this stack's own."""

    name: BucketName | None = None
    """The bucket's name. Not given: the stack's `name`, the account and the Region, joined by hyphens."""
    object_lock: ObjectLockSettings | None = None
    """Write-once protection of every file. Can be added and lengthened later."""
    lifecycle: LifecycleSettings | None = None
    """Moves to Glacier tiers, and expiry. Not given: files stay where they are, for ever."""
    access_log: AccessLogSettings | None = None
    """Server access logging. Not given: none (Security Hub CloudTrail.7 then fails)."""
    protect: bool = True
    """Whether `pulumi` refuses to delete or replace the bucket, its policy, and what keeps it private, encrypted,
    versioned and locked."""


class ExistingBucketSettings(Section):
    """A bucket that is already there. It is only written to; neither it nor its policy is changed."""

    name: BucketName
    """The bucket's name."""
    region: RegionName | None = None
    """The Region it lies in. Not given: the stack's Region."""


class BucketSettings(Section):
    """The bucket that receives the log files: created, or brought along."""

    create: CreatedBucketSettings | None = None
    """Create a bucket with these options. The default, with every option at its own default."""
    existing: ExistingBucketSettings | None = None
    """Use this bucket. If its policy lacks what CloudTrail needs, the missing statements are printed."""

    @model_validator(mode="after")
    def _one_of(self) -> "BucketSettings":
        if self.create is not None and self.existing is not None:
            raise broken("holds both `create` and `existing`.", "Keep one of the two.")
        return self


class CreatedKeySettings(Section):
    """A KMS key of this stack's own, rotated every year."""

    deletion_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days between scheduling the key's deletion and the deletion; until then it can be called back."""
    protect: bool = True
    """Whether `pulumi` refuses to delete or replace the key. Without the key no log file can be read."""


class ExistingKeySettings(Section):
    """A KMS key that is already there, in the bucket's Region.

    Its policy is not changed, and no provider can read it: it must let CloudTrail use the key for this trail
    (kms:GenerateDataKey*, kms:DescribeKey, kms:Decrypt), and for event data stores if one is created
    (kms:GenerateDataKey, kms:Decrypt). Otherwise AWS answers InsufficientEncryptionPolicyException.
    """

    arn: KeyArn
    """The key's ARN."""


class KeySettings(Section):
    """The KMS key that encrypts log files and the event data store: created, or brought along."""

    create: CreatedKeySettings | None = None
    """Create a key with these options. The default, with every option at its own default."""
    existing: ExistingKeySettings | None = None
    """Use this key."""

    @model_validator(mode="after")
    def _one_of(self) -> "KeySettings":
        if self.create is not None and self.existing is not None:
            raise broken("holds both `create` and `existing`.", "Keep one of the two.")
        return self
