from __future__ import annotations

from datetime import UTC, datetime

from sandbox.ledger import CapturedEvent, Ledger


def event(name: str, *, account: str = "123456789012", region: str = "us-east-1") -> CapturedEvent:
    """An event of that name."""
    return CapturedEvent.of({"eventName": name, "recipientAccountId": account, "awsRegion": region})


def test_events_are_kept_in_order() -> None:
    """The ledger gives events back as they came."""
    ledger = Ledger()
    for name in ("A", "B", "C"):
        ledger.append(event(name))
    assert [each.record["eventName"] for each in ledger.events()] == ["A", "B", "C"]


def test_events_are_found_by_account_and_region() -> None:
    """One account's, one Region's, or both."""
    ledger = Ledger()
    ledger.append(event("A"))
    ledger.append(event("B", account="111122223333"))
    ledger.append(event("C", region="eu-west-1"))
    assert [each.record["eventName"] for each in ledger.events("123456789012")] == ["A", "C"]
    assert [each.record["eventName"] for each in ledger.events(None, "us-east-1")] == ["A", "B"]
    assert [each.record["eventName"] for each in ledger.events("123456789012", "eu-west-1")] == ["C"]


def test_subscribers_hear_of_an_event_before_append_returns() -> None:
    """Whoever subscribed has the event as soon as the call that caused it is answered."""
    ledger, heard = Ledger(), list[CapturedEvent]()
    ledger.subscribe(heard.append)
    ledger.append(event("A"))
    assert [each.record["eventName"] for each in heard] == ["A"]


def test_clearing_forgets_events_and_keeps_subscribers() -> None:
    """After a reset the stores still hear of what happens."""
    ledger, heard = Ledger(), list[CapturedEvent]()
    ledger.subscribe(heard.append)
    ledger.clear()
    ledger.append(event("A"))
    assert len(ledger.events()) == len(heard) == 1


def test_an_event_happened_when_it_is_said_to_have() -> None:
    """The moment of a call is when it arrived, not when it was written down."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    record = {"recipientAccountId": "123456789012", "awsRegion": "us-east-1"}
    assert CapturedEvent.of(record, moment=moment).captured_at == moment
