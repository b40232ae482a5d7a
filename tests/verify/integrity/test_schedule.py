from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from verify.integrity.schedule import Schedule

START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def schedule(now: float, *, stopped: float | None = None) -> Schedule:
    """Hourly digest files with an hour's grace; times in hours after the start."""
    return Schedule(
        every=HOUR,
        grace=HOUR,
        now=START + now * HOUR,
        stopped_at=None if stopped is None else START + stopped * HOUR,
    )


@pytest.mark.parametrize(
    ("now", "until", "overdue"),
    [(1.9, 10, 0), (2, 10, 1), (2.9, 10, 1), (5, 10, 4), (50, 3, 3), (50, 2.5, 3), (0, 10, 0), (50, 0, 0)],
)
def test_how_many_digest_files_are_overdue(now: float, until: float, overdue: int) -> None:
    """One an hour since the last, each an hour late at most, and no more than the window asks for."""
    assert schedule(now).overdue(since=START, until=START + until * HOUR) == overdue


def test_nothing_is_due_for_the_time_after_logging_stopped() -> None:
    """The period in which it stopped still has its digest file."""
    assert schedule(50, stopped=2.5).overdue(since=START, until=START + 10 * HOUR) == 3
    assert schedule(50, stopped=0).overdue(since=START, until=START + 10 * HOUR) == 0


def test_what_is_younger_than_a_period_and_its_grace_is_pending() -> None:
    """Two hours with hourly digest files."""
    assert schedule(5).pending_after == START + 3 * HOUR


@pytest.mark.parametrize(("hours", "count"), [(0.1, 1), (1, 1), (2, 2), (2.9, 3)])
def test_how_many_digest_files_a_hole_held(hours: float, count: int) -> None:
    """One for each period, and one at least."""
    assert schedule(9).count(START, START + hours * HOUR) == count
