"""The times that no valid digest file covers, and why. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from verify.controls.trail_state import GET_TRAIL_STATUS
from verify.integrity.coverage import Span
from verify.integrity.result import Gap
from verify.integrity.status import GapKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from verify.integrity.chain import Chain
    from verify.integrity.schedule import LoggingState, Schedule
    from verify.window import Window

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def find_gaps(chain: Chain, *, window: Window, schedule: Schedule) -> Iterator[Gap]:
    """The gaps in a window, oldest first; log files are not counted yet.

    Args:
        chain: The digest files that speak about the window.
        window: The times of delivery that are checked.
        schedule: When digest files are due.
    """
    newest = max(chain.coverage.end or window.start, window.start)
    for hole in chain.coverage.holes(Span(window.start, newest)):
        if hole.start >= window.end:
            break
        # Why a hole is there says the digest file behind it, wherever the window ends; only then it is cut.
        seam = chain.why(hole)
        end = min(hole.end, window.end)
        none_due = seam.kind in (GapKind.NOT_STARTED, GapKind.RESTARTED)
        expected = 0 if none_due else schedule.count(hole.start, end)
        yield Gap(kind=seam.kind, start=hole.start, end=end, digests=expected, logs=0, detail=seam.detail)

    # Behind the newest authentic one: first those that are there and are not authentic, then those that are not there.
    tail = Span(newest, max(chain.newest_unproven, newest))
    if tail.end > tail.start and newest < window.end:
        seam = chain.why(tail)
        expected = schedule.count(tail.start, tail.end)
        yield Gap(
            kind=seam.kind, start=tail.start, end=tail.end, digests=expected, logs=0, detail=seam.detail
        )
    elif newest == window.start:
        yield from _nothing(window, schedule)
        return
    yield from _tail(tail.end, window, schedule)


def counted(gap: Gap, logs: int, *, before: bool, schedule: Schedule) -> Gap:
    """A gap with its log files, and what they say about a pause.

    Args:
        gap: The gap.
        logs: How many log files were delivered in it that no digest file names.
        before: Whether digest files of the trail end before the gap.
        schedule: When digest files are due.
    """
    gap = replace(gap, logs=logs)
    if gap.kind is GapKind.NOT_STARTED and before:
        detail = "logging or log file validation was off; there are digest files before, and a start digest follows"
        gap = replace(gap, kind=GapKind.RESTARTED, detail=detail)
    elif gap.kind is GapKind.NOT_STARTED and not logs and _logged_before(gap.end, schedule):
        detail = (
            f"{gap.detail}, and GetTrailStatus says that the trail logged before: log file validation was off, or "
            "every digest file of that time was deleted"
        )
        return replace(gap, kind=GapKind.RESTARTED, detail=detail)
    if gap.kind is not GapKind.RESTARTED:
        return gap
    if logs:
        told = (
            "log files were delivered meanwhile, so log file validation was off, or digest files were deleted"
        )
    elif schedule.logging and _explains(schedule.logging, gap, schedule.every):
        stopped, started = schedule.logging.stopped_at, schedule.logging.started_at
        told = f"GetTrailStatus says the same: stopped {stopped:{_TIME}}, started {started:{_TIME}}"
    else:
        told = "no log file lies in between, as it is while logging is off or the trail is deleted"
    return replace(gap, detail=f"{gap.detail}; {told}")


def _logged_before(first: datetime, schedule: Schedule) -> bool:
    """Whether a trail logged before its first digest file, by the word of AWS.

    A trail's first digest file starts when it does. One that starts later follows a stop, or a time without validation,
    and whoever stops and starts a trail can delete what was there before.
    """
    logging = schedule.logging
    if logging is None:
        return False
    if logging.stopped_at is not None and logging.stopped_at <= first:
        return True
    return logging.started_at is not None and logging.started_at < first - 2 * schedule.every - schedule.grace


def _explains(logging: LoggingState, gap: Gap, every: timedelta) -> bool:
    """Whether the trail's last stop and start are the two ends of a gap; digest files end with whole periods."""
    stopped, started = logging.stopped_at, logging.started_at
    if stopped is None or started is None:
        return False
    return abs(stopped - gap.start) <= every and abs(started - gap.end) <= every


def _nothing(window: Window, schedule: Schedule) -> Iterator[Gap]:
    """The gap of a window that not one digest file speaks about."""
    since = max(window.start, schedule.started_at or window.start)
    due, ceased = _due(since, window, schedule)
    if schedule.logging is None:
        due = 0
        reason = f"whether any should be was not to be learned ({GET_TRAIL_STATUS})"
    elif schedule.logging.never_started:
        reason = "the trail was never started"
    elif ceased and not due:
        reason = _ceased(schedule.logging)
    else:
        reason = f"{due or 'none'} should be"
    detail = f"no digest file is there, and {reason}: nothing can be proven"
    yield Gap(kind=GapKind.NO_DIGESTS, start=window.start, end=window.end, digests=due, logs=0, detail=detail)


def _tail(since: datetime, window: Window, schedule: Schedule) -> Iterator[Gap]:
    """The gaps behind the newest digest file."""
    due, ceased = _due(since, window, schedule)
    at, last = since, schedule.until(window.end)
    if due:
        end = min(last, since + due * schedule.every)
        kind, detail = (
            GapKind.OVERDUE,
            f"{due} digest files that should have followed have not come, or were deleted",
        )
        if schedule.logging is None:
            kind = GapKind.UNEXPLAINED
            detail += f"; whether logging was on was not to be learned ({GET_TRAIL_STATUS})"
        yield Gap(kind=kind, start=since, end=end, digests=due, logs=0, detail=detail)
        at = end
    if ceased and schedule.logging is not None:
        end = min(last, at + ceased * schedule.every)
        kind = GapKind.VALIDATION_OFF if schedule.logging.validates is False else GapKind.UNDELIVERED
        detail = _ceased(schedule.logging)
        yield Gap(kind=kind, start=at, end=end, digests=ceased, logs=0, detail=detail)


def _due(since: datetime, window: Window, schedule: Schedule) -> tuple[int, int]:
    """How many digest files should have come, and how many more would have, had CloudTrail not ceased to write them."""
    overdue = schedule.overdue(since=since, until=window.end)
    ceased = schedule.logging.digests_ceased if schedule.logging else None
    if ceased is None:
        return overdue, 0
    due = schedule.as_of(ceased).overdue(since=since, until=window.end)
    return due, overdue - due


def _ceased(logging: LoggingState) -> str:
    last = f"{logging.latest_digest:{_TIME}}" if logging.latest_digest else "never"
    if logging.validates is False:
        return f"log file validation is off now, and CloudTrail delivered its last digest file {_at(last)}"
    return f"CloudTrail could not deliver digest files ({logging.digest_error}), the last one {_at(last)}"


def _at(time: str) -> str:
    return time if time == "never" else f"at {time}"
