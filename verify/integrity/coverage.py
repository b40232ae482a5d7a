"""Which times valid digest files cover, and what that makes of a log file that none of them names.

Pure. A digest file names every log file delivered in its period. So a log file that is not named was put there by
someone else, if the digest files really cover its delivery; and cannot be judged, if they do not.

When a file was delivered is known from S3's own time of its last change, as long as that fits the stamp in its key.
CloudTrail stamps a file with the end of a five-minute interval: seen on AWS, up to five minutes after S3's time and
up to three and a half before it. Where they differ by more, the object was written again later, and the stamp counts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from verify.integrity.status import LogStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

SLACK: Final = timedelta(minutes=15)
"""How far the stamp in a key may lie from the delivery, generously."""

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, both ends included."""

    start: datetime
    end: datetime


class Coverage:
    """The times that a set of digest files covers: merged spans, however many digest files there are."""

    def __init__(self, periods: Iterable[tuple[datetime, datetime]] = ()) -> None:
        self._spans: list[Span] = []
        for start, end in periods:
            self.add(start, end)

    def add(self, start: datetime, end: datetime) -> None:
        """Cover a period as well; cheap when it is the newest."""
        first = bisect_left(self._spans, start, key=lambda span: span.end)
        last = bisect_right(self._spans, end, key=lambda span: span.start)
        touched = self._spans[first:last]
        if touched:
            start, end = min(start, touched[0].start), max(end, touched[-1].end)
        self._spans[first:last] = [Span(start, end)]

    @property
    def end(self) -> datetime | None:
        """The newest time covered, or None when nothing is."""
        return self._spans[-1].end if self._spans else None

    def covers(self, span: Span) -> bool:
        """Whether all of a span is covered without a break."""
        index = bisect_right(self._spans, span.start, key=lambda covered: covered.start) - 1
        return index >= 0 and span.end <= self._spans[index].end

    def holes(self, span: Span) -> list[Span]:
        """The parts of a span that are not covered, oldest first."""
        holes: list[Span] = []
        at = span.start
        for covered in self._spans:
            if covered.end <= at:
                continue
            if covered.start >= span.end:
                break
            if covered.start > at:
                holes.append(Span(at, covered.start))
            at = covered.end
        if at < span.end:
            holes.append(Span(at, span.end))
        return holes


def delivery(*, stamp: datetime, last_modified: datetime, tolerance: timedelta) -> Span:
    """When CloudTrail may have delivered an object.

    Args:
        stamp: The time in its key.
        last_modified: S3's time of its last change, to the second.
        tolerance: How far a digest file's period may differ from S3's clock.
    """
    if abs(last_modified - stamp) <= SLACK:
        return Span(last_modified - tolerance, last_modified + _SECOND + tolerance)
    return Span(stamp - SLACK, stamp + SLACK)


def judge_unnamed(span: Span, *, coverage: Coverage, pending_after: datetime) -> tuple[LogStatus, str]:
    """What to make of a log file that no valid digest file names.

    Args:
        span: When it may have been delivered.
        coverage: What the valid digest files cover.
        pending_after: Deliveries after this time need not be in a digest file yet.
    """
    if coverage.covers(span):
        return LogStatus.UNREFERENCED, (
            "valid digest files cover its delivery and none names it: it was put there by something other than this"
            " trail, or by another trail into the same place without log file validation"
        )
    if span.end > pending_after and (coverage.end is None or span.end > coverage.end):
        return LogStatus.PENDING, "no digest file that could name it is due yet"
    return (
        LogStatus.UNCOVERED,
        "no valid digest file covers its delivery, so nothing can prove or disprove it",
    )
