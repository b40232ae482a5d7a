"""Every event the sandbox has captured, in order: the truth that each store is measured against."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedEvent:
    """One event, as CloudTrail first saw it.

    Attributes:
        account: The account that receives the event (`recipientAccountId`).
        region: The Region it is logged in (`awsRegion`).
        record: The CloudTrail record, ready for JSON. Shared between stores: never changed in place.
        captured_at: When it happened, aware, UTC: `eventTime` with its fractions of a second.
        global_service: Whether a service without Regions wrote it, which a single-Region trail may leave out.
    """

    account: str
    region: str
    record: dict[str, Any]
    captured_at: datetime
    global_service: bool = False

    @classmethod
    def of(
        cls, record: dict[str, Any], *, moment: datetime | None = None, global_service: bool = False
    ) -> CapturedEvent:
        """Capture a record, in the account and Region it names itself; it happened now unless told otherwise."""
        return cls(
            account=record["recipientAccountId"],
            region=record["awsRegion"],
            record=record,
            captured_at=moment or datetime.now(UTC),
            global_service=global_service,
        )


class Ledger:
    """An append-only list of events that tells its subscribers; safe to use from any thread."""

    def __init__(self) -> None:
        self._events: list[CapturedEvent] = []
        self._subscribers: list[Callable[[CapturedEvent], None]] = []
        self._lock = threading.Lock()

    def append(self, event: CapturedEvent) -> None:
        """Keep an event, and hand it to every subscriber in the caller's thread before returning."""
        with self._lock:
            self._events.append(event)
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            subscriber(event)

    def subscribe(self, subscriber: Callable[[CapturedEvent], None]) -> None:
        """Call `subscriber` with every event from now on."""
        with self._lock:
            self._subscribers.append(subscriber)

    def events(self, account: str | None = None, region: str | None = None) -> list[CapturedEvent]:
        """The events so far, oldest first, of one account and one Region where given."""
        with self._lock:
            events = list(self._events)
        return [
            event for event in events if account in (None, event.account) and region in (None, event.region)
        ]

    def clear(self) -> None:
        """Forget every event; subscribers stay."""
        with self._lock:
            self._events.clear()
