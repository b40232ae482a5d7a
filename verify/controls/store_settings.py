"""Settings of an event data store that standards ask for: retention, termination protection, a customer key.

As with a trail's settings, what a manifest promises otherwise does not apply, with the reason; of a store that was only
discovered the standard decides. An adopted store was promised nothing, which is no promise either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.controls.base import Control
from verify.controls.requirements import ENCRYPTED_STORE, PROTECTED, RETENTION
from verify.controls.store_state import GET_EVENT_DATA_STORE, StoreState
from verify.finding import does_not_apply, fails, holds
from verify.report.parts import Severity

if TYPE_CHECKING:
    from verify.finding import Finding

TWELVE_MONTHS: Final = 365
"""PCI DSS 4.0.1, 10.5.1: audit logs are kept for at least twelve months."""


class StoreKeepsLongEnough(Control[StoreState]):
    """The store keeps events as long as promised; without a promise, for twelve months."""

    id = "event-data-store.retention"
    title = "The event data store keeps events as long as promised"
    severity = Severity.HIGH
    actions = (GET_EVENT_DATA_STORE,)
    requirements = RETENTION
    remedy = (
        "`aws cloudtrail update-event-data-store --retention-period`. What was deleted while it was shorter does not "
        "come back."
    )

    def look(self, subject: StoreState) -> Finding:
        """Decide it from the retention period."""
        days, promised = subject.description.get("RetentionPeriod"), subject.promise.retention_days
        if not subject.discovered and promised is None:
            return does_not_apply("The store was adopted: no retention was promised.")
        wanted = TWELVE_MONTHS if subject.discovered or promised is None else promised
        if days is not None and int(days) >= wanted:
            return holds(f"It keeps events for {days} days, of {wanted} wanted.")
        return fails(
            f"It keeps events for {days or 'an unknown number of'} days, less than the {wanted} wanted."
        )


class StoreIsProtected(Control[StoreState]):
    """Nobody can delete the store in one step."""

    id = "event-data-store.termination-protection"
    title = "The event data store cannot be deleted without first lifting its protection"
    severity = Severity.HIGH
    actions = (GET_EVENT_DATA_STORE,)
    requirements = PROTECTED
    remedy = "`aws cloudtrail update-event-data-store --termination-protection-enabled`."

    def look(self, subject: StoreState) -> Finding:
        """Decide it from GetEventDataStore."""
        if subject.description.get("TerminationProtectionEnabled"):
            return holds("Termination protection is on.")
        if not subject.discovered and not subject.promise.termination_protection:
            return does_not_apply("The manifest promises a store without termination protection.")
        return fails(f"Event data store {subject.promise.arn} has no termination protection.")


class StoreHasCustomerKey(Control[StoreState]):
    """The store is encrypted under a key the customer decides about."""

    id = "event-data-store.customer-key"
    title = "The event data store is encrypted under a customer managed KMS key"
    severity = Severity.MEDIUM
    actions = (GET_EVENT_DATA_STORE,)
    requirements = ENCRYPTED_STORE
    remedy = "`aws cloudtrail update-event-data-store --kms-key-id`; the key can never be changed or taken away again."

    def look(self, subject: StoreState) -> Finding:
        """Decide it from GetEventDataStore."""
        key = subject.description.get("KmsKeyId")
        if key:
            return holds("The store has a KMS key.", ("key", str(key)))
        if not subject.discovered and subject.promise.key_arn is None:
            return does_not_apply("The manifest promises a store under a key that AWS owns.")
        return fails(f"Event data store {subject.promise.arn} is encrypted under a key that AWS owns.")


STORE_SETTINGS: tuple[Control[StoreState], ...] = (
    StoreKeepsLongEnough(),
    StoreIsProtected(),
    StoreHasCustomerKey(),
)
