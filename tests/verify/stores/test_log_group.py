"""Log groups: searched stream by stream and page by page, over more time than the window, with one quoting function."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.manifest import TrailPromise
from cloudtrail.record import Record
from verify.aws import AccessDenied, CannotLook, Gone
from verify.stores.base import Place
from verify.stores.expectation import of_trail
from verify.stores.log_group import LARGEST_EVENT, LogGroup, pattern, quoted
from verify.stores.log_group_state import LogGroupState, MalformedLogGroupArn
from verify.window import Window

if TYPE_CHECKING:
    from verify.aws import Aws

ACCOUNT = "123456789012"
ARN = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:audit"
APP_MESH = ["appmesh.amazonaws.com"]


class FakeLogs:
    """Answers FilterLogEvents and DescribeLogGroups as it is told."""

    def __init__(
        self, *answers: dict[str, Any] | Exception, groups: list[dict[str, Any]] | None = None
    ) -> None:
        self.answers = list(answers)
        self.groups = groups or []
        self.asked: list[dict[str, Any]] = []

    def client(self, service: str, region: str) -> "FakeLogs":
        """The client is the fake itself."""
        assert (service, region) == ("logs", "us-east-1")
        return self

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        """The next answer."""
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def get_paginator(self, _operation: str) -> "FakeLogs":
        """The paginator is the fake itself."""
        return self

    def paginate(self, **_request: str) -> list[dict[str, Any]]:
        """One page."""
        return [{"logGroups": self.groups}]


def trail(scope: Any = "multi-region") -> TrailPromise:
    """A trail with a log group."""
    return TrailPromise(
        arn=f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/meshtrail",
        name="meshtrail",
        home_region="us-east-1",
        scope=scope,
        bucket="audit-bucket",
        bucket_region="us-east-1",
        log_group_arn=ARN,
    )


def state_of(logs: FakeLogs, arn: str = ARN) -> LogGroupState:
    """The group over it."""
    return LogGroupState(arn, aws=cast("Aws", logs), account=ACCOUNT)


def group_of(logs: FakeLogs, scope: Any = "multi-region") -> LogGroup:
    """The store over it."""
    expectation = of_trail(trail(scope), account=ACCOUNT, since=None)
    return LogGroup(trail(scope), group=state_of(logs), expectation=expectation)


def log_event(record: Record | str, *, ingested: datetime | None = None) -> dict[str, Any]:
    """A log event as AWS returns it."""
    message = record if isinstance(record, str) else record.raw.decode()
    event: dict[str, Any] = {"logStreamName": "s", "eventId": "7", "message": message}
    return event if ingested is None else event | {"ingestionTime": int(ingested.timestamp() * 1000)}


def refused(code: str) -> ClientError:
    """An error as AWS answers it."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "FilterLogEvents")


def test_pages_are_followed_even_when_one_is_empty(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """AWS ends a page where it stopped searching; only a page without a token is the last."""
    logs = FakeLogs(
        {"events": [log_event(make_record("1"))], "nextToken": "a"},
        {"events": [], "nextToken": "b"},
        {"events": [log_event(make_record("2"))]},
    )
    reading = group_of(logs).find(place, window, sources=APP_MESH, now=window.end)
    assert [sighting.record.event_id for sighting in reading.sightings] == ["1", "2"]
    assert reading.parts == 3
    assert [request.get("nextToken") for request in logs.asked] == [None, "a", "b"]
    assert logs.asked[1] == logs.asked[0] | {"nextToken": "a"}


def test_it_is_searched_by_stream_and_source(window: Window, place: Place) -> None:
    """The account's and Region's streams, and only events of the service; once for each service."""
    logs = FakeLogs({}, {})
    group_of(logs).find(place, window, sources=[*APP_MESH, "ecs.amazonaws.com"], now=window.end)
    assert {request["logStreamNamePrefix"] for request in logs.asked} == {"123456789012_CloudTrail_us-east-1"}
    assert [request["filterPattern"] for request in logs.asked] == [
        '{ ($.eventSource = "appmesh.amazonaws.com") && ($.awsRegion = "us-east-1") }',
        '{ ($.eventSource = "ecs.amazonaws.com") && ($.awsRegion = "us-east-1") }',
    ]


def test_of_an_organization_every_stream_is_searched(window: Window, place: Place) -> None:
    """How an organization's streams are called is not documented: no name is relied on."""
    logs = FakeLogs({})
    group_of(logs, "organization").find(place, window, sources=APP_MESH, now=window.end)
    assert "logStreamNamePrefix" not in logs.asked[0]


def test_more_time_is_searched_than_the_window(window: Window, place: Place) -> None:
    """A log event may bear the time of its delivery, up to 30 days later; nothing is of the far future."""
    logs = FakeLogs({}, {})
    group = group_of(logs)
    group.find(place, window, sources=APP_MESH, now=window.end + timedelta(days=90))
    group.find(place, window, sources=APP_MESH, now=window.end)
    late, soon = logs.asked
    assert late["startTime"] < window.start.timestamp() * 1000
    assert late["endTime"] == (window.end + timedelta(days=30)).timestamp() * 1000
    assert soon["endTime"] == (window.end + timedelta(hours=2)).timestamp() * 1000


def test_arrival_is_when_it_was_taken_in(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """CloudWatch Logs tells it; where it does not, nothing is said."""
    at = datetime(2026, 9, 1, 12, 4, tzinfo=UTC)
    logs = FakeLogs({"events": [log_event(make_record("1"), ingested=at), log_event(make_record("2"))]})
    reading = group_of(logs).find(place, window, sources=APP_MESH, now=window.end)
    assert [sighting.arrived_at for sighting in reading.sightings] == [at, None]
    assert reading.sightings[0].location == "audit s event 7"


def test_what_is_not_kept_is_counted(
    window: Window, place: Place, make_record: Callable[..., Record]
) -> None:
    """Records in = kept + set aside; what is no record is listed with its place."""
    records = [
        make_record("1"),
        make_record("2", eventTime="2026-08-01T00:00:00Z"),
        make_record("3", recipientAccountId="111122223333"),
        make_record("4", awsRegion="eu-west-1"),
        "no JSON",
        "{}",
    ]
    logs = FakeLogs({"events": [*map(log_event, records), {"eventId": "8"}]})
    reading = group_of(logs).find(place, window, sources=APP_MESH, now=window.end)
    assert reading.records_in == 7
    assert len(reading.sightings) == 1
    assert reading.set_aside == {
        "outside the window": 1,
        "another account or Region": 2,
        "unreadable": 3,
    }
    assert reading.unreadable[0].location == "audit s event 7"
    assert reading.unreadable[0].excerpt == "no JSON"


def test_a_refusal_names_the_action(window: Window, place: Place) -> None:
    """What may not be read is told, not taken for empty."""
    with pytest.raises(AccessDenied) as caught:
        group_of(FakeLogs(refused("AccessDeniedException"))).find(
            place, window, sources=APP_MESH, now=window.end
        )
    assert caught.value.action == "logs:FilterLogEvents"


def test_a_group_that_is_not_there_is_gone(window: Window, place: Place) -> None:
    """A deleted log group has lost what it held: an answer, and no good one."""
    logs = FakeLogs(refused("ResourceNotFoundException"))
    with pytest.raises(Gone):
        group_of(logs).find(place, window, sources=APP_MESH, now=window.end)
    with pytest.raises(Gone):
        assert state_of(FakeLogs(groups=[{"logGroupName": "audit-of-others"}])).created


def test_a_group_of_another_account_is_not_taken_for_missing(window: Window, place: Place) -> None:
    """A member of an organization does not see the management account's groups, nor its own by that name."""
    logs = FakeLogs(groups=[{"logGroupName": "audit", "creationTime": 0}])
    state = state_of(logs, ARN.replace(ACCOUNT, "111122223333"))
    with pytest.raises(CannotLook, match="belongs to account 111122223333") as caught:
        LogGroup(trail(), group=state, expectation=of_trail(trail(), account=ACCOUNT, since=None)).find(
            place, window, sources=APP_MESH, now=window.end
        )
    assert not isinstance(caught.value, Gone)


def test_it_is_described_by_its_own_name_only() -> None:
    """AWS lists groups by prefix: only the very one counts. No retention means for ever."""
    groups: list[dict[str, Any]] = [
        {"logGroupName": "audit-2", "retentionInDays": 1, "creationTime": 1},
        {"logGroupName": "audit", "creationTime": 1_756_728_000_000},
    ]
    state = state_of(FakeLogs(groups=groups), f"{ARN}:*")
    assert state.retention_days is None
    assert state.created == datetime(2025, 9, 1, 12, 0, tzinfo=UTC)
    assert state.arn == ARN


@pytest.mark.parametrize("arn", ["", "audit", "arn:aws:s3:::audit", f"{ARN}:log-stream:x"])
def test_what_is_no_arn_is_refused(arn: str) -> None:
    """A manifest is edited by hand."""
    with pytest.raises(MalformedLogGroupArn, match="not the ARN of a log group"):
        state_of(FakeLogs(), arn)


def test_an_event_too_large_for_cloudwatch_logs_is_not_expected(make_record: Callable[..., Record]) -> None:
    """CloudTrail sends none over 256 KB; its size is known from another store."""
    group = group_of(FakeLogs())
    assert group.expects(make_record())
    large = make_record(requestParameters={"spec": "x" * LARGEST_EVENT})
    assert not group.expects(large)


@given(text=st.text())
def test_nothing_ends_the_quotes_of_a_pattern(text: str) -> None:
    """Whatever is put in comes out again when read as AWS reads it, and nothing of it stands outside."""
    said = quoted(text)
    inside: list[str] = []
    rest = iter(said[1:])
    for character in rest:
        if character == '"':
            break
        inside.append(next(rest) if character == "\\" else character)
    assert "".join(inside) == text
    assert list(rest) == []
    assert pattern(text, region="us-east-1").count(said) == 1
