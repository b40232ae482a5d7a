"""What legal settings cost."""

from collections.abc import Iterator
from typing import Final

from cloudtrail.catalog import APP_MESH
from cloudtrail.errors import Problem
from cloudtrail.event_data_store import TYPED_RESOURCE_MAX_DAYS, EventDataStoreArn
from cloudtrail.selectors import explain
from components.settings.root import Settings
from components.settings.rules.rule import Rule, problem
from components.settings.selection import store_selectors, trail_selectors


def _excluded_sources(settings: Settings) -> Iterator[Problem]:
    if settings.trail.exclude:
        yield problem(
            "trail.exclude",
            f"leaves out {' and '.join(settings.trail.exclude)}; Security Hub control CloudTrail.1 then fails.",
            "App Mesh's events are not affected.",
        )


def _trail_misses(settings: Settings) -> Iterator[Problem]:
    explanation = explain(trail_selectors(settings))
    if APP_MESH in settings.event_sources and not explanation.captured_all:
        path = "selectors" if settings.trail.selectors is not None else "managementEvents"
        yield problem(
            f"trail.{path}", explanation.summary(), "Write managementEvents: all to keep every call."
        )


def _store_misses(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    # What capture, operations and envoyConnections leave out was asked for in so many words.
    if store.mode == "create" and store.selectors is not None and APP_MESH in settings.event_sources:
        explanation = explain(store_selectors(settings))
        if not explanation.captured_all:
            yield problem("eventDataStore.selectors", explanation.summary(), "")


def _storage_choices(settings: Settings) -> Iterator[Problem]:
    create = settings.bucket.create
    if create is None:
        return
    if create.object_lock is not None and create.object_lock.mode == "COMPLIANCE":
        yield problem(
            "bucket.create.objectLock.mode",
            f"nobody, not even the root user, can delete a file for {create.object_lock.days} days, "
            "nor shorten that.",
            "Try GOVERNANCE first.",
        )
    lifecycle = create.lifecycle
    if lifecycle and (lifecycle.glacier_flexible_retrieval_days or lifecycle.deep_archive_days):
        yield problem(
            "bucket.create.lifecycle",
            "files in Glacier Flexible Retrieval or Deep Archive cannot be verified until they are restored.",
            "glacierInstantRetrievalDays keeps them readable.",
        )


def _suspended(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    typed = settings.store_retention_days <= TYPED_RESOURCE_MAX_DAYS
    if store.mode == "create" and typed and not store.ingestion:
        yield problem(
            "eventDataStore.ingestion",
            "while the store takes in nothing, a run that changes anything else about it ends in an error: the "
            "provider makes the change, and then waits for the store to be enabled.",
            "Switch ingestion on in one run, and change the rest in the next.",
        )


def _store_advice(settings: Settings) -> Iterator[Problem]:
    store = settings.event_data_store
    if store.mode == "adopt" and store.arn is not None:
        arn = EventDataStoreArn.parse(store.arn)
        if arn.region != settings.home_region:
            yield problem(
                "eventDataStore.arn",
                f"the adopted store is in {arn.region}, not in {settings.home_region}.",
                "That is fine when it takes events of every Region.",
            )


RULES: Final = (
    Rule(("trail.exclude",), _excluded_sources),
    Rule(("trail",), _trail_misses),
    Rule(("eventDataStore",), _store_misses),
    Rule(("bucket.create",), _storage_choices),
    Rule(("eventDataStore",), _suspended),
    Rule(("eventDataStore",), _store_advice),
)
