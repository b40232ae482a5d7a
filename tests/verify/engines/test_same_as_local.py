"""Athena finds in a bucket what this machine finds in it, whatever lies there."""

import gzip
import json
import random
from datetime import UTC, datetime

from tests.sandbox.athena.conftest import ACCOUNTS, event, key_of
from tests.verify.engines.conftest import PLACES, Readers, find, hours
from verify.canonical import canonical_record
from verify.stores.base import Reading
from verify.window import Window


def seen(reading: Reading) -> tuple[list[object], list[tuple[str, str, bool]]]:
    """What a reading says, in an order of its own."""
    sightings = [
        (sighting.location, sighting.arrived_at, canonical_record(sighting.record))
        for sighting in reading.sightings
    ]
    unreadable = [(part.location, part.reason, part.refused) for part in reading.unreadable]
    return sorted(sightings, key=str), sorted(unreadable)


def assert_same(readers: Readers, window: Window | None = None) -> None:
    """Both say the same of every place."""
    local, athena = readers.local(), readers.athena()
    for place in PLACES:
        asked = {} if window is None else {"window": window}
        expected, found = find(local, place, **asked), find(athena, place, **asked)
        assert seen(found) == seen(expected)
        assert found.parts == expected.parts


def test_the_same_events_are_found_in_many_log_files(readers: Readers) -> None:
    """Two accounts, two Regions, two days, other sources, events out of the window and delivered twice."""
    chance = random.Random(4)  # noqa: S311 -- the same files each time
    for number in range(60):
        place = chance.choice(PLACES)
        day = chance.choice((1, 1, 2))
        hour = chance.randrange(24) if day == 1 else 0
        records = [
            event(
                f"{number}-{each if chance.random() < 0.9 else 0}",
                eventTime=f"2026-09-0{day}T{hour:02}:{chance.randrange(5):02}:00Z",
                eventSource=chance.choice(("appmesh.amazonaws.com", "s3.amazonaws.com")),
                awsRegion=place.region,
                recipientAccountId=place.account,
                requestParameters={"weight": chance.choice((1, 1.5, 10**20, "é\u2028'\"\\")), "null": None},
            )
            for each in range(chance.randrange(6))
        ]
        readers.world.deliver(
            key_of(f"file{number}", account=place.account, region=place.region, day=day, hour=hour), *records
        )
    assert_same(readers)
    for place in PLACES:
        assert find(readers.athena(), place).sightings


def test_a_short_window_is_widened_to_late_deliveries(readers: Readers) -> None:
    """An event of the first day that was delivered on the second is found; what was delivered before is not read."""
    readers.world.deliver(key_of("late", day=2, hour=0), event("late"))
    readers.world.deliver(key_of("early", hour=3), event("early"))
    noon = datetime(2026, 9, 1, 12, tzinfo=UTC)
    window = Window(noon - hours(0.5), noon + hours(0.5))
    assert_same(readers, window)
    assert [one.record.event_id for one in find(readers.athena(), window=window).sightings] == ["late"]


ODD = {
    "no JSON": gzip.compress(b"{", mtime=0),
    "an empty stream": gzip.compress(b"", mtime=0),
    "nothing": b"",
    "a list": gzip.compress(b"[1]" + b" " * 40, mtime=0),
    "no Records": gzip.compress(b'{"Records":7,"padding":"0123456789abcdefghijklmnop"}', mtime=0),
    "over lines": gzip.compress(
        json.dumps({"Records": [event("1"), event("2")]}, indent=1).encode(), mtime=0
    ),
    "two documents": gzip.compress(2 * json.dumps({"Records": [event("1")]}).encode(), mtime=0),
    "two lines": gzip.compress(2 * (json.dumps({"Records": [event("1")]}) + "\n").encode(), mtime=0),
    "two streams": 2 * gzip.compress(json.dumps({"Records": [event("1")]}).encode(), mtime=0),
    "no records": gzip.compress(json.dumps({"Records": [7, None, {}, {"eventSource": 1}]}).encode(), mtime=0),
    "broken records": gzip.compress(
        json.dumps({"Records": [event("1", eventTime="yesterday"), event("2", eventName=None)]}).encode(),
        mtime=0,
    ),
}


def test_what_is_no_log_file_is_told_the_same(readers: Readers) -> None:
    """Neither takes it for a file without events; both say why it is none."""
    for number, body in enumerate(ODD.values()):
        readers.world.put(key_of(f"odd{number}"), body)
    readers.world.deliver(key_of("whole"), event("whole"))
    assert_same(readers)
    assert (
        len({part.location.partition("#")[0] for part in find(readers.athena()).unreadable}) == len(ODD) - 1
    )


def test_foreign_objects_are_read_too(readers: Readers) -> None:
    """One that Athena hides or takes for another kind: what CloudTrail did not write must not be overlooked."""
    folder = key_of("x").rpartition("/")[0]
    file = gzip.compress(json.dumps({"Records": [event("hidden")]}).encode())
    for name in ("_hidden.json.gz", ".hidden.json.gz", "foreign.json.gz", "plain.txt"):
        readers.world.put(f"{folder}/{name}", file)
    readers.world.put(f"{folder}/text", b"what is this?")
    readers.world.deliver(key_of("whole"), event("whole", recipientAccountId=ACCOUNTS[0]))
    assert_same(readers)
    assert len(find(readers.athena()).sightings) == 5
