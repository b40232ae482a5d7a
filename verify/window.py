"""The span of event times a verification speaks about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cloudtrail.errors import MeshtrailError

_DURATION: Final = re.compile(r"(?P<count>\d+)(?P<unit>[smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


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


def parse_duration(text: str) -> timedelta:
    """Read a duration such as `90d`, `12h`, `15m`, `30s` or `2w`.

    Raises:
        BadWindow: when it is none.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise BadWindow(
            f"{text!r} is not a duration", remedy="Write a number and s, m, h, d or w: 15m, 12h, 90d."
        )
    try:
        return timedelta(**{_UNITS[match["unit"]]: int(match["count"])})
    except OverflowError as error:
        raise BadWindow(f"{text!r} is longer than the calendar", remedy="Give a shorter duration.") from error


def parse_time(text: str, *, now: datetime) -> datetime:
    """Read a point in time: ISO 8601 (UTC when it names no zone), or a duration before `now`.

    Raises:
        BadWindow: when it is neither.
    """
    if _DURATION.fullmatch(text.strip()):
        try:
            return now - parse_duration(text)
        except OverflowError as error:
            raise BadWindow(
                f"{text!r} lies before the calendar", remedy="Give a shorter duration."
            ) from error
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadWindow(
            f"{text!r} is not a time", remedy="Write 2026-09-01T00:00:00Z, 2026-09-01, or how long ago: 90d."
        ) from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
