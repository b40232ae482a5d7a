from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.faults import FaultPlan
from sandbox.history.store import HistoryStore
from sandbox.ledger import CapturedEvent

PLACE = ("123456789012", "us-east-1")


def event(name: str = "CreateMesh", *, age: timedelta = timedelta(), **fields: Any) -> CapturedEvent:
    """An event of some time ago."""
    moment = datetime.now(UTC) - age
    record = {
        "eventName": name,
        "eventTime": moment.isoformat(),
        "recipientAccountId": PLACE[0],
        "awsRegion": PLACE[1],
        **fields,
    }
    return CapturedEvent.of(record)


def store(*, delay: float = 0, fault: dict[str, Any] | None = None) -> HistoryStore:
    """An empty store."""
    faults = FaultPlan()
    if fault:
        faults.add({"destination": "history", **fault})
    return HistoryStore(faults=faults, delay=delay)


def names(history: HistoryStore) -> list[str]:
    """What shows, newest first."""
    return [each.record["eventName"] for each in history.visible(*PLACE)]


def test_newest_first_and_by_arrival_within_a_second() -> None:
    """Events show by time, newest first; of the same time, the last to arrive first."""
    history, moment = store(), datetime.now(UTC).isoformat()
    history.ingest(event("Old", age=timedelta(hours=1)))
    history.ingest(event("First", eventTime=moment))
    history.ingest(event("Second", eventTime=moment))
    assert names(history) == ["Second", "First", "Old"]


def test_accounts_and_regions_have_histories_of_their_own() -> None:
    """An event shows in its account and Region only."""
    history = store()
    history.ingest(event())
    assert history.visible("111122223333", "us-east-1") == []
    assert history.visible("123456789012", "eu-west-1") == []


def test_history_ends_after_90_days() -> None:
    """What is older than 90 days is gone."""
    history = store()
    history.ingest(event("Gone", age=timedelta(days=90, minutes=1)))
    history.ingest(event("Kept", age=timedelta(days=89, hours=23)))
    assert names(history) == ["Kept"]


def test_data_events_are_not_in_history() -> None:
    """Event history is of management events."""
    history = store()
    history.ingest(event(managementEvent=False, eventCategory="Data"))
    assert names(history) == []


def test_an_event_shows_after_the_delay_or_when_caught_up() -> None:
    """Nothing shows before its time, unless everything is told to catch up."""
    history = store(delay=60)
    history.ingest(event())
    assert names(history) == []
    history.catch_up()
    assert names(history) == ["CreateMesh"]


def test_what_a_fault_delays_does_not_catch_up() -> None:
    """Catching up skips the usual wait, not the one that a fault makes."""
    history = store(delay=50, fault={"kind": "delay", "seconds": 60})
    history.ingest(event())
    for _ in range(3):
        history.catch_up()
    assert names(history) == []


def test_faults_lose_and_double_events() -> None:
    """A lost event never shows, a doubled one twice."""
    lossy, double = store(fault={"kind": "drop"}), store(fault={"kind": "duplicate"})
    for history in (lossy, double):
        history.ingest(event())
    assert (len(names(lossy)), len(names(double))) == (0, 2)
