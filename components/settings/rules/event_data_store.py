"""What an event data store can and cannot be."""

from collections.abc import Iterator
from typing import Final

from cloudtrail.catalog import APP_MESH
from cloudtrail.errors import Problem
from cloudtrail.event_data_store import RETENTION, BillingMode
from cloudtrail.partitions import Arn, why_no_lake
from cloudtrail.selectors import Destination
from components.settings.root import Settings
from components.settings.rules.rule import Rule, problem
from components.settings.rules.selectors import illegal
from components.settings.selection import store_selectors


def _store_mode(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    if store.mode == "adopt" and store.arn is None:
        yield problem(
            "eventDataStore.arn",
            "is required with mode: adopt.",
            "Add the ARN that `aws cloudtrail list-event-data-stores` prints.",
        )
    allowed = {"create": type(store).model_fields.keys() - {"arn"}, "adopt": {"mode", "arn"}, "off": {"mode"}}
    fields = type(store).model_fields
    for name in sorted(store.model_fields_set - allowed[store.mode]):
        remedy = "Remove it, or write mode: " + ("adopt." if name == "arn" else "create.")
        yield problem(
            f"eventDataStore.{fields[name].alias}", f"has no meaning with mode: {store.mode}.", remedy
        )


def _lake(settings: Settings) -> Iterator[Problem]:
    reason = why_no_lake(settings.home_region)
    if settings.event_data_store.mode != "off" and reason:
        yield problem(
            "eventDataStore.mode",
            f"there can be no event data store in {settings.home_region}. {reason}",
            "Write mode: off. The trail's bucket keeps the record, and Athena can query it.",
        )


def _retention(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    bounds = RETENTION[store.billing_mode]
    if store.mode != "create" or store.retention_days is None or bounds.allows(store.retention_days):
        return
    longer = RETENTION[BillingMode.EXTENDABLE]
    way_out = (
        f" For {store.retention_days} days write price: extendable."
        if store.price == "seven-year" and longer.allows(store.retention_days)
        else ""
    )
    yield problem(
        "eventDataStore.retentionDays",
        f"{store.retention_days} days are not offered with {bounds.title}.",
        f"Write {bounds.minimum} to {bounds.maximum}.{way_out}",
    )


def _store_selection(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    chosen = store.model_fields_set & {"capture", "operations", "envoy_connections"}
    if store.selectors is not None and chosen:
        yield problem(
            "eventDataStore.selectors",
            "cannot stand beside capture, operations or envoyConnections.",
            "Say everything in selectors, or remove them.",
        )
    if store.operations and APP_MESH not in settings.event_sources:
        yield problem(
            "eventDataStore.operations",
            f"names App Mesh operations, but eventSources does not hold {APP_MESH}.",
            f"Add {APP_MESH} to eventSources, or remove operations.",
        )
    if store.operations and {"capture", "envoy_connections"} & store.model_fields_set:
        yield problem(
            "eventDataStore.operations",
            "already says which events to keep.",
            "Remove capture and envoyConnections, or remove operations.",
        )


def _store_key(settings: Settings) -> Iterator[Problem]:
    store, existing_key = settings.event_data_store, settings.key.existing
    if store.mode != "create" or store.key == "aws-owned":
        return
    arn = store.key if store.key != "audit" else existing_key.arn if existing_key else None
    if arn is not None and (region := Arn.parse(arn).region) != settings.home_region:
        yield problem(
            "eventDataStore.key",
            f"the event data store is in {settings.home_region}, but its key is in {region}.",
            f"Name a key of {settings.home_region}, or write aws-owned.",
        )


def _store_selectors_legal(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    if store.mode == "create":
        path = "eventDataStore.selectors" if store.selectors is not None else "eventSources"
        yield from illegal(path, lambda: store_selectors(settings), Destination.EVENT_DATA_STORE)


RULES: Final = (
    Rule(("eventDataStore.mode", "eventDataStore.arn"), _store_mode),
    Rule(("aws:region", "eventDataStore.mode"), _lake),
    Rule(("eventDataStore.mode", "eventDataStore.price", "eventDataStore.retentionDays"), _retention),
    Rule(("eventDataStore", "eventSources"), _store_selection),
    Rule(("aws:region", "key.existing", "eventDataStore.mode", "eventDataStore.key"), _store_key),
    Rule(("eventDataStore", "eventSources"), _store_selectors_legal),
)
