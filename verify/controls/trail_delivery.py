"""CloudTrail's last deliveries for a trail met no error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.controls.base import Control
from verify.controls.requirements import DELIVERY
from verify.controls.trail_state import GET_TRAIL_STATUS, TrailState
from verify.finding import Finding, cannot_tell, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Fact

ERRORS = ("LatestDeliveryError", "LatestDigestDeliveryError", "LatestCloudWatchLogsDeliveryError")
"""What GetTrailStatus tells of the last delivery to the bucket, of a digest file, and to the log group."""


class TrailDelivers(Control[TrailState]):
    """CloudTrail's last deliveries of log and digest files, and to the log group, succeeded."""

    id = "trail.delivering"
    title = "CloudTrail's last deliveries to the bucket and the log group succeeded"
    severity = Severity.HIGH
    actions = (GET_TRAIL_STATUS,)
    requirements = DELIVERY
    remedy = (
        "The code is S3's, KMS's or CloudWatch Logs' answer to CloudTrail: mend the policy of the bucket, the key or "
        "the role it names; CloudTrail tries a bucket again for 30 days."
    )

    def look(self, subject: TrailState) -> Finding:
        """Decide it from the errors of GetTrailStatus."""
        status = subject.status
        errors = {key: str(status[key]) for key in ERRORS if status.get(key)}
        times = told_times(status, "LatestDeliveryTime", "LatestDigestDeliveryTime")
        if errors:
            told = ", ".join(f"{key} {value}" for key, value in errors.items())
            return fails(
                f"The last delivery to {subject.promise.bucket} failed: {told}.", *errors.items(), *times
            )
        if not times:
            return cannot_tell(
                "CloudTrail has delivered nothing yet.",
                reason="It delivers within about 5 minutes of an event. Look again when something has happened.",
            )
        return holds("No delivery error.", *times)


def told_times(status: dict[str, Any], *keys: str) -> list[Fact]:
    """The times GetTrailStatus tells, as facts; those it lacks are left out."""
    return [(key, status[key].isoformat()) for key in keys if status.get(key) is not None]
