"""A trail is configured as the manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtrail.selectors.normal_form import normal_form
from verify.controls.base import Control
from verify.controls.capture import wire
from verify.controls.drift import drift
from verify.controls.requirements import CONFIGURATION
from verify.controls.trail_state import GET_EVENT_SELECTORS, GET_TRAIL, TrailState
from verify.finding import does_not_apply
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_trail

if TYPE_CHECKING:
    from verify.finding import Finding


class TrailAsPromised(Control[TrailState]):
    """The trail is configured as the manifest says."""

    id = "trail.as-promised"
    title = "The trail is configured as it was provisioned"
    severity = Severity.MEDIUM
    actions = (GET_TRAIL, GET_EVENT_SELECTORS)
    requirements = CONFIGURATION
    remedy = "Bring it back with `pulumi up --refresh`, or take the change into the stack's settings."

    def look(self, subject: TrailState) -> Finding:
        """Decide it fact by fact."""
        if subject.discovered:
            return does_not_apply("The trail was discovered: nothing was promised of it.")
        promise, now = subject.promise, subject.description
        facts: dict[str, tuple[Any, Any]] = {
            "multi-Region": (promise.scope != "single-region", now.get("IsMultiRegionTrail", False)),
            "organization": (promise.scope == "organization", now.get("IsOrganizationTrail", False)),
            "bucket": (promise.bucket, now.get("S3BucketName")),
            "prefix": (promise.prefix or None, now.get("S3KeyPrefix") or None),
            "key": (promise.key_arn, now.get("KmsKeyId") or None),
            "log file validation": (promise.log_file_validation, now.get("LogFileValidationEnabled", False)),
        }
        # A manifest of before these were promised says nothing of them, whatever there is.
        if promise.log_group_arn is not None:
            facts["log group"] = (promise.log_group_arn, subject.log_group_arn)
        if promise.insights is not None:
            facts["Insights"] = (promise.insights, now.get("HasInsightSelectors", False))
        promised = promised_of_trail(promise)
        if normal_form(promised) != normal_form(subject.event_selectors):
            facts["selectors"] = (wire(promised), wire(subject.event_selectors))
        return drift(f"Trail {promise.name}", facts)
