"""What is claimed of a trail: it logs, it delivers, it takes every App Mesh event, and it is what was promised.

Sources: CloudTrail API reference, GetTrailStatus, GetTrail and GetEventSelectors
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html). A trail is read at its home
Region: elsewhere CloudTrail shows its shadow.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cloudtrail.selectors import explain, read_selectors
from cloudtrail.selectors.normal_form import normal_form
from verify.aws import Aws, Gone, asking
from verify.controls.base import Control
from verify.finding import Finding, cannot_tell, fails, holds
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_trail

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.selectors import Selectors
    from verify.finding import Fact
    from verify.window import Window


class TrailState:
    """A trail as AWS describes it now; each answer is asked for once, when it is first needed."""

    def __init__(self, promise: TrailPromise, *, aws: Aws, window: Window) -> None:
        self.promise = promise
        self.window = window
        self._client = aws.cloudtrail(promise.home_region)
        self._where = f"trail {promise.arn}"

    @cached_property
    def status(self) -> dict[str, Any]:
        """GetTrailStatus."""
        with asking("cloudtrail:GetTrailStatus", self._where):
            return dict(self._client.get_trail_status(Name=self.promise.arn))

    @cached_property
    def description(self) -> dict[str, Any]:
        """GetTrail."""
        with asking("cloudtrail:GetTrail", self._where):
            return dict(self._client.get_trail(Name=self.promise.arn)["Trail"])

    @cached_property
    def event_selectors(self) -> Selectors:
        """GetEventSelectors, whichever kind is in use."""
        with asking("cloudtrail:GetEventSelectors", self._where):
            return read_selectors(self._client.get_event_selectors(TrailName=self.promise.arn))

    @property
    def since(self) -> datetime | None:
        """When the trail began to log, or None where that cannot be known.

        CloudTrail tells no creation time. A trail that was never stopped began when it was last started; of one
        that was stopped the beginning is unknown, and it answers for all of the window.
        """
        if self.status.get("StopLoggingTime") is not None:
            return None
        return self.status.get("StartLoggingTime")

    @property
    def started_at(self) -> datetime | None:
        """When logging was last started."""
        return self.status.get("StartLoggingTime")

    @property
    def stopped_at(self) -> datetime | None:
        """When logging was stopped, or None while it is on."""
        return None if self.status.get("IsLogging") else self.status.get("StopLoggingTime")


class TrailLogs(Control[TrailState]):
    """The trail is logging, and was not stopped in the window."""

    id = "trail.logging"
    title = "The trail is logging, and was not stopped in the window"
    severity = Severity.CRITICAL
    actions = ("cloudtrail:GetTrailStatus",)
    remedy = "Start it (`aws cloudtrail start-logging`), then find who called StopLogging in Event history."

    def look(self, subject: TrailState) -> Finding:
        """Decide it from GetTrailStatus."""
        try:
            status = subject.status
        except Gone as error:
            return fails(f"Trail {subject.promise.arn} does not exist.", ("error", error.why))
        stopped, started = status.get("StopLoggingTime"), status.get("StartLoggingTime")
        evidence = _times(status, "StartLoggingTime", "StopLoggingTime")
        if not status.get("IsLogging"):
            when = f" since {stopped:%Y-%m-%dT%H:%M:%SZ}" if stopped else ""
            return fails(f"Trail {subject.promise.name} is not logging{when}.", *evidence)
        window = subject.window
        if stopped is not None and stopped < window.end and window.start <= max(started or stopped, stopped):
            until = f" to {started:%Y-%m-%dT%H:%M:%SZ}" if started else ""
            return fails(
                f"Trail {subject.promise.name} was stopped from {stopped:%Y-%m-%dT%H:%M:%SZ}{until}.",
                *evidence,
            )
        return holds("The trail is logging.", *evidence)


class TrailDelivers(Control[TrailState]):
    """CloudTrail's last deliveries of log and digest files succeeded."""

    id = "trail.delivering"
    title = "CloudTrail's last deliveries to the bucket succeeded"
    severity = Severity.HIGH
    actions = ("cloudtrail:GetTrailStatus",)
    remedy = (
        "The code is S3's or KMS's answer to CloudTrail: mend the policy of the bucket or the key it names; "
        "CloudTrail tries again for 30 days."
    )

    def look(self, subject: TrailState) -> Finding:
        """Decide it from the errors of GetTrailStatus."""
        status = subject.status
        errors = {
            key: str(status[key])
            for key in (
                "LatestDeliveryError",
                "LatestDigestDeliveryError",
                "LatestCloudWatchLogsDeliveryError",
            )
            if status.get(key)
        }
        times = _times(status, "LatestDeliveryTime", "LatestDigestDeliveryTime")
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


class TrailCapturesAppMesh(Control[TrailState]):
    """The selectors the trail has now take every App Mesh event."""

    id = "trail.captures-app-mesh"
    title = "The trail's event selectors take every App Mesh event"
    severity = Severity.HIGH
    actions = ("cloudtrail:GetEventSelectors",)
    remedy = "Log read and write management events: `pulumi up`, or `aws cloudtrail put-event-selectors`."

    def look(self, subject: TrailState) -> Finding:
        """Decide it by evaluating the selectors over the App Mesh catalog."""
        return captures_app_mesh(subject.event_selectors)


class TrailAsPromised(Control[TrailState]):
    """The trail is configured as the manifest says."""

    id = "trail.as-promised"
    title = "The trail is configured as it was provisioned"
    severity = Severity.MEDIUM
    actions = ("cloudtrail:GetTrail", "cloudtrail:GetEventSelectors")
    remedy = "Bring it back with `pulumi up --refresh`, or take the change into the stack's settings."

    def look(self, subject: TrailState) -> Finding:
        """Decide it fact by fact."""
        promise, now = subject.promise, subject.description
        facts: dict[str, tuple[Any, Any]] = {
            "multi-Region": (promise.scope != "single-region", now.get("IsMultiRegionTrail", False)),
            "organization": (promise.scope == "organization", now.get("IsOrganizationTrail", False)),
            "bucket": (promise.bucket, now.get("S3BucketName")),
            "prefix": (promise.prefix or None, now.get("S3KeyPrefix") or None),
            "key": (promise.key_arn, now.get("KmsKeyId") or None),
            "log file validation": (promise.log_file_validation, now.get("LogFileValidationEnabled", False)),
        }
        promised = promised_of_trail(promise)
        if normal_form(promised) != normal_form(subject.event_selectors):
            facts["selectors"] = (wire(promised), wire(subject.event_selectors))
        return drift(f"Trail {promise.name}", facts)


TRAIL_CONTROLS: tuple[Control[TrailState], ...] = (
    TrailLogs(),
    TrailDelivers(),
    TrailCapturesAppMesh(),
    TrailAsPromised(),
)


def captures_app_mesh(selectors: Selectors) -> Finding:
    """Whether selectors take every event of the App Mesh catalog."""
    explanation = explain(selectors)
    if explanation.captured_all:
        return holds(explanation.summary(), ("selectors", wire(selectors)))
    missed = (("missed", f"{example.event_name}: {example.why}") for example in explanation.missed)
    return fails(explanation.summary(), *missed, ("selectors", wire(selectors)))


def drift(name: str, facts: dict[str, tuple[Any, Any]]) -> Finding:
    """Compare what was promised with what is; `facts` maps a label to the pair."""
    changed = {label: pair for label, pair in facts.items() if pair[0] != pair[1]}
    if not changed:
        return holds(f"{name} is as it was provisioned.")
    told = ", ".join(changed)
    told_facts = [
        (label, f"promised {promised}, is {actual}") for label, (promised, actual) in changed.items()
    ]
    return fails(f"{name} differs from what was provisioned in: {told}.", *told_facts)


def wire(selectors: Selectors) -> str:
    """Selectors as the API writes them, on one line; empty is CloudTrail's default."""
    return json.dumps([selector.to_api() for selector in selectors], sort_keys=True)


def _times(status: dict[str, Any], *keys: str) -> list[Fact]:
    return [(key, status[key].isoformat()) for key in keys if status.get(key) is not None]
