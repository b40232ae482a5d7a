"""What is claimed of an event data store: it takes events in, takes every App Mesh event, and keeps its promises.

Source: CloudTrail API reference, GetEventDataStore
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cloudtrail.event_data_store import EventDataStoreArn
from cloudtrail.selectors import read_selectors
from cloudtrail.selectors.normal_form import normal_form
from verify.aws import Aws, Gone, asking
from verify.controls.base import Control
from verify.controls.trail import captures_app_mesh, drift, wire
from verify.finding import Finding, does_not_apply, fails, holds
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_event_data_store
from verify.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.manifest import EventDataStorePromise
    from cloudtrail.selectors import Selectors


class StoreState:
    """An event data store as AWS describes it now; asked for once, when it is first needed."""

    def __init__(self, promise: EventDataStorePromise, *, aws: Aws) -> None:
        self.promise = promise
        self._client = aws.cloudtrail(EventDataStoreArn.parse(promise.arn).region)

    @cached_property
    def description(self) -> dict[str, Any]:
        """GetEventDataStore."""
        with asking("cloudtrail:GetEventDataStore", f"event data store {self.promise.arn}"):
            return dict(self._client.get_event_data_store(EventDataStore=self.promise.arn))

    @property
    def selectors(self) -> Selectors:
        """Its advanced event selectors."""
        return read_selectors(self.description)

    @property
    def terms(self) -> EventDataStorePromise:
        """What was promised; what was not, as of an adopted store, as AWS describes it now.

        Raises:
            CannotLook: when something was not promised, and AWS does not answer.
            MalformedSelector: when AWS answers with a selector of a kind this version does not know.
        """
        if self.promise.advanced_event_selectors:
            return self.promise
        now = {
            "multi_region": self.description.get("MultiRegionEnabled"),
            "organization": self.description.get("OrganizationEnabled"),
            "retention_days": self.description.get("RetentionPeriod"),
            "advanced_event_selectors": tuple(selector.to_api() for selector in self.selectors),
        }
        promised = self.promise.model_dump(include=set(now), exclude_none=True, exclude_defaults=True)
        return self.promise.model_copy(update=now | promised)

    @property
    def since(self) -> datetime | None:
        """When it was created: older events are not expected."""
        return self.description.get("CreatedTimestamp")


class StoreIngests(Control[StoreState]):
    """The store is there and takes events in, unless it was promised not to."""

    id = "event-data-store.ingesting"
    title = "The event data store is enabled and ingesting"
    severity = Severity.CRITICAL
    actions = ("cloudtrail:GetEventDataStore",)
    remedy = (
        "`aws cloudtrail start-event-data-store-ingestion`; a store that is PENDING_DELETION comes back with "
        "`restore-event-data-store` within seven days."
    )

    def look(self, subject: StoreState) -> Finding:
        """Decide it from the store's status."""
        try:
            status = str(subject.description.get("Status"))
        except Gone as error:
            return fails(f"Event data store {subject.promise.arn} does not exist.", ("error", error.why))
        if subject.promise.ingestion is False and status == "STOPPED_INGESTION":
            return does_not_apply("It was provisioned with ingestion off.")
        if status in {"ENABLED", "CREATED", "STARTING_INGESTION"}:
            return holds(f"Its status is {status}.")
        return fails(f"Event data store {subject.promise.arn} has the status {status}.")


class StoreCapturesAppMesh(Control[StoreState]):
    """The selectors the store has now take every App Mesh event, or what was chosen of them."""

    id = "event-data-store.captures-app-mesh"
    title = "The event data store's selectors take the App Mesh events they were meant to"
    severity = Severity.HIGH
    actions = ("cloudtrail:GetEventDataStore",)
    remedy = "Bring the selectors back: `pulumi up --refresh`, or `aws cloudtrail update-event-data-store`."

    def look(self, subject: StoreState) -> Finding:
        """Decide it by evaluating the selectors over the App Mesh catalog."""
        found = captures_app_mesh(subject.selectors)
        meant = captures_app_mesh(promised_of_event_data_store(subject.promise))
        if found.verdict is Verdict.FAIL and _missed(found) == _missed(meant):
            return holds(f"It takes what it was provisioned for. {found.summary}", *found.evidence)
        return found


class StoreAsPromised(Control[StoreState]):
    """The store is configured as the manifest says."""

    id = "event-data-store.as-promised"
    title = "The event data store is configured as it was provisioned"
    severity = Severity.MEDIUM
    actions = ("cloudtrail:GetEventDataStore",)
    remedy = "Bring it back with `pulumi up --refresh`, or take the change into the stack's settings."

    def look(self, subject: StoreState) -> Finding:
        """Decide it fact by fact; what was not promised is not compared."""
        promise, now = subject.promise, subject.description
        facts: dict[str, tuple[Any, Any]] = {
            "retention in days": (promise.retention_days, now.get("RetentionPeriod")),
            "price option": (promise.billing_mode, now.get("BillingMode")),
            "multi-Region": (promise.multi_region, now.get("MultiRegionEnabled")),
            "organization": (promise.organization, now.get("OrganizationEnabled")),
            "termination protection": (
                promise.termination_protection,
                now.get("TerminationProtectionEnabled"),
            ),
            "key": (promise.key_arn, now.get("KmsKeyId")),
        }
        facts = {label: pair for label, pair in facts.items() if pair[0] is not None}
        promised = promised_of_event_data_store(promise)
        if promised and normal_form(promised) != normal_form(subject.selectors):
            facts["selectors"] = (wire(promised), wire(subject.selectors))
        if not facts and not promised:
            return does_not_apply("The store was adopted: nothing was promised of it.")
        return drift(f"Event data store {promise.arn}", facts)


STORE_CONTROLS: tuple[Control[StoreState], ...] = (StoreIngests(), StoreCapturesAppMesh(), StoreAsPromised())


def _missed(finding: Finding) -> list[str]:
    return [value for label, value in finding.evidence if label == "missed"]
