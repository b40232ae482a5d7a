"""Event history: paced by the documented limit, patient with throttling, and nothing it returns is lost."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from cloudtrail.record import Record
from verify.aws import AccessDenied, Aws, NoCredentials, Throttled
from verify.lookup_events import LookupEvents
from verify.stores.base import Place
from verify.stores.event_history import EventHistory
from verify.window import Window

APP_MESH = ["appmesh.amazonaws.com"]


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class FakeCloudTrail:
    """Answers LookupEvents with prepared pages or errors, and notes when it was asked for what."""

    def __init__(self, clock: Clock, answers: list[dict[str, Any] | Exception]) -> None:
        self.clock = clock
        self.answers = answers
        self.asked: list[tuple[float, dict[str, Any]]] = []

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        """The next answer."""
        self.asked.append((self.clock.now, dict(request)))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def page(*records: Record, token: str | None = None) -> dict[str, Any]:
    """A page of Event history."""
    events = [{"CloudTrailEvent": record.raw.decode()} for record in records]
    return {"Events": events} | ({"NextToken": token} if token else {})


def refused(code: str) -> ClientError:
    """An error as AWS answers it."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "LookupEvents")


def history(
    window: Window, *answers: dict[str, Any] | Exception, oldest: datetime | None = None
) -> tuple[EventHistory, FakeCloudTrail]:
    """An Event history that answers so, and keeps events since long before the window."""
    clock = Clock()
    client = FakeCloudTrail(clock, list(answers))

    class FakeAws:
        def cloudtrail(self, region: str) -> FakeCloudTrail:
            assert region == "us-east-1"
            return client

    store = EventHistory(
        LookupEvents(cast("Aws", FakeAws()), clock=clock, sleep=clock.sleep),
        oldest=oldest or window.start - timedelta(days=90),
    )
    return store, client


def test_pages_are_followed_to_the_last(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """Every page's events are kept, and the token goes with otherwise identical parameters."""
    store, client = history(window, page(make_record("1"), token="t"), page(make_record("2")))
    reading = store.find(place, window, sources=APP_MESH, now=window.end)
    assert [sighting.record.event_id for sighting in reading.sightings] == ["1", "2"]
    first, second = (request for _, request in client.asked)
    assert second == first | {"NextToken": "t"}
    assert first["LookupAttributes"] == [{"AttributeKey": "EventSource", "AttributeValue": APP_MESH[0]}]


def test_two_calls_a_second_and_no_more(window: Window, place: Place) -> None:
    """The documented limit is kept by pacing, not found out by being throttled."""
    store, client = history(window, *(page(token="t") for _ in range(9)), page())
    store.find(place, window, sources=APP_MESH, now=window.end)
    times = [time for time, _ in client.asked]
    assert times == pytest.approx([call // 2 for call in range(10)])


def test_throttling_is_waited_out(window: Window, place: Place, make_record: Callable[..., Record]) -> None:
    """Somebody else uses up the limit: ask again, each time later."""
    store, client = history(
        window, refused("ThrottlingException"), refused("ThrottlingException"), page(make_record("1"))
    )
    assert len(store.find(place, window, sources=APP_MESH, now=window.end).sightings) == 1
    waits = [
        later - earlier for (earlier, _), (later, _) in zip(client.asked, client.asked[1:], strict=False)
    ]
    assert waits == pytest.approx([1.0, 2.0])


def test_throttling_without_end_is_told(window: Window, place: Place) -> None:
    """Patience ends; the error names the action."""
    store, _ = history(window, *(refused("ThrottlingException") for _ in range(10)))
    with pytest.raises(Throttled) as caught:
        store.find(place, window, sources=APP_MESH, now=window.end)
    assert caught.value.action == "cloudtrail:LookupEvents"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("AccessDeniedException"), AccessDenied),
        (refused("ExpiredTokenException"), NoCredentials),
        (NoCredentialsError(), NoCredentials),
    ],
)
def test_a_refusal_says_what_is_missing(
    window: Window, place: Place, error: Exception, kind: type[Exception]
) -> None:
    """No traceback of botocore's: the action, the place, and what to do."""
    store, _ = history(window, error)
    with pytest.raises(kind) as caught:
        store.find(place, window, sources=APP_MESH, now=window.end)
    told = str(caught.value)
    assert "cloudtrail:LookupEvents" in told
    assert "123456789012 us-east-1" in told
    assert "do:" in told


def test_what_is_not_kept_is_counted(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """Records in = kept + set aside, and what cannot be read is listed."""
    events = page(
        make_record("1"),
        make_record("2", eventTime="2026-08-01T00:00:00Z"),
        make_record("3", recipientAccountId="111122223333"),
    )
    events["Events"].append({"CloudTrailEvent": json.dumps({"eventName": "?"})})
    events["Events"].append({})
    store, _ = history(window, events)
    reading = store.find(place, window, sources=APP_MESH, now=window.end)
    assert reading.records_in == 5
    assert len(reading.sightings) == 1
    assert reading.set_aside == {"outside the window": 1, "another account or Region": 1, "unreadable": 2}
    assert len(reading.unreadable) == 2


def test_it_holds_management_events_of_90_days(window: Window, make_record: Callable[..., Record]) -> None:
    """Older events, and data events, are not expected of it."""
    store, _ = history(window)
    assert store.expects(make_record())
    assert not store.expects(make_record(eventTime="2026-01-01T00:00:00Z"))
    assert not store.expects(make_record(eventCategory="Data"))


def test_what_may_run_out_while_it_is_read_is_not_expected(
    window: Window, make_record: Callable[..., Record]
) -> None:
    """The default window reaches back as far as Event history does: its last day accuses nobody."""
    store, _ = history(window, oldest=window.start - timedelta(seconds=1))
    assert not store.expects(make_record())
    store, _ = history(window, oldest=window.start - timedelta(days=1))
    assert store.expects(make_record())


def test_nothing_is_asked_of_times_it_no_longer_keeps(window: Window, place: Place) -> None:
    """A long window is asked for as far back as there is anything, and a window of long ago not at all."""
    oldest = window.start + timedelta(minutes=10)
    store, client = history(window, page(), oldest=oldest)
    store.find(place, window, sources=APP_MESH, now=window.end)
    assert [request["StartTime"] for _, request in client.asked] == [oldest]
    store, client = history(window, oldest=window.end)
    assert store.find(place, window, sources=APP_MESH, now=window.end).parts == 0
    assert not client.asked
