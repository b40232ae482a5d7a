"""The span of event times a verification speaks about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cloudtrail.errors import MeshtrailError

_DURATION: Final = re.compile(r"(?P<count>\d+)(?P<unit>[smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CENTURY: Final = timedelta(days=36_525)

CLOUDTRAIL_BEGAN: Final = datetime(2013, 11, 13, tzinfo=UTC)
"""The day CloudTrail was announced: no event is older."""


class BadWindow(MeshtrailError):
    """A time or duration that cannot be read, or a window that ends before it starts."""


@dataclass(frozen=True, slots=True)
class Window:
    """Event times from `start` up to, but not including, `end`; both aware, UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise BadWindow(
                f"The window ends ({self.end:%Y-%m-%dT%H:%M:%SZ}) before it starts ({self.start:%Y-%m-%dT%H:%M:%SZ})",
                remedy="Give an earlier --since or a later --until; mind that --settle cuts the newest part off.",
            )

    def __contains__(self, time: datetime) -> bool:
        return self.start <= time < self.end

    def days(self, *, until: datetime) -> list[date]:
        """The UTC days on which events of this window may have been delivered: its own, and on to `until`."""
        first, last = self.start.date(), max(self.end, until).date()
        return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def window_of(*, since: str, until: str, settle: str, now: datetime) -> Window:
    """The window a person asks for.

    Args:
        since: From when on, see `parse_time`.
        until: Up to when.
        settle: How much of the newest to leave out, because it may not have been delivered yet.
        now: The present.

    Raises:
        BadWindow: when one of them cannot be read, or nothing is left between them.
    """
    start, end = parse_time(since, now=now), parse_time(until, now=now)
    if start < CLOUDTRAIL_BEGAN:
        raise BadWindow(
            f"{since!r} lies before CloudTrail, which began in November 2013",
            remedy=f"Give a later --since; {CLOUDTRAIL_BEGAN:%Y-%m-%d} is the earliest.",
        )
    return Window(start, min(end, now - parse_duration(settle)))


def parse_interval(text: str) -> timedelta:
    """Read the time between two of something, which is a duration and not zero.

    Raises:
        BadWindow: when it is none.
    """
    interval = parse_duration(text)
    if not interval:
        raise BadWindow(
            f"{text!r} is no time at all", remedy="How often something comes takes a second at least: 1s, 1h."
        )
    return interval


def parse_duration(text: str) -> timedelta:
    """Read a duration such as `90d`, `12h`, `15m`, `30s` or `2w`.

    Raises:
        BadWindow: when it is none, or longer than a hundred years.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise BadWindow(
            f"{text!r} is not a duration", remedy="Write a number and s, m, h, d or w: 15m, 12h, 90d."
        )
    try:
        duration = timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
    except (OverflowError, ValueError):  # of digits, int() reads four thousand
        duration = timedelta.max
    if duration > _CENTURY:
        raise BadWindow(f"{text[:40]!r} is longer than a hundred years", remedy="Give a shorter duration.")
    return duration


def parse_time(text: str, *, now: datetime) -> datetime:
    """Read a point in time: ISO 8601 (UTC when it names no zone), or a duration before `now`.

    Raises:
        BadWindow: when it is neither.
    """
    if _DURATION.fullmatch(text.strip()):
        return now - parse_duration(text)
    try:
        time = datetime.fromisoformat(text.strip())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadWindow(
            f"{text!r} is not a time", remedy="Write 2026-09-01T00:00:00Z, 2026-09-01, or how long ago: 90d."
        ) from error
