"""Coverage: one row for each event name and store, seen or not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cloudtrail.catalog import APP_MESH, EVENTS, Event
from cloudtrail.manifest import EventDataStorePromise
from cloudtrail.record import Record
from verify.coverage import coverage, example
from verify.reconcile import Reconciled, reconcile
from verify.stores.base import Place, Reading, Sighting, StoreKind
from verify.stores.expectation import of_event_data_store

Make = Callable[..., Sighting]


class FakeStore:
    """A store that takes everything, or writes only, and should hold it all."""

    doubt = None
    kind = StoreKind.TRAIL_BUCKET

    def __init__(self, name: str, *, reads: bool = True) -> None:
        self.id = self.title = self.location = name
        self._reads = reads

    def takes(self, record: Record) -> bool:
        """By the kind of event."""
        return self._reads or not record.is_read

    def expects(self, record: Record) -> bool:
        """All of them."""
        return bool(record.event_name)

    def find(self, *_args: object, **_more: object) -> Reading:
        """Never asked here."""
        raise NotImplementedError


A, B = FakeStore("a"), FakeStore("b", reads=False)


def reconciled(**stores: list[Sighting]) -> list[Reconciled]:
    """The events of these stores, each of which should hold all."""
    return reconcile(stores, dict.fromkeys(stores, A.expects))


def test_every_event_of_the_catalog_has_a_row_seen_or_not(place: Place) -> None:
    """What was never seen is a row of nothing, not a missing row."""
    rows = coverage([], place=place, stores=[A, B], sources=[APP_MESH])
    assert {(row.event_name, row.store) for row in rows} == {
        (event.name, store) for event in EVENTS for store in ("a", "b")
    }
    assert not any(row.landed or row.expected for row in rows)


def test_landed_and_expected_are_told_apart(place: Place, make_sighting: Make) -> None:
    """A store that lost its only DeleteMesh expected one and has none."""
    events = reconciled(
        a=[make_sighting("1"), make_sighting("2", eventName="DeleteMesh")], b=[make_sighting("1")]
    )
    rows = {
        (row.event_name, row.store): (row.landed, row.expected)
        for row in coverage(events, place=place, stores=[A, B], sources=[APP_MESH])
    }
    assert rows["CreateMesh", "a"] == rows["CreateMesh", "b"] == (1, True)
    assert rows["DeleteMesh", "a"] == (1, True)
    assert rows["DeleteMesh", "b"] == (0, True)
    assert rows["ListMeshes", "a"] == (0, False)


def test_events_of_other_sources_have_a_row_when_they_were_seen(place: Place, make_sighting: Make) -> None:
    """App Mesh's successors have no catalog: what happened is what can be shown."""
    events = reconciled(a=[make_sighting("1", eventSource="ecs.amazonaws.com", eventName="CreateService")])
    rows = coverage(events, place=place, stores=[A], sources=["ecs.amazonaws.com"])
    assert [(row.event_name, row.landed) for row in rows] == [("CreateService", 1)]


def test_what_would_be_captured_is_told_though_nothing_was_seen(place: Place) -> None:
    """By the selectors, the scope and the Region of the store, for each event of the catalog."""
    rows = coverage([], place=place, stores=[A, B], sources=[APP_MESH])
    captured = {
        store: {row.event_name for row in rows if row.store == store and row.captured} for store in "ab"
    }
    assert captured["a"] == {event.name for event in EVENTS}
    assert captured["b"] == {event.name for event in EVENTS if not event.read_only}


@pytest.mark.parametrize(
    ("selector", "captured"),
    [
        ({"Field": "eventSource", "Equals": [APP_MESH]}, set(EVENTS)),
        ({"Field": "readOnly", "Equals": ["true"]}, {event for event in EVENTS if event.read_only}),
        (
            {"Field": "eventType", "NotEquals": ["AwsServiceEvent"]},
            {event for event in EVENTS if event.event_type == "AwsApiCall"},
        ),
    ],
)
def test_selectors_are_evaluated_on_each_event_of_the_catalog(
    place: Place, selector: dict[str, Any], captured: set[Event]
) -> None:
    """An event data store's selectors, for events that never happened; in another account, none of them."""
    promise = EventDataStorePromise(
        arn="arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/x",
        home_region="us-east-1",
        advanced_event_selectors=(
            {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, selector]},
        ),
    )
    now = datetime(2026, 9, 1, tzinfo=UTC)
    expectation = of_event_data_store(promise, account=place.account, since=now, now=now)
    assert {event for event in EVENTS if expectation.takes(example(event, place))} == captured
    elsewhere = Place("111122223333", place.region)
    assert not any(expectation.takes(example(event, elsewhere)) for event in EVENTS)
