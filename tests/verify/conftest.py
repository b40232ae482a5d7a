"""Records to verify with."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudtrail.record import Record, read_record
from verify.stores.base import Place, Sighting
from verify.window import Window

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
PLACE = Place("123456789012", "us-east-1")


def record(event_id: str = "1", **fields: Any) -> Record:
    """An App Mesh event as CloudTrail writes it; fields are those of the wire."""
    document = {
        "eventVersion": "1.09",
        "eventTime": "2026-09-01T12:00:00Z",
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "CreateMesh",
        "awsRegion": PLACE.region,
        "eventID": event_id,
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "managementEvent": True,
        "readOnly": False,
        "recipientAccountId": PLACE.account,
        "userIdentity": {"type": "IAMUser", "userName": "diego", "accountId": PLACE.account},
        "requestParameters": {"meshName": "payments"},
    }
    return read_record(json.dumps(document | fields).encode())


def sighting(
    event_id: str = "1", *, delay: float | None = None, where: str = "here", **fields: Any
) -> Sighting:
    """That event, seen; `delay` is in seconds from its event time."""
    seen = record(event_id, **fields)
    arrived = None if delay is None else seen.event_time + timedelta(seconds=delay)
    return Sighting(seen, where, arrived)


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """Builds records."""
    return record


@pytest.fixture
def make_sighting() -> Callable[..., Sighting]:
    """Builds sightings."""
    return sighting


@pytest.fixture
def window() -> Window:
    """The hour around the events."""
    return Window(NOON - timedelta(minutes=30), NOON + timedelta(minutes=30))


@pytest.fixture
def place() -> Place:
    """The account and Region the events happen in."""
    return PLACE
