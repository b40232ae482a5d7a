"""An event data store is configured as the manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtrail.selectors.normal_form import normal_form
from verify.controls.base import Control
from verify.controls.capture import wire
from verify.controls.drift import drift
from verify.controls.requirements import CONFIGURATION
from verify.controls.store_state import GET_EVENT_DATA_STORE, StoreState
from verify.finding import does_not_apply
from verify.report.parts import Severity
from verify.stores.expectation import promised_of_event_data_store

if TYPE_CHECKING:
    from verify.finding import Finding


class StoreAsPromised(Control[StoreState]):
    """The store is configured as the manifest says."""

    id = "event-data-store.as-promised"
    title = "The event data store is configured as it was provisioned"
    severity = Severity.MEDIUM
    actions = (GET_EVENT_DATA_STORE,)
    requirements = CONFIGURATION
    remedy = "Bring it back with `pulumi up --refresh`, or take the change into the stack's settings."

    def look(self, subject: StoreState) -> Finding:
        """Decide it fact by fact; what was not promised is not compared."""
        if subject.discovered:
            return does_not_apply("The store was discovered: nothing was promised of it.")
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
