"""When digest files are due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often digest files come, and what the time is.

    Attributes:
        every: How long a period one digest file covers; an hour on AWS.
        grace: How long after its end a digest file may arrive. Seen on AWS: twenty-six to fifty minutes.
        now: The present.
        stopped_at: When the trail's logging was stopped, if it is off: no digest file is due for later times.
        started_at: When it was last started, where that is known. Digest files of earlier times may be there, but
            where none is, nothing says that there should be.
    """

    every: timedelta
    grace: timedelta
    now: datetime
    stopped_at: datetime | None = None
    started_at: datetime | None = None

    @property
    def pending_after(self) -> datetime:
        """Deliveries after this time need not be in a digest file yet."""
        return self.now - self.every - self.grace

    def until(self, end: datetime) -> datetime:
        """Up to when deliveries before `end` are to be covered."""
        return min(end, self.now, self.stopped_at or end)

    def overdue(self, *, since: datetime, until: datetime) -> int:
        """How many digest files should have come by now to cover deliveries from one time until another."""
        needed = ceil((self.until(until) - since) / self.every)
        come = (self.now - self.grace - since) // self.every
        return max(0, min(needed, come))

    def count(self, start: datetime, end: datetime) -> int:
        """How many digest files cover a time; one at least."""
        return max(1, round((end - start) / self.every))
