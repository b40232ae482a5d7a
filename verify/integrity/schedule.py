"""When digest files are due, by the clock and by what AWS says of the trail's logging. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import timedelta

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggingState:
    """What AWS says of a trail's logging (GetTrailStatus and GetTrail).

    Attributes:
        on: Whether it logs now.
        started_at: When it was last started; None: never.
        stopped_at: When it was last stopped, also when it logs again; None: never.
        validates: Whether log file validation is on now; None where AWS did not say.
        latest_digest: When CloudTrail delivered its newest digest file, of any Region; None: never, or unknown.
        digest_error: Why it could not deliver the last one; empty when it could.
    """

    on: bool
    started_at: datetime | None
    stopped_at: datetime | None = None
    validates: bool | None = None
    latest_digest: datetime | None = None
    digest_error: str = ""

    @property
    def never_started(self) -> bool:
        """Whether nothing was ever logged."""
        return not self.on and self.started_at is None

    @property
    def digests_ceased(self) -> datetime | None:
        """When CloudTrail ceased to write digest files, by its own word; None while it writes them."""
        if self.validates is False or self.digest_error:
            return self.latest_digest or _NEVER
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often digest files come, and what the time is.

    Attributes:
        every: How long a period one digest file covers; an hour on AWS.
        grace: How long after its end a digest file may arrive. Seen on AWS: twenty-six to fifty minutes.
        now: The present.
        logging: What AWS says of the trail's logging; None where it did not say, which is not the same as never
            started.
    """

    every: timedelta
    grace: timedelta
    now: datetime
    logging: LoggingState | None

    @property
    def pending_after(self) -> datetime:
        """Deliveries after this time need not be in a digest file yet."""
        return self.now - self.every - self.grace

    @property
    def started_at(self) -> datetime | None:
        """When logging was last started, where that is known.

        Where no digest file of an earlier time is, nothing says that there should be one.
        """
        return self.logging.started_at if self.logging else None

    def until(self, end: datetime) -> datetime:
        """Up to when deliveries before `end` are to be covered."""
        if self.logging is None or self.logging.on or self.logging.stopped_at is None:
            return min(end, self.now)
        return min(end, self.now, self.logging.stopped_at)

    def overdue(self, *, since: datetime, until: datetime) -> int:
        """How many digest files should have come by now to cover deliveries from one time until another."""
        if self.logging is not None and self.logging.never_started:
            return 0
        needed = ceil((self.until(until) - since) / self.every)
        come = (self.now - since - self.grace) // self.every
        return max(0, min(needed, come))

    def count(self, start: datetime, end: datetime) -> int:
        """How many digest files cover a time; one at least."""
        return max(1, round((end - start) / self.every))

    def seen_at(self, time: datetime) -> Schedule:
        """The same with the clock set forward to a time that S3 has witnessed; a slow clock must excuse nothing."""
        return replace(self, now=max(self.now, time))

    def as_of(self, time: datetime) -> Schedule:
        """The same as it was at an earlier time."""
        return replace(self, now=min(self.now, time))
