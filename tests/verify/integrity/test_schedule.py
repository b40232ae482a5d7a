from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from verify.integrity.schedule import LoggingState, Schedule

START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG_ON = LoggingState(on=True, started_at=START - 9 * HOUR)


def schedule(now: float, logging: LoggingState | None = LONG_ON) -> Schedule:
    """Hourly digest files with an hour's grace; times in hours after the start."""
    return Schedule(every=HOUR, grace=HOUR, now=START + now * HOUR, logging=logging)


def stopped(hours: float) -> LoggingState:
    """A trail that was stopped so many hours after the start."""
    return LoggingState(on=False, started_at=START - 9 * HOUR, stopped_at=START + hours * HOUR)


@pytest.mark.parametrize(
    ("now", "until", "overdue"),
    [(1.9, 10, 0), (2, 10, 1), (2.9, 10, 1), (5, 10, 4), (50, 3, 3), (50, 2.5, 3), (0, 10, 0), (50, 0, 0)],
)
def test_how_many_digest_files_are_overdue(now: float, until: float, overdue: int) -> None:
    """One an hour since the last, each an hour late at most, and no more than the window asks for."""
    assert schedule(now).overdue(since=START, until=START + until * HOUR) == overdue


def test_nothing_is_due_for_the_time_after_logging_stopped() -> None:
    """The period in which it stopped still has its digest file."""
    assert schedule(50, stopped(2.5)).overdue(since=START, until=START + 10 * HOUR) == 3
    assert schedule(50, stopped(0)).overdue(since=START, until=START + 10 * HOUR) == 0


def test_what_is_younger_than_a_period_and_its_grace_is_pending() -> None:
    """Two hours with hourly digest files."""
    assert schedule(5).pending_after == START + 3 * HOUR


@pytest.mark.parametrize(("hours", "count"), [(0.1, 1), (1, 1), (2, 2), (2.9, 3)])
def test_how_many_digest_files_a_hole_held(hours: float, count: int) -> None:
    """One for each period, and one at least."""
    assert schedule(9).count(START, START + hours * HOUR) == count


def test_a_trail_that_was_never_started_owes_nothing() -> None:
    """That is another thing than a trail of which AWS does not say when it was started."""
    never = LoggingState(on=False, started_at=None)
    assert schedule(50, never).overdue(since=START, until=START + 3 * HOUR) == 0
    assert schedule(50, None).overdue(since=START, until=START + 3 * HOUR) == 3


def test_an_old_stop_of_a_trail_that_logs_again_ends_nothing() -> None:
    """GetTrailStatus goes on to tell the time of the last stop."""
    again = LoggingState(on=True, started_at=START + 2 * HOUR, stopped_at=START + HOUR)
    assert schedule(50, again).until(START + 5 * HOUR) == START + 5 * HOUR


def test_the_clock_can_be_set_forward_by_what_s3_has_witnessed_only() -> None:
    """A slow clock must not make digest files pending that are overdue; a fast one is not set back."""
    assert schedule(2).seen_at(START + 5 * HOUR).now == START + 5 * HOUR
    assert schedule(9).seen_at(START + 5 * HOUR).now == START + 9 * HOUR
    assert schedule(9).as_of(START + 5 * HOUR).now == START + 5 * HOUR


@pytest.mark.parametrize(
    ("state", "ceased"),
    [
        ({"validates": True}, None),
        ({"validates": None}, None),
        ({"validates": False}, START),
        ({"validates": True, "digest_error": "AccessDenied"}, START),
    ],
    ids=["on", "unknown", "off", "failing"],
)
def test_when_cloudtrail_ceased_to_write_digest_files(state: dict[str, Any], ceased: datetime | None) -> None:
    """Only its own word counts: validation is off, or it cannot deliver."""
    logging = LoggingState(on=True, started_at=START - HOUR, latest_digest=START, **state)
    assert logging.digests_ceased == ceased
