"""The trail's bucket: the right keys are read, once, and hostile objects cost only themselves."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtrail.manifest import TrailPromise
from cloudtrail.object_keys import LogKey
from cloudtrail.record import Record
from tests.verify.counted import Counted
from verify.aws import AccessDenied, CannotLook, Gone, NotThere
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.log_files.records import LISTED
from verify.objects import Object, ObjectInfo
from verify.stores.base import Place, Reading
from verify.stores.expectation import of_trail
from verify.stores.trail_bucket import EARLY, REFUSED, TrailBucket
from verify.window import Window

APP_MESH = ["appmesh.amazonaws.com"]
DELIVERED = datetime(2026, 9, 1, 12, 5, tzinfo=UTC)
TRAIL = TrailPromise(
    arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail",
    name="meshtrail",
    home_region="us-east-1",
    scope="multi-region",
    bucket="logs",
    bucket_region="us-east-1",
    prefix="audit",
)


class Bucket:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes | Exception] = {}
        self.listed: list[str] = []
        self.fetched: list[str] = []

    def put(self, body: bytes | Exception, *, delivered: datetime = DELIVERED) -> str:
        """Put a log file and return its key."""
        key = LogKey(
            account="123456789012",
            region="us-east-1",
            delivered=delivered,
            unique=f"{len(self.objects):016d}",
            prefix="audit",
        ).key
        self.objects[key] = body
        return key

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List by key."""
        self.listed.append(prefix)
        for key in sorted(self.objects):
            if key.startswith(prefix) and key > start_after:
                yield ObjectInfo(key, 1, "etag", DELIVERED)

    def get(self, key: str) -> Object:
        """Get an object."""
        self.fetched.append(key)
        body = self.objects[key]
        if isinstance(body, Exception):
            raise body
        return Object(body)


def log_file(*records: Record | dict[str, object]) -> bytes:
    """A log file as CloudTrail delivers it."""
    documents = [record.document() if isinstance(record, Record) else record for record in records]
    return gzip.compress(json.dumps({"Records": documents}, separators=(",", ":")).encode())


def trail_bucket(
    bucket: Bucket, *, trail: TrailPromise = TRAIL, inflated_limit: int = 1 << 20
) -> TrailBucket:
    """The store over it."""
    return TrailBucket(
        trail,
        organization=None,
        log_files=LogFiles(
            bucket, bucket="logs", sources=APP_MESH, checkpoint=SqliteCheckpoint(), limit=inflated_limit
        ),
        expectation=of_trail(TRAIL, account="123456789012", since=None),
    )


def denied(action: str = "s3:GetObject") -> AccessDenied:
    """What AWS says without a permission."""
    return AccessDenied(action=action, where="s3://logs/x", code="AccessDenied", message="no")


def find(bucket: Bucket, window: Window, place: Place, *, now: datetime | None = None) -> Reading:
    """Read it."""
    return trail_bucket(bucket).find(place, window, sources=APP_MESH, now=now or window.end)


def test_events_are_found_with_where_and_when(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """A sighting names the object and the record's index, and arrived when the object was written."""
    bucket = Bucket()
    key = bucket.put(log_file(make_record("0", eventSource="kms.amazonaws.com"), make_record("1")))
    reading = find(bucket, window, place)
    (sighting,) = reading.sightings
    assert sighting.location == f"s3://logs/{key}#1"
    assert sighting.arrived_at == DELIVERED
    assert reading.set_aside == {"another event source": 1}
    assert reading.records_in == 2


def test_a_late_delivery_is_found_in_a_later_days_folder(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """The key's day is the day of delivery: folders are read up to now, not to the window's end."""
    bucket = Bucket()
    bucket.put(log_file(make_record("1")), delivered=DELIVERED + timedelta(days=2))
    assert not find(bucket, window, place).sightings
    assert find(bucket, window, place, now=window.end + timedelta(days=3)).sightings


def test_files_delivered_before_the_window_are_not_fetched(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """An event cannot be in a file that was delivered before it happened."""
    bucket = Bucket()
    bucket.put(log_file(make_record("0")), delivered=window.start - timedelta(hours=2))
    key = bucket.put(log_file(make_record("1")))
    find(bucket, window, place)
    assert bucket.fetched == [key]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"not gzip at all", "gzip"),
        (gzip.compress(b'{"Records":[]}')[:-9], ""),
        (gzip.compress(b'{"Records":[]}') + b"junk", "behind"),
        (gzip.compress(b'{"hello": "world"}'), "not a CloudTrail log file"),
        (gzip.compress(b"\x00" * (2 << 20)), "inflates to more than"),
        (NotThere(action="s3:GetObject", where="s3://logs", code="NoSuchKey", message="gone"), "NoSuchKey"),
    ],
    ids=["empty", "not gzip", "truncated", "appended", "not CloudTrail", "bomb", "gone"],
)
def test_a_broken_object_is_listed_and_the_others_are_read(
    window: Window,
    place: Place,
    make_record: Callable[..., Record],
    body: bytes | Exception,
    reason: str,
) -> None:
    """What cannot be read is named with the reason, counts as one record, and costs nobody else's events."""
    bucket = Bucket()
    bad = bucket.put(body)
    bucket.put(log_file(make_record("1")))
    reading = find(bucket, window, place)
    assert [sighting.record.event_id for sighting in reading.sightings] == ["1"]
    (unreadable,) = reading.unreadable
    assert unreadable.location == f"s3://logs/{bad}"
    assert reason in unreadable.reason
    assert reading.set_aside["unreadable"] == 1


def test_an_empty_log_holds_nothing_and_is_no_problem(window: Window, place: Place) -> None:
    """No records is an answer."""
    bucket = Bucket()
    bucket.put(gzip.compress(b'{"Records":[]}'))
    reading = find(bucket, window, place)
    assert (reading.sightings, reading.unreadable, reading.parts) == ([], [], 1)


def test_a_gzip_bomb_of_two_gigabytes_is_refused_at_the_bound(window: Window, place: Place) -> None:
    """Two megabytes that inflate to two gigabytes are never inflated past the limit."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"\x00" * (1 << 24)
    start = compressor.compress(zeros) + compressor.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers back: the same compressed 16 MB may follow as often as one likes.
    again = compressor.compress(zeros) + compressor.flush(zlib.Z_FULL_FLUSH)
    bomb = start + again * 127
    bucket = Bucket()
    bucket.put(bomb)
    reading = trail_bucket(bucket, inflated_limit=1 << 22).find(
        place, window, sources=APP_MESH, now=window.end
    )
    assert "inflates to more than 4194304" in reading.unreadable[0].reason


def test_when_every_object_is_refused_alike_the_store_is_unreadable(window: Window, place: Place) -> None:
    """Without permission nothing is claimed: the error goes up and names the action."""
    bucket = Bucket()
    for _ in range(3):
        bucket.put(denied())
    with pytest.raises(AccessDenied, match="s3:GetObject"):
        find(bucket, window, place)


def test_a_single_refused_object_costs_only_itself(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """It is listed with the action that is missing, and counts as something that could not be read."""
    bucket = Bucket()
    bucket.put(log_file(make_record("1")))
    bad = bucket.put(denied("kms:Decrypt"))
    bucket.put(log_file(make_record("2")))
    reading = find(bucket, window, place)
    assert [sighting.record.event_id for sighting in reading.sightings] == ["1", "2"]
    (unreadable,) = reading.unreadable
    assert unreadable.location == f"s3://logs/{bad}"
    assert "kms:Decrypt" in unreadable.reason
    assert "AccessDenied" in unreadable.reason
    assert reading.parts == 3
    assert reading.set_aside == {"unreadable": 1}


def test_objects_refused_for_different_reasons_are_listed(window: Window, place: Place) -> None:
    """No one error speaks for the store, so each speaks for itself."""
    bucket = Bucket()
    bucket.put(denied())
    bucket.put(denied("kms:Decrypt"))
    reading = find(bucket, window, place)
    assert [part.reason.split()[0] for part in reading.unreadable] == ["s3:GetObject", "kms:Decrypt"]


def test_objects_that_are_gone_say_nothing_of_the_store(window: Window, place: Place) -> None:
    """Each was there when it was listed; a bucket that is gone is another matter."""
    bucket = Bucket()
    bucket.put(NotThere(action="s3:GetObject", where="x", code="NoSuchKey", message="gone"))
    assert len(find(bucket, window, place).unreadable) == 1
    bucket = Bucket()
    bucket.put(Gone(action="s3:GetObject", where="x", code="NoSuchBucket", message="gone"))
    with pytest.raises(Gone):
        find(bucket, window, place)


def test_hundreds_of_refused_objects_are_counted_and_not_listed(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """Memory and report stay bounded, and every one counts."""
    bucket = Bucket()
    bucket.put(log_file(make_record("1")))
    for _ in range(REFUSED + 50):
        bucket.put(denied())
    reading = find(bucket, window, place)
    assert len(reading.unreadable) == REFUSED + 1
    assert "50 more" in reading.unreadable[-1].reason
    assert "s3:GetObject" in reading.unreadable[-1].reason
    assert reading.set_aside == {"unreadable": REFUSED + 50}


def test_a_refused_listing_makes_the_store_unreadable(
    window: Window, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not listed cannot even be named."""
    bucket = Bucket()

    def refuse(prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        raise denied(f"s3:ListBucket of {prefix}{start_after}")

    monkeypatch.setattr(bucket, "list", refuse)
    with pytest.raises(AccessDenied, match="s3:ListBucket"):
        find(bucket, window, place)


def test_an_organizations_trail_without_its_organization_is_not_looked_for_elsewhere(
    window: Window, place: Place
) -> None:
    """Its folder carries the organization's id: without that, an empty folder would be another account's."""
    promise = TRAIL.model_copy(update={"scope": "organization"})
    with pytest.raises(CannotLook, match="DescribeOrganization"):
        trail_bucket(Bucket(), trail=promise).find(place, window, sources=APP_MESH, now=window.end)


def test_progress_tells_every_log_file_once(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """However they are read together."""
    bucket = Bucket()
    for _ in range(75):
        bucket.put(log_file(make_record("1")))
    told: list[int] = []
    trail_bucket(bucket).find(place, window, sources=APP_MESH, now=window.end, progress=Counted(told.append))
    assert sum(told) == 75
    assert len(told) > 1


def test_another_source_may_be_asked_for(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """A probe asks for a witness that the verification does not look for."""
    bucket = Bucket()
    bucket.put(log_file(make_record("1"), make_record("2", eventSource="cloudtrail.amazonaws.com")))
    store = trail_bucket(bucket)
    reading = store.find(place, window, sources=["cloudtrail.amazonaws.com"], now=window.end)
    assert [sighting.record.event_id for sighting in reading.sightings] == ["2"]


def test_a_second_look_fetches_only_what_is_new(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """As a probe looks again and again."""
    bucket = Bucket()
    bucket.put(log_file(make_record("1")))
    store = trail_bucket(bucket)
    for _ in range(3):
        store.find(place, window, sources=APP_MESH, now=window.end)
    bucket.put(log_file(make_record("2")))
    assert len(store.find(place, window, sources=APP_MESH, now=window.end).sightings) == 2
    assert len(bucket.fetched) == 2


@settings(max_examples=30)
@given(st.lists(st.integers(-90, 90), max_size=8))
def test_the_files_that_are_fetched_are_those_delivered_since_the_window_began(minutes: list[int]) -> None:
    """Comparing stamps as text finds what comparing times finds."""
    noon = datetime(2026, 9, 1, 12, 0, 30, tzinfo=UTC)
    bucket = Bucket()
    keys = {bucket.put(log_file(), delivered=noon + timedelta(minutes=minute)): minute for minute in minutes}
    first = Window(noon + EARLY, noon + timedelta(hours=1))
    find(bucket, first, Place("123456789012", "us-east-1"), now=noon + timedelta(hours=3))
    # A stamp is cut to the minute: the file of 12:00 is stamped half a minute before the window's first second.
    assert sorted(bucket.fetched) == sorted(key for key, minute in keys.items() if minute > 0)


def test_foreign_objects_in_the_folder_are_read_too(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """A name CloudTrail would not give does not hide an object."""
    bucket = Bucket()
    folder = bucket.put(log_file(make_record("1"))).rpartition("/")[0]
    bucket.objects[f"{folder}/copy.gz"] = log_file(make_record("2"))
    assert len(find(bucket, window, place).sightings) == 2


def test_a_single_region_trail_expects_its_region_only(make_record: Callable[..., Record]) -> None:
    """Events elsewhere are nobody's loss."""
    trail = TRAIL.model_copy(update={"scope": "single-region"})
    expectation = of_trail(trail, account="123456789012", since=None)
    assert expectation.holds(make_record())
    assert not expectation.holds(make_record(awsRegion="eu-west-1"))
    assert not expectation.holds(make_record(recipientAccountId="111122223333"))


def test_events_before_the_trail_are_not_expected(make_record: Callable[..., Record]) -> None:
    """A trail answers for what happened since it began to log."""
    expectation = of_trail(TRAIL, account="123456789012", since=DELIVERED)
    assert not expectation.holds(make_record(eventTime="2026-09-01T12:00:00Z"))
    assert expectation.holds(make_record(eventTime="2026-09-01T12:06:00Z"))


def test_an_event_of_the_second_in_which_the_trail_began_is_not_expected(
    make_record: Callable[..., Record],
) -> None:
    """Event times are cut to the second: it may have happened before the start, which AWS may cut as well."""
    at_noon = make_record(eventTime="2026-09-01T12:00:00Z")
    noon = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
    assert not of_trail(TRAIL, account="123456789012", since=noon).holds(at_noon)
    assert not of_trail(TRAIL, account="123456789012", since=noon + timedelta(milliseconds=1)).holds(at_noon)
    assert of_trail(TRAIL, account="123456789012", since=noon - timedelta(milliseconds=1)).holds(at_noon)


def test_a_file_stamped_just_before_its_first_event_is_read(
    place: Place, make_record: Callable[..., Record]
) -> None:
    """Stamps lie up to three and a half minutes before S3's time, on the day before even."""
    midnight = datetime(2026, 9, 1, tzinfo=UTC)
    bucket = Bucket()
    bucket.put(
        log_file(make_record("1", eventTime="2026-09-01T00:00:05Z")),
        delivered=midnight - timedelta(minutes=3),
    )
    window = Window(midnight, midnight + timedelta(hours=1))
    assert len(find(bucket, window, place).sightings) == 1


def test_thousands_of_unreadable_records_in_a_file_are_counted_and_not_listed(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """What somebody put into the bucket does not fill memory or report; nothing is lost from the count."""
    junk: list[dict[str, object]] = [{"eventName": "x" * 80}] * 5000
    bucket = Bucket()
    bucket.put(log_file(*junk, make_record("1")))
    reading = find(bucket, window, place)
    assert len(reading.sightings) == 1
    assert len(reading.unreadable) == LISTED + 1
    assert "4900 more" in reading.unreadable[-1].reason
    assert reading.records_in == 5001
