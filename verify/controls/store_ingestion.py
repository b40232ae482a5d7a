"""An event data store is there and takes events in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.aws import Gone
from verify.controls.base import Control
from verify.controls.requirements import DELIVERY
from verify.controls.store_state import GET_EVENT_DATA_STORE, StoreState
from verify.finding import does_not_apply, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Finding


class StoreIngests(Control[StoreState]):
    """The store is there and takes events in, unless it was promised not to."""

    id = "event-data-store.ingesting"
    title = "The event data store is enabled and ingesting"
    severity = Severity.CRITICAL
    actions = (GET_EVENT_DATA_STORE,)
    requirements = DELIVERY
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
        if not subject.discovered and subject.promise.ingestion is False and status == "STOPPED_INGESTION":
            return does_not_apply("It was provisioned with ingestion off.")
        if status in {"ENABLED", "CREATED", "STARTING_INGESTION"}:
            return holds(f"Its status is {status}.")
        return fails(f"Event data store {subject.promise.arn} has the status {status}.")
