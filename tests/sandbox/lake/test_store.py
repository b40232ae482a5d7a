from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.lake.errors import (
    EventDataStoreNotFoundException,
    EventDataStoreTerminationProtectedException,
    InactiveEventDataStoreException,
    InvalidEventDataStoreStatusException,
)
from sandbox.lake.parameters import Parameters
from sandbox.lake.service import LakeService
from sandbox.lake.store import Status
from sandbox.settings import SandboxSettings
from tests.sandbox.lake.conftest import ACCOUNT, NOW, REGION, Clock, StandingExecutor, create

if TYPE_CHECKING:
    from sandbox.lake.backend import LakeBackend


def test_a_new_store_is_enabled(backend: LakeBackend, clock: Clock) -> None:
    """Ingestion starts by itself."""
    assert create(backend).status(clock.now) is Status.ENABLED


def test_a_store_may_begin_without_ingestion(backend: LakeBackend, clock: Clock) -> None:
    """`StartIngestion: false` leaves it stopped until it is started."""
    store = create(backend, StartIngestion=False)
    assert store.status(clock.now) is Status.STOPPED_INGESTION
    backend.start_ingestion(store.arn)
    assert store.status(clock.now) is Status.ENABLED


def test_ingestion_stops_and_starts(backend: LakeBackend, clock: Clock) -> None:
    """Each from the other's status only."""
    store = create(backend)
    with pytest.raises(InvalidEventDataStoreStatusException, match="is ENABLED"):
        backend.start_ingestion(store.arn)
    backend.stop_ingestion(store.arn)
    assert store.status(clock.now) is Status.STOPPED_INGESTION
    with pytest.raises(InvalidEventDataStoreStatusException, match="is STOPPED_INGESTION"):
        backend.stop_ingestion(store.arn)


def test_the_statuses_in_between_last_as_long_as_asked() -> None:
    """CREATED, STOPPING_INGESTION and STARTING_INGESTION are seen when settling takes time."""
    clock = Clock()
    with LakeService(
        SandboxSettings(), clock=clock, executor=StandingExecutor(), settling=timedelta(seconds=5)
    ) as lake:
        backend = lake.backend(ACCOUNT, REGION)
        store = create(backend)
        seen = [store.status(clock.now)]
        for step in (None, backend.stop_ingestion, None, backend.start_ingestion, None):
            if step is None:
                clock.pass_by(timedelta(seconds=5))
            else:
                step(store.arn)
            seen.append(store.status(clock.now))
    assert seen == [
        *(Status.CREATED, Status.ENABLED),
        *(Status.STOPPING_INGESTION, Status.STOPPED_INGESTION),
        *(Status.STARTING_INGESTION, Status.ENABLED),
    ]


def test_a_protected_store_is_not_deleted(backend: LakeBackend) -> None:
    """Termination protection has to be taken off first."""
    store = create(backend, TerminationProtectionEnabled=True)
    with pytest.raises(EventDataStoreTerminationProtectedException):
        backend.delete(store.arn)
    backend.update(store.arn, Parameters({"TerminationProtectionEnabled": False}))
    backend.delete(store.arn)


def test_a_deleted_store_waits_seven_days(backend: LakeBackend, clock: Clock) -> None:
    """It is there, inactive, for seven days and then gone with its events."""
    store = create(backend)
    backend.delete(store.arn)
    clock.pass_by(timedelta(days=7) - timedelta(seconds=1))
    assert backend.get(store.arn).status(clock.now) is Status.PENDING_DELETION
    clock.pass_by(timedelta(seconds=1))
    with pytest.raises(EventDataStoreNotFoundException):
        backend.get(store.arn)


def test_a_deleted_store_can_be_restored(backend: LakeBackend, clock: Clock) -> None:
    """It is enabled again, and its deletion forgotten."""
    store = create(backend)
    with pytest.raises(InvalidEventDataStoreStatusException):
        backend.restore(store.arn)
    backend.delete(store.arn)
    backend.restore(store.arn)
    clock.pass_by(timedelta(days=8))
    assert backend.get(store.arn).status(clock.now) is Status.ENABLED


def test_a_deleted_store_takes_no_other_operation(backend: LakeBackend) -> None:
    """No update, query, ingestion or second deletion while it waits."""
    store = create(backend)
    backend.delete(store.arn)
    for act in (
        lambda: backend.delete(store.arn),
        lambda: backend.update(store.arn, Parameters({"Name": "other"})),
        lambda: backend.start_ingestion(store.arn),
        lambda: backend.stop_ingestion(store.arn),
        lambda: backend.start_query(f"SELECT eventID FROM {store.store_id}"),  # noqa: S608 # a query is the subject
        lambda: backend.queries(store.arn),
    ):
        with pytest.raises(InactiveEventDataStoreException):
            act()


def test_a_shorter_retention_removes_events_for_good(backend: LakeBackend, clock: Clock) -> None:
    """What was removed does not come back with a longer retention."""
    store = create(backend, RetentionPeriod=366)
    before = store.horizon(clock.now)
    backend.update(store.arn, Parameters({"RetentionPeriod": 7}))
    backend.update(store.arn, Parameters({"RetentionPeriod": 366}))
    assert before == (NOW - timedelta(days=366)).replace(tzinfo=None)
    assert store.horizon(clock.now) == (NOW - timedelta(days=7)).replace(tzinfo=None)
    clock.pass_by(timedelta(days=365))
    assert store.horizon(clock.now) == (clock.now - timedelta(days=366)).replace(tzinfo=None)
