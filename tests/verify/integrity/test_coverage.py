from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.integrity.coverage import Coverage, Span, delivery, judge_unnamed
from verify.integrity.result import LogStatus

START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute: int) -> datetime:
    """So many minutes after the start."""
    return START + minute * MINUTE


minutes = st.integers(0, 30)
periods = st.lists(st.tuples(minutes, minutes).map(sorted).map(tuple), max_size=6)


@given(periods, minutes, st.integers(1, 30))
def test_covered_and_holes_are_each_others_opposite(
    spans: list[tuple[int, int]], first: int, length: int
) -> None:
    """Minute by minute, a time lies in a hole exactly when no period holds it; a span without a hole is covered."""
    coverage = Coverage((at(start), at(end)) for start, end in spans)
    span = Span(at(first), at(first + length))
    holes = coverage.holes(span)
    for minute in range(first, first + length):
        held = any(start <= minute and minute + 1 <= end for start, end in spans)
        in_hole = any(hole.start <= at(minute) and at(minute + 1) <= hole.end for hole in holes)
        assert held is not in_hole
    assert coverage.covers(span) is (holes == [])


@given(periods)
def test_the_end_of_coverage_is_the_newest_end(spans: list[tuple[int, int]]) -> None:
    """Whatever the order of the periods; nothing covered has no end."""
    newest = max((at(end) for _, end in spans), default=None)
    assert Coverage((at(start), at(end)) for start, end in spans).end == newest


@pytest.mark.parametrize(
    ("written", "span"),
    [
        (at(57), Span(at(56), at(58) + timedelta(seconds=1))),
        (at(64), Span(at(63), at(65) + timedelta(seconds=1))),
        (at(600), Span(at(45), at(75))),
        (at(0), Span(at(45), at(75))),
    ],
    ids=["before its stamp", "after its stamp", "written again later", "older than its stamp"],
)
def test_when_a_file_was_delivered(written: datetime, span: Span) -> None:
    """S3's time counts while it fits the stamp, here 07:00; else the stamp counts, generously."""
    assert delivery(stamp=at(60), last_modified=written, tolerance=MINUTE) == span


@pytest.mark.parametrize(
    ("span", "status"),
    [
        (Span(at(5), at(6)), LogStatus.UNREFERENCED),
        (Span(at(9), at(11)), LogStatus.UNCOVERED),
        (Span(at(12), at(13)), LogStatus.UNCOVERED),
        (Span(at(31), at(32)), LogStatus.UNCOVERED),
        (Span(at(36), at(37)), LogStatus.PENDING),
        (Span(at(29), at(37)), LogStatus.PENDING),
    ],
    ids=["covered", "half in a hole", "in a hole", "overdue", "recent", "across the end"],
)
def test_what_becomes_of_a_file_that_nothing_names(span: Span, status: LogStatus) -> None:
    """Covered means intruder, recent means wait, and a hole means nobody knows."""
    coverage = Coverage([(at(0), at(10)), (at(20), at(30))])
    judged, reason = judge_unnamed(span, coverage=coverage, pending_after=at(35))
    assert judged is status
    assert reason


def test_before_any_digest_file_a_recent_one_is_pending() -> None:
    """A trail that was just created has delivered log files and no digest file yet."""
    assert (
        judge_unnamed(Span(at(1), at(2)), coverage=Coverage([]), pending_after=at(0))[0] is LogStatus.PENDING
    )
