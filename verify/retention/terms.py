"""On what terms a store keeps events. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a store keeps what it holds, and how long it was promised to.

    Attributes:
        days: For how many days; None: without end.
        rule: What decides it, e.g. `retention period`.
        from_arrival: Whether the days count from an event's arrival in the store, else from its event time.
        on: The date on which whatever is there then is deleted, where a rule names one.
        locked_days: For how many days from arrival nobody can delete it; None: somebody could at once.
        promised: Whether anything was promised.
        promised_days: For how many days it was promised to be kept; None: without end.
    """

    days: int | None
    rule: str
    from_arrival: bool = False
    on: datetime | None = None
    locked_days: int | None = None
    promised: bool = False
    promised_days: int | None = None

    @property
    def shorter_than_promised(self) -> bool:
        """Whether it keeps events for a shorter time than was promised."""
        if not self.promised or (self.days is None and self.on is None):
            return False
        return self.on is not None or self.promised_days is None or (self.days or 0) < self.promised_days

    def kept_until(self, event_time: datetime, arrived_at: datetime | None) -> datetime | None:
        """When an event disappears; None: never."""
        if self.on is not None:
            return self.on
        return _after(self._counted_from(event_time, arrived_at), self.days)

    def protected_until(self, event_time: datetime, arrived_at: datetime | None) -> datetime | None:
        """Until when nobody can delete an event; None: somebody could now."""
        return _after(arrived_at or event_time, self.locked_days)

    def _counted_from(self, event_time: datetime, arrived_at: datetime | None) -> datetime:
        return arrived_at if self.from_arrival and arrived_at is not None else event_time


def _after(start: datetime, days: int | None) -> datetime | None:
    """So many days later; None for never, and for what lies beyond the calendar."""
    try:
        return None if days is None else start + timedelta(days=days)
    except OverflowError:
        return None
