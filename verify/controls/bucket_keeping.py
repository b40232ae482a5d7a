"""What is claimed of how a bucket keeps its files: versions, Object Lock, and no rule that deletes them too early.

Judged against the manifest's promise. Of a bucket that nobody promised anything of (brought along, or found) what
protects the record anyway is asked for: versions, and at least the 90 days that Event history keeps for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from verify.controls.base import Control
from verify.controls.bucket_lifecycle import keeping
from verify.controls.bucket_state import GET_LIFECYCLE, GET_OBJECT_LOCK, GET_VERSIONING, BucketState
from verify.controls.requirements import PROTECTED, RETENTION, security_hub
from verify.finding import Finding, does_not_apply, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from cloudtrail.manifest import BucketPromise

EVENT_HISTORY_DAYS: Final = 90
"""For how long Event history keeps events by itself: a bucket that keeps them shorter adds nothing."""

_DAYS_OF_YEAR: Final = 365
_STRENGTH: Final = {"GOVERNANCE": 1, "COMPLIANCE": 2}


class BucketKeepsVersions(Control[BucketState]):
    """Overwritten and deleted files leave a version behind."""

    id = "bucket.versioning"
    title = "The bucket keeps versions of what is overwritten or deleted"
    severity = Severity.MEDIUM
    actions = (GET_VERSIONING,)
    requirements = (*security_hub("S3.14"), *PROTECTED)
    remedy = "`aws s3api put-bucket-versioning --versioning-configuration Status=Enabled`, or `pulumi up --refresh`."

    def look(self, subject: BucketState) -> Finding:
        """Decide it from GetBucketVersioning."""
        status, promise = subject.versioning, subject.promise
        if status == "Enabled":
            return holds("Versioning is on.")
        if promise is not None and promise.versioning is False:
            return does_not_apply("The manifest promises a bucket without versioning.")
        return fails(
            f"Versioning of {subject.bucket} is not on: what is deleted is gone.", ("versioning", status)
        )


class BucketIsLocked(Control[BucketState]):
    """New files cannot be deleted for as long as was promised, in the mode that was promised."""

    id = "bucket.object-lock"
    title = "Object Lock holds new files for as long as promised"
    severity = Severity.HIGH
    actions = (GET_OBJECT_LOCK,)
    requirements = (*security_hub("S3.15"), *PROTECTED)
    remedy = "Set the default retention again: `pulumi up --refresh`, or `aws s3api put-object-lock-configuration`."

    def look(self, subject: BucketState) -> Finding:
        """Decide it from the bucket's default retention; more than was promised is good too."""
        promise, now = subject.promise, subject.object_lock
        mode, days = str(now.get("Mode", "none")), _days(now)
        told = ("default retention", f"{mode}, {days} days" if now else "none")
        if promise is None or promise.object_lock_days is None:
            if now:
                return holds(f"Object Lock holds new files for {days} days ({mode}).", told)
            whom = "of this bucket" if promise is None else "no Object Lock"
            return does_not_apply(
                f"The manifest promises {'nothing ' + whom if promise is None else whom}, and there is none."
            )
        wanted = promise.object_lock_mode or "GOVERNANCE"
        if _STRENGTH.get(mode, 0) >= _STRENGTH[wanted] and days >= promise.object_lock_days:
            return holds(f"Object Lock holds new files for {days} days ({mode}).", told)
        return fails(
            f"Object Lock of {subject.bucket} holds new files less than was promised.",
            told,
            ("promised", f"{wanted}, {promise.object_lock_days} days"),
        )


class BucketKeepsFiles(Control[BucketState]):
    """No lifecycle rule deletes log or digest files before the promised time."""

    id = "bucket.lifecycle"
    title = "No lifecycle rule deletes log files too early"
    severity = Severity.HIGH
    actions = (GET_LIFECYCLE,)
    requirements = RETENTION
    remedy = "Remove or lengthen the rule; what Object Lock or a version still holds can be brought back."

    def look(self, subject: BucketState) -> Finding:
        """Decide it by what the rules do under the trails' prefixes."""
        kept = keeping(subject.lifecycle_rules, subject.prefixes, where=subject.where)
        wanted, whose = _wanted(subject.promise)
        facts = [("deletes", str(expiry)) for expiry in kept.expiries]
        facts += [("noncurrent versions", text) for text in kept.noncurrent]
        if kept.days is None:
            return holds("No lifecycle rule deletes log files: they are kept for ever.", *facts)
        if wanted is None or kept.days < wanted:
            meant = "for ever" if wanted is None else f"{wanted} days"
            return fails(
                f"In {subject.bucket} {kept.expiries[0]}; {whose} {meant}.",
                *facts,
                ("meant to be kept", meant),
            )
        return holds(f"Log files are kept for {kept.days} days; {whose} {wanted} days.", *facts)


BUCKET_KEEPING_CONTROLS: tuple[Control[BucketState], ...] = (
    BucketKeepsVersions(),
    BucketIsLocked(),
    BucketKeepsFiles(),
)


def _wanted(promise: BucketPromise | None) -> tuple[int | None, str]:
    if promise is None:
        return EVENT_HISTORY_DAYS, "nothing was promised, and Event history keeps events for"
    return promise.expire_after_days, "promised were"


def _days(retention: dict[str, Any]) -> int:
    return int(retention.get("Days") or 0) + int(retention.get("Years") or 0) * _DAYS_OF_YEAR
