"""Reconciliation: every event of any store is looked for in every store that should hold it."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.record import Record, read_record
from verify.reconcile import PRESENT, Status, reconcile
from verify.stores.base import Place, Reading, Sighting
from verify.window import Window

Make = Callable[..., Sighting]


def everything(_record: Record) -> bool:
    """A store that should hold every event."""
    return True


def nothing(_record: Record) -> bool:
    """A store that should hold none."""
    return False


def statuses(
    stores: dict[str, list[Sighting]], **expects: Callable[[Record], bool]
) -> dict[str, dict[str, str]]:
    """Event id to store to status."""
    told = {store: expects.get(store, everything) for store in stores}
    return {
        event.event_id: {store: landing.status.value for store, landing in event.landings.items()}
        for event in reconcile(stores, told)
    }


def test_an_event_in_every_store_has_landed(make_sighting: Make) -> None:
    """The plain case."""
    assert statuses({"a": [make_sighting("1")], "b": [make_sighting("1")]}) == {
        "1": {"a": "landed", "b": "landed"}
    }


def test_an_event_of_one_store_is_missing_from_the_others_that_should_hold_it(make_sighting: Make) -> None:
    """No store is taken as complete: what only the last one has is missing from the first."""
    assert statuses({"a": [], "b": [], "c": [make_sighting("1")]}, b=nothing) == {
        "1": {"a": "missing", "b": "not-expected", "c": "landed"}
    }


def test_an_event_seen_twice_in_a_store_is_duplicated(make_sighting: Make) -> None:
    """CloudTrail may deliver twice; both places are named."""
    (event,) = reconcile({"a": [make_sighting(where="x"), make_sighting(where="y")]}, {"a": everything})
    assert event.landings["a"].status is Status.DUPLICATED
    assert event.landings["a"].locations == ("x", "y")


def test_the_more_tamper_proof_store_is_believed(make_sighting: Make) -> None:
    """Two copies differ: the later store's is the altered one, and the fields are named."""
    changed = make_sighting("1", userIdentity={"type": "Root"}, sourceIPAddress="192.0.2.1")
    (event,) = reconcile({"a": [make_sighting("1")], "b": [changed]}, {"a": everything, "b": everything})
    assert event.landings["a"].status is Status.LANDED
    assert event.landings["b"].status is Status.ALTERED
    assert event.landings["b"].altered_fields == ("sourceIPAddress", "userIdentity")


def test_two_copies_in_one_store_that_differ_are_altered(make_sighting: Make) -> None:
    """A second, different record under the same id is no mere duplicate."""
    stores = {"a": [make_sighting("1"), make_sighting("1", eventName="DeleteMesh")]}
    assert statuses(stores) == {"1": {"a": "altered"}}


def test_how_a_store_writes_a_record_is_no_alteration(make_sighting: Make) -> None:
    """Nulls, and what AWS adds in Lake only, say nothing about the event."""
    lake = make_sighting("1", responseElements=None, eventContext={"tags": []})
    assert statuses({"a": [make_sighting("1")], "b": [lake]}) == {"1": {"a": "landed", "b": "landed"}}


def test_late_is_measured_from_event_time_to_arrival(make_sighting: Make) -> None:
    """Later than the bound is late; without an arrival nothing is said."""
    stores = {"a": [make_sighting(delay=901)], "b": [make_sighting(delay=899)], "c": [make_sighting()]}
    (event,) = reconcile(stores, dict.fromkeys(stores, everything), late_after=timedelta(minutes=15))
    assert [event.landings[store].status for store in stores] == [Status.LATE, Status.LANDED, Status.LANDED]
    assert event.landings["a"].delay == timedelta(seconds=901)
    assert event.landings["c"].delay is None


def test_an_arrival_before_the_event_is_no_negative_delay(make_sighting: Make) -> None:
    """Clocks differ; S3 tells whole seconds."""
    (event,) = reconcile({"a": [make_sighting(delay=-1)]}, {"a": everything})
    assert event.landings["a"].delay == timedelta(0)


def test_events_without_an_id_are_told_apart_by_their_bytes(make_sighting: Make) -> None:
    """Records before version 1.01 have no eventID."""
    one, other = make_sighting(eventID=None), make_sighting(eventID=None, eventName="DeleteMesh")
    found = reconcile({"a": [one, other], "b": [one]}, {"a": everything, "b": everything})
    assert len(found) == 2
    assert sorted(event.landings["b"].status for event in found) == [Status.LANDED, Status.MISSING]


def test_an_event_without_an_id_is_the_same_however_a_store_writes_it(make_sighting: Make) -> None:
    """Another order of keys, blanks or a null make no other event, so none is missing."""
    plain = make_sighting(eventID=None)
    keys = sorted(plain.record.document().items(), reverse=True)
    other = Sighting(read_record(json.dumps(dict(keys), indent=1).encode()), "there")
    (event,) = reconcile({"a": [plain], "b": [other]}, {"a": everything, "b": everything})
    assert {landing.status for landing in event.landings.values()} == {Status.LANDED}


def test_an_update_of_an_event_is_that_event(make_sighting: Make) -> None:
    """AWS may deliver an event again under another id, naming the first: no store lacks either of the two."""
    addendum = {"reason": "UPDATED_DATA", "updatedFields": "errorCode", "originalEventID": "1"}
    update = make_sighting("2", errorCode="x", addendum=addendum)
    both = [update, make_sighting("1")]
    stores = {"a": both, "b": [make_sighting("1")], "c": both, "d": [update]}
    (event,) = reconcile(stores, dict.fromkeys(stores, everything) | {"d": nothing})
    assert event.event_id == event.record.event_id == "1"
    assert {landing.status for landing in event.landings.values()} == {Status.LANDED}
    assert event.landings["c"].updated_fields == ("addendum", "errorCode", "eventID")
    assert event.landings["b"].updated_fields == ()


@pytest.mark.parametrize("own_id", ["1", "2"])
def test_an_update_without_what_it_updates_is_an_alteration(make_sighting: Make, own_id: str) -> None:
    """AWS delivers it beside the original: where that is gone, the addendum may be forged as well."""
    forged = make_sighting(
        own_id,
        requestParameters={"meshName": "harmless"},
        addendum={"reason": "UPDATED_DATA", "updatedFields": "requestParameters", "originalEventID": "1"},
    )
    stores = {"history": [make_sighting("1")], "bucket": [forged]}
    (event,) = reconcile(stores, dict.fromkeys(stores, everything))
    assert event.landings["bucket"].status is Status.ALTERED
    assert "requestParameters" in event.landings["bucket"].altered_fields
    beside = reconcile(stores | {"bucket": [make_sighting("1"), forged]}, dict.fromkeys(stores, everything))
    assert not beside[0].landings["bucket"].altered_fields


def test_where_event_history_has_the_update_alone_nobody_is_accused(make_sighting: Make) -> None:
    """What is believed may be AWS's update: a bucket that has the first delivery altered nothing."""
    update = make_sighting(
        "1", errorCode="x", addendum={"reason": "UPDATED_DATA", "updatedFields": "errorCode"}
    )
    stores = {"history": [update], "bucket": [make_sighting("1")]}
    (event,) = reconcile(stores, dict.fromkeys(stores, everything))
    assert event.landings["bucket"].status is Status.LANDED


def test_why_a_delivery_was_late_is_no_alteration(make_sighting: Make) -> None:
    """Such an addendum updates nothing, so it stands for itself."""
    late = make_sighting("1", addendum={"reason": "DELIVERY_DELAY"})
    stores = {"history": [make_sighting("1")], "bucket": [late]}
    (event,) = reconcile(stores, dict.fromkeys(stores, everything))
    assert event.landings["bucket"].status is Status.LANDED


def test_what_arrived_first_is_believed(make_sighting: Make) -> None:
    """Of two copies in one store that differ, the later is the altered one, in whichever order they are read."""
    first, later = (
        make_sighting("1", delay=5, where="b"),
        make_sighting("1", delay=500, where="a", eventName="DeleteMesh"),
    )
    for seen in ([first, later], [later, first]):
        (event,) = reconcile({"a": seen}, {"a": everything})
        assert event.record is first.record
        assert event.landings["a"].locations == ("b", "a")


def test_copies_for_two_accounts_are_two_events(make_sighting: Make) -> None:
    """Each account has its own `eventID`; `sharedEventID` says that they are of one call, and nothing is altered."""
    ours = make_sighting("1", sharedEventID="s")
    theirs = make_sighting("2", sharedEventID="s", recipientAccountId="111122223333")
    found = statuses({"a": [ours, theirs], "b": [theirs, ours]})
    assert found == {"1": {"a": "landed", "b": "landed"}, "2": {"a": "landed", "b": "landed"}}


def test_stores_that_hold_the_same_record_share_it(place: Place, window: Window, make_sighting: Make) -> None:
    """A hundred thousand events in four stores are a hundred thousand records in memory; another's stay its own."""
    readings = [Reading(), Reading(), Reading()]
    for reading, source in zip(readings, ("192.0.2.1", "192.0.2.1", "192.0.2.2"), strict=True):
        reading.take(
            make_sighting("1", sourceIPAddress=source, where=source),
            sources=["appmesh.amazonaws.com"],
            window=window,
            place=place,
        )
    one, same, other = (reading.sightings[0] for reading in readings)
    assert same.record is one.record
    assert same.location == one.location
    assert other.record is not one.record


def numbered(number: int) -> Sighting:
    """A sighting of the event of that number."""
    document = {
        "eventTime": "2026-09-01T12:00:00Z",
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "CreateMesh",
        "awsRegion": "us-east-1",
        "eventID": str(number),
    }
    return Sighting(read_record(json.dumps(document).encode()), "here")


SUBSETS = st.dictionaries(
    st.sampled_from(["history", "lake", "bucket"]), st.sets(st.integers(0, 6)), min_size=1
)


@given(held=SUBSETS)
def test_an_event_has_landed_exactly_where_it_was_seen(held: dict[str, set[int]]) -> None:
    """For any events in any stores: landed where it is, missing where it is not, and none is invented."""
    found = reconcile(
        {store: [numbered(number) for number in numbers] for store, numbers in held.items()},
        dict.fromkeys(held, everything),
    )
    assert {event.event_id for event in found} == {str(n) for numbers in held.values() for n in numbers}
    for event in found:
        for store, numbers in held.items():
            assert (event.landings[store].status in PRESENT) is (int(event.event_id) in numbers)
