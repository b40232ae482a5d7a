"""The management events of the last 90 days, per account and Region, newest first.

Source: CloudTrail user guide, "Working with CloudTrail Event history"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html).
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sandbox.faults import FaultPlan
    from sandbox.ledger import CapturedEvent

KEPT: Final = timedelta(days=90)
"""How long Event history goes back."""


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event in Event history.

    Attributes:
        time: Its `eventTime`, aware, UTC.
        sequence: Tells events of the same second apart; grows with arrival.
        record: The CloudTrail record.
        due: When it shows up at the earliest, the usual delay left out.
        visible_at: When it shows up.
    """

    time: datetime
    sequence: int
    record: dict[str, Any]
    due: datetime
    visible_at: datetime

    @property
    def place(self) -> tuple[float, int]:
        """Where it stands: sorting by this, descending, is newest first."""
        return (self.time.timestamp(), self.sequence)


class HistoryStore:
    """Event history of every account and Region; safe to use from any thread."""

    def __init__(self, *, faults: FaultPlan, delay: float) -> None:
        """Start empty.

        Args:
            faults: What goes wrong on the way here.
            delay: Seconds an event takes to show.
        """
        self._faults = faults
        self._delay = timedelta(seconds=delay)
        self._events: dict[tuple[str, str], list[HistoryEvent]] = {}
        self._sequence = itertools.count()
        self._lock = threading.Lock()

    def ingest(self, event: CapturedEvent) -> None:
        """Take in an event, if it is a management event."""
        if event.record.get("managementEvent") is False or event.record.get("eventCategory") == "Data":
            return
        treatment = self._faults.treatment("history", event)
        due = event.captured_at + timedelta(seconds=treatment.delay)
        time = _event_time(event.record) or event.captured_at
        for record in treatment.applied_to(event.record):
            arrived = HistoryEvent(time, next(self._sequence), record, due, due + self._delay)
            with self._lock:
                self._events.setdefault((event.account, event.region), []).append(arrived)

    def visible(self, account: str, region: str) -> list[HistoryEvent]:
        """The events of the last 90 days that show by now, newest first."""
        now = datetime.now(UTC)
        with self._lock:
            events = list(self._events.get((account, region), ()))
        shown = [event for event in events if event.visible_at <= now and event.time > now - KEPT]
        return sorted(shown, key=lambda event: event.place, reverse=True)

    def catch_up(self) -> None:
        """Let every event show now that only waits for the usual delay; those a fault delays wait on."""
        with self._lock:
            for events in self._events.values():
                events[:] = [replace(event, visible_at=event.due) for event in events]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._events.clear()


def _event_time(record: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(record["eventTime"])).astimezone(UTC)
    except (KeyError, ValueError):
        return None
