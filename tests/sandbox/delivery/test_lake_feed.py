from __future__ import annotations

from typing import Any

import pytest

from sandbox.delivery import lake_feed as module
from sandbox.delivery.lake_feed import LakeFeed
from sandbox.faults import FaultPlan
from sandbox.ledger import CapturedEvent


class Lake:
    """Remembers what reaches it."""

    def __init__(self) -> None:
        self.got: list[CapturedEvent] = []

    def ingest(self, event: CapturedEvent) -> None:
        """Take an event."""
        self.got.append(event)


def event() -> CapturedEvent:
    """An event."""
    record = {
        "eventName": "CreateMesh",
        "recipientAccountId": "123456789012",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.7",
    }
    return CapturedEvent.of(record)


def feed(*faults: dict[str, Any]) -> tuple[LakeFeed, Lake]:
    """A feed with these faults, and what it feeds."""
    lake, plan = Lake(), FaultPlan()
    for fault in faults:
        plan.add({"destination": "lake", **fault})
    return LakeFeed(lake=lake, faults=plan), lake  # pyright: ignore[reportArgumentType] - the part of it that is used


def test_events_reach_lake_at_once() -> None:
    """Without faults an event is handed over as it is, when it comes."""
    feeding, lake = feed()
    given = event()
    feeding.take(given)
    assert lake.got == [given]


@pytest.mark.parametrize(("kind", "count"), [("drop", 0), ("duplicate", 2)])
def test_faults_lose_and_double_events(kind: str, count: int) -> None:
    """A lost event never arrives, a doubled one twice."""
    feeding, lake = feed({"kind": kind})
    feeding.take(event())
    assert len(lake.got) == count


def test_a_corrupted_event_says_something_else() -> None:
    """What arrives differs from what was captured, and the original is untouched."""
    feeding, lake = feed({"kind": "corrupt"})
    given = event()
    feeding.take(given)
    assert lake.got[0].record["sourceIPAddress"] != given.record["sourceIPAddress"]


def test_a_delayed_event_is_released_when_its_time_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that is held back arrives once, at the first release after its delay."""
    feeding, lake = feed({"kind": "delay", "seconds": 60})
    feeding.take(event())
    feeding.release()
    assert lake.got == []

    class Later(module.datetime):
        """A clock an hour ahead."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            """The time, and an hour."""
            return super().now(tz) + module.timedelta(hours=1)

    monkeypatch.setattr(module, "datetime", Later)
    feeding.release()
    feeding.release()
    assert len(lake.got) == 1
