"""Coverage: one row for each event name and store, seen or not."""

from collections.abc import Callable

from cloudtrail.catalog import APP_MESH, EVENTS
from cloudtrail.record import Record
from verify.coverage import coverage
from verify.reconcile import Reconciled, reconcile
from verify.stores.base import Place, Sighting

Make = Callable[..., Sighting]


def everything(record: Record) -> bool:
    """A store that should hold every event."""
    del record
    return True


def reconciled(**stores: list[Sighting]) -> list[Reconciled]:
    """The events of these stores, each of which should hold all."""
    return reconcile(stores, dict.fromkeys(stores, everything))


def test_every_event_of_the_catalog_has_a_row_seen_or_not(place: Place) -> None:
    """What was never seen is a row of nothing, not a missing row."""
    rows = coverage([], place=place, stores=["a", "b"], sources=[APP_MESH])
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
        for row in coverage(events, place=place, stores=["a", "b"], sources=[APP_MESH])
    }
    assert rows["CreateMesh", "a"] == rows["CreateMesh", "b"] == (1, True)
    assert rows["DeleteMesh", "a"] == (1, True)
    assert rows["DeleteMesh", "b"] == (0, True)
    assert rows["ListMeshes", "a"] == (0, False)


def test_events_of_other_sources_have_a_row_when_they_were_seen(place: Place, make_sighting: Make) -> None:
    """App Mesh's successors have no catalog: what happened is what can be shown."""
    events = reconciled(a=[make_sighting("1", eventSource="ecs.amazonaws.com", eventName="CreateService")])
    rows = coverage(events, place=place, stores=["a"], sources=["ecs.amazonaws.com"])
    assert [(row.event_name, row.landed) for row in rows] == [("CreateService", 1)]
