from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.api.errors import AwsError
from sandbox.history.lookup import lookup, username
from sandbox.history.store import HistoryEvent

START = datetime(2026, 11, 1, tzinfo=UTC)


def event(number: int, **fields: Any) -> HistoryEvent:
    """The event of a minute after the start; `fields` are its record's."""
    record = {
        "eventID": f"id-{number}",
        "eventName": "CreateMesh",
        "eventSource": "appmesh.amazonaws.com",
        "readOnly": False,
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accessKeyId": "AKIAALICE"},
        "requestParameters": {"meshName": f"mesh-{number}"},
        **fields,
    }
    return HistoryEvent(START + timedelta(minutes=number), number, record, START, START)


def newest_first(*events: HistoryEvent) -> list[HistoryEvent]:
    """Events as the store hands them over."""
    return sorted(events, key=lambda each: each.place, reverse=True)


def ids(answer: dict[str, Any]) -> list[str]:
    """The ids in an answer."""
    return [each["EventId"] for each in answer["Events"]]


def asked(key: str, value: str) -> dict[str, Any]:
    """A request for one attribute."""
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


def test_an_event_is_shown_with_its_record() -> None:
    """Each event comes with what history knows of it, and the whole record as text."""
    (shown,) = lookup([event(1)], {})["Events"]
    assert shown["EventId"] == "id-1"
    assert shown["EventName"] == "CreateMesh"
    assert shown["ReadOnly"] == "false"
    assert shown["Username"] == "alice"
    assert shown["AccessKeyId"] == "AKIAALICE"
    assert shown["EventTime"] == event(1).time.timestamp()
    assert shown["Resources"] == [{"ResourceType": "AWS::AppMesh::Mesh", "ResourceName": "mesh-1"}]
    assert json.loads(shown["CloudTrailEvent"]) == event(1).record


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("AccessKeyId", "AKIABOB"),
        ("EventId", "id-2"),
        ("EventName", "DeleteMesh"),
        ("EventSource", "ecs.amazonaws.com"),
        ("ReadOnly", "true"),
        ("ResourceName", "audit-bucket"),
        ("ResourceType", "AWS::S3::Bucket"),
        ("Username", "bob"),
    ],
)
def test_every_attribute_finds_its_event(key: str, value: str) -> None:
    """Each of the eight attributes picks the one event that has it."""
    fields: dict[str, dict[str, Any]] = {
        "AccessKeyId": {"userIdentity": {"type": "Root", "accessKeyId": "AKIABOB"}},
        "EventName": {"eventName": "DeleteMesh"},
        "EventSource": {"eventSource": "ecs.amazonaws.com"},
        "ReadOnly": {"readOnly": True},
        "Username": {"userIdentity": {"type": "IAMUser", "userName": "bob"}},
    }
    bucket = {"eventSource": "s3.amazonaws.com", "requestParameters": {"bucketName": "audit-bucket"}}
    events = newest_first(event(1), event(2, **fields.get(key, bucket)), event(3))
    assert ids(lookup(events, asked(key, value))) == ["id-2"]


def test_the_period_includes_its_ends() -> None:
    """StartTime and EndTime bound the events, both ends included."""
    events = newest_first(*(event(number) for number in range(5)))
    request = {"StartTime": event(1).time.timestamp(), "EndTime": event(3).time.timestamp()}
    assert ids(lookup(events, request)) == ["id-3", "id-2", "id-1"]


def test_pages_hold_every_event_once_even_while_more_arrive() -> None:
    """The token marks a place between events: newer ones that arrive meanwhile shift nothing."""
    events = newest_first(*(event(number) for number in range(7)))
    seen: list[str] = []
    request: dict[str, Any] = {"MaxResults": 3}
    while True:
        answer = lookup(events, request)
        seen += ids(answer)
        if "NextToken" not in answer:
            break
        request = {"MaxResults": 3, "NextToken": answer["NextToken"]}
        events = newest_first(*events, event(100 + len(seen)))
    assert seen == [f"id-{number}" for number in reversed(range(7))]


def test_the_last_page_has_no_token() -> None:
    """A page that ends exactly with the last event is the last one."""
    answer = lookup(newest_first(event(1), event(2)), {"MaxResults": 2})
    assert len(answer["Events"]) == 2
    assert "NextToken" not in answer


def test_there_are_no_insights() -> None:
    """Insights events are a category of their own, and the sandbox makes none."""
    assert lookup([event(1)], {"EventCategory": "insight"}) == {"Events": []}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "A"}] * 2},
            "InvalidLookupAttributesException",
        ),
        (asked("Colour", "red"), "InvalidLookupAttributesException"),
        (asked("EventName", ""), "InvalidLookupAttributesException"),
        (asked("EventName", "x" * 2001), "InvalidLookupAttributesException"),
        ({"StartTime": 20, "EndTime": 10}, "InvalidTimeRangeException"),
        ({"MaxResults": 0}, "InvalidMaxResultsException"),
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"NextToken": "not a token"}, "InvalidNextTokenException"),
        ({"EventCategory": "management"}, "InvalidEventCategoryException"),
    ],
)
def test_what_lookup_events_refuses(request_: dict[str, Any], code: str) -> None:
    """Each thing that is wrong has an error of its own."""
    with pytest.raises(AwsError) as refused:
        lookup([event(1)], request_)
    assert refused.value.code == code


def test_a_token_belongs_to_its_question() -> None:
    """A token of one question does not continue another."""
    token = lookup(newest_first(event(1), event(2)), {"MaxResults": 1})["NextToken"]
    with pytest.raises(AwsError) as refused:
        lookup([event(1)], {**asked("EventName", "CreateMesh"), "NextToken": token})
    assert refused.value.code == "InvalidNextTokenException"


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ({"type": "Root"}, "root"),
        ({"type": "IAMUser", "userName": "alice"}, "alice"),
        ({"type": "AssumedRole", "principalId": "AROAEXAMPLE:session"}, "session"),
        ({"type": "FederatedUser", "principalId": "123456789012:bob"}, "bob"),
        ({"type": "AWSService", "invokedBy": "ecs.amazonaws.com"}, None),
        (None, None),
    ],
)
def test_user_names(identity: dict[str, str] | None, name: str | None) -> None:
    """History names the user, the session, or the root; a service has no name."""
    assert username({"userIdentity": identity}) == name
