"""LookupEvents: its attributes, its pages, and what it refuses.

Source: CloudTrail API reference, LookupEvents
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sandbox.api.errors import AwsError
from sandbox.history.resources import resources_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.history.store import HistoryEvent

LARGEST_PAGE: Final = 50
LONGEST_VALUE: Final = 2000
ATTRIBUTES: Final = frozenset(
    {
        "AccessKeyId",
        "EventId",
        "EventName",
        "EventSource",
        "ReadOnly",
        "ResourceName",
        "ResourceType",
        "Username",
    }
)


def lookup(events: Sequence[HistoryEvent], request: Mapping[str, Any]) -> dict[str, Any]:
    """One page of the events a request asks for.

    Args:
        events: The account's and Region's visible events, newest first.
        request: The request's members, as botocore names them; times are Unix seconds.

    Returns:
        The response's members, ready for JSON.

    Raises:
        AwsError: `InvalidLookupAttributesException`, `InvalidTimeRangeException`,
            `InvalidMaxResultsException`, `InvalidNextTokenException` or `InvalidEventCategoryException`.
    """
    attribute = _attribute(request.get("LookupAttributes") or [])
    start, end = _moment(request.get("StartTime")), _moment(request.get("EndTime"))
    if start is not None and end is not None and start > end:
        raise AwsError("InvalidTimeRangeException", "The start time is after the end time.")
    size = _page_size(request.get("MaxResults"))
    category = request.get("EventCategory")
    if category not in (None, "insight"):
        raise AwsError("InvalidEventCategoryException", "The event category has to be insight, or left out.")
    after = _opened(request.get("NextToken"), request)
    if category == "insight":  # the sandbox makes no Insights events
        return {"Events": []}
    page: list[HistoryEvent] = []
    for event in events:
        if after is not None and event.place >= after:
            continue
        if (start is not None and event.time < start) or (end is not None and event.time > end):
            continue
        if attribute is not None and not _has(event.record, *attribute):
            continue
        if len(page) == size:
            return {"Events": [_shown(each) for each in page], "NextToken": _token(page[-1], request)}
        page.append(event)
    return {"Events": [_shown(each) for each in page]}


def username(record: Mapping[str, Any]) -> str | None:
    """Event history's `Username`: the IAM user, the session's name, or `root`; services have none."""
    identity = record.get("userIdentity") or {}
    if identity.get("type") == "Root":
        return "root"
    if identity.get("userName"):
        return str(identity["userName"])
    if identity.get("type") in ("AssumedRole", "FederatedUser"):
        return str(identity.get("principalId", "")).rpartition(":")[2] or None
    return None


def _shown(event: HistoryEvent) -> dict[str, Any]:
    record = event.record
    shown = {
        "EventId": record.get("eventID"),
        "EventName": record.get("eventName"),
        "ReadOnly": _read_only(record),
        "AccessKeyId": (record.get("userIdentity") or {}).get("accessKeyId"),
        "EventTime": event.time.timestamp(),
        "EventSource": record.get("eventSource"),
        "Username": username(record),
        "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in resources_of(record)],
        "CloudTrailEvent": json.dumps(record, separators=(",", ":")),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _read_only(record: Mapping[str, Any]) -> str | None:
    value = record.get("readOnly")
    return None if value is None else str(value).lower()


def _has(record: Mapping[str, Any], key: str, value: str) -> bool:
    match key:
        case "ResourceType":
            return any(kind == value for kind, _ in resources_of(record))
        case "ResourceName":
            return any(name == value for _, name in resources_of(record))
        case "ReadOnly":
            return _read_only(record) == value.lower()
        case "Username":
            return username(record) == value
        case "AccessKeyId":
            return (record.get("userIdentity") or {}).get("accessKeyId") == value
        case _:
            field = {"EventId": "eventID", "EventName": "eventName", "EventSource": "eventSource"}[key]
            return record.get(field) == value


def _attribute(attributes: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    if not attributes:
        return None
    if len(attributes) > 1:
        raise AwsError("InvalidLookupAttributesException", "Only one lookup attribute can be given.")
    key, value = attributes[0].get("AttributeKey"), attributes[0].get("AttributeValue")
    if key not in ATTRIBUTES:
        raise AwsError("InvalidLookupAttributesException", f"{key!r} is not a lookup attribute.")
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_VALUE:
        raise AwsError(
            "InvalidLookupAttributesException",
            f"The value of {key} has to have 1 to {LONGEST_VALUE} characters.",
        )
    return key, value


def _page_size(value: object) -> int:
    if value is None:
        return LARGEST_PAGE
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_PAGE:
        raise AwsError("InvalidMaxResultsException", f"MaxResults has to be between 1 and {LARGEST_PAGE}.")
    return value


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(float(str(value)), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise AwsError("InvalidTimeRangeException", "The time is not one.") from error


def _question(request: Mapping[str, Any]) -> str:
    # MaxResults may change between pages; what is asked for may not.
    asked = {key: value for key, value in request.items() if key not in ("NextToken", "MaxResults")}
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def _token(last: HistoryEvent, request: Mapping[str, Any]) -> str:
    content = {"question": _question(request), "after": last.place}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _opened(token: object, request: Mapping[str, Any]) -> tuple[float, int] | None:
    if token is None:
        return None
    try:
        content = json.loads(base64.urlsafe_b64decode(str(token)))
        question, (time, sequence) = content["question"], content["after"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise AwsError("InvalidNextTokenException", "The token is not one of this operation's.") from error
    if question != _question(request):
        raise AwsError("InvalidNextTokenException", "The token belongs to a call with other parameters.")
    return float(time), int(sequence)
