"""Settings of a trail that standards ask for: encryption, log file validation, a log group, tags.

A manifest may promise a trail without one of them. Then the standard's question does not apply to the promise, and the
reason says so; a PASS would claim what is not there. Of a trail that was only discovered nothing was promised, and
the standard decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.controls.base import Control
from verify.controls.requirements import CLOUDWATCH_LOGS, ENCRYPTED_TRAIL, LOG_FILE_VALIDATION, TAGGED
from verify.controls.trail_state import GET_TRAIL, LIST_TAGS, TrailState
from verify.finding import does_not_apply, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Finding


class TrailValidatesLogFiles(Control[TrailState]):
    """CloudTrail writes signed digest files for the trail."""

    id = "trail.log-file-validation"
    title = "Log file validation is on: CloudTrail signs what it delivers"
    severity = Severity.HIGH
    actions = (GET_TRAIL,)
    requirements = LOG_FILE_VALIDATION
    remedy = "`aws cloudtrail update-trail --enable-log-file-validation`. What was delivered without it stays unproven."

    def look(self, subject: TrailState) -> Finding:
        """Decide it from GetTrail."""
        if subject.description.get("LogFileValidationEnabled"):
            return holds("Log file validation is on.")
        if not (subject.discovered or subject.promise.log_file_validation):
            return does_not_apply("The manifest promises a trail without log file validation.")
        return fails(f"Trail {subject.promise.name} writes no digest files.")


class TrailIsEncrypted(Control[TrailState]):
    """The trail's files are encrypted under a key the customer decides about."""

    id = "trail.encrypted"
    title = "The trail's log and digest files are encrypted under a KMS key"
    severity = Severity.MEDIUM
    actions = (GET_TRAIL,)
    requirements = ENCRYPTED_TRAIL
    remedy = "`aws cloudtrail update-trail --kms-key-id`, with a key whose policy lets CloudTrail use it."

    def look(self, subject: TrailState) -> Finding:
        """Decide it from GetTrail."""
        key = subject.description.get("KmsKeyId")
        if key:
            return holds("The trail has a KMS key.", ("key", str(key)))
        if not subject.discovered and subject.promise.key_arn is None:
            return does_not_apply(
                "The manifest promises a trail without a KMS key; S3 encrypts with its own."
            )
        return fails(
            f"Trail {subject.promise.name} has no KMS key: S3's own key, open to every reader, is used."
        )


class TrailDeliversToLogGroup(Control[TrailState]):
    """The trail also delivers to CloudWatch Logs, where alarms can watch it."""

    id = "trail.cloudwatch-logs"
    title = "The trail delivers to a CloudWatch log group"
    severity = Severity.LOW
    actions = (GET_TRAIL,)
    requirements = CLOUDWATCH_LOGS
    remedy = (
        "`aws cloudtrail update-trail --cloud-watch-logs-log-group-arn --cloud-watch-logs-role-arn`, or "
        "`cloudWatchLogs: { enabled: true }` in the stack's settings."
    )

    def look(self, subject: TrailState) -> Finding:
        """Decide it from GetTrail."""
        promised, now = subject.promise.log_group_arn, subject.log_group_arn
        if now is not None and (subject.discovered or promised in {None, now}):
            return holds("It delivers to a log group.", ("log group", now))
        if now is not None:
            return fails(
                f"It delivers to another log group than {promised}.", ("promised", str(promised)), ("is", now)
            )
        if not subject.discovered and promised is None:
            return does_not_apply("The manifest promises no log group.")
        return fails(f"Trail {subject.promise.name} delivers to no log group.")


class TrailIsTagged(Control[TrailState]):
    """The trail says by a tag whose it is."""

    id = "trail.tagged"
    title = "The trail has a tag"
    severity = Severity.LOW
    actions = (LIST_TAGS,)
    requirements = TAGGED
    remedy = "`aws cloudtrail add-tags`, or `meshtrail:tags` in the stack's settings."

    def look(self, subject: TrailState) -> Finding:
        """Decide it from ListTags; tags of AWS's own do not count."""
        keys = sorted(key for key in subject.tags if not key.startswith("aws:"))
        if keys:
            return holds("It has tags.", ("keys", ", ".join(keys)))
        if not subject.discovered:
            return does_not_apply("The manifest promises no tags.")
        return fails(f"Trail {subject.promise.name} has no tags.")


TRAIL_SETTINGS: tuple[Control[TrailState], ...] = (
    TrailValidatesLogFiles(),
    TrailIsEncrypted(),
    TrailDeliversToLogGroup(),
    TrailIsTagged(),
)
