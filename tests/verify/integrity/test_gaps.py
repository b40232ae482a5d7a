"""Times that no digest file covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.verify.integrity.world import (
    HOUR,
    MINUTE,
    START,
    World,
    gaps,
)
from verify.integrity import GapKind, LoggingState, LogStatus, Outcome
from verify.window import Window


@pytest.mark.parametrize(
    ("taken", "gap"),
    [
        ([2], (GapKind.DELETED, 2, 3, 1, 2)),
        ([2, 3], (GapKind.DELETED, 2, 4, 2, 4)),
        ([0], (GapKind.DELETED, 0, 1, 1, 2)),
        ([5], (GapKind.OVERDUE, 5, 6, 1, 2)),
        ([3, 4, 5], (GapKind.OVERDUE, 3, 6, 3, 6)),
        ([0, 1, 2, 3, 4, 5], (GapKind.NO_DIGESTS, 0, 6, 6, 12)),
    ],
    ids=["middle", "two adjacent", "oldest", "newest", "newest three", "all"],
)
def test_deleted_digest_files_leave_a_gap(
    world: World, taken: list[int], gap: tuple[GapKind, int, int, int, int]
) -> None:
    """Wherever digest files are deleted, the gap tells how many are gone and how many log files it leaves bare."""
    for index in taken:
        world.delete(world.digests[index])
    result = world.check()
    assert gaps(result) == [gap]
    assert result.outcome is Outcome.BROKEN
    assert result.result.log_counts[LogStatus.UNCOVERED] == gap[-1]


def test_newest_digest_files_that_are_invalid_are_not_overdue_as_well(world: World) -> None:
    """What is there counts as what is there; only what is not there is overdue."""
    world.delete(world.digests[5])
    world.replace_body(world.digests[4], b"")
    assert gaps(world.check()) == [(GapKind.INVALID, 4, 5, 1, 2), (GapKind.OVERDUE, 5, 6, 1, 2)]


def test_a_digest_file_before_the_window_proves_nothing_in_it(world: World) -> None:
    """A window that no digest file can cover yet is not sound for its neighbour's sake."""
    window = Window(START + 6 * HOUR + MINUTE, START + 6 * HOUR + 20 * MINUTE)
    result = world.check(window=window, now=START + 6 * HOUR + 30 * MINUTE)
    assert [(gap.kind, gap.digests) for gap in result.result.gaps] == [(GapKind.NO_DIGESTS, 0)]
    assert result.outcome is Outcome.UNKNOWN


def test_the_newest_digest_file_has_time_to_arrive(world: World) -> None:
    """A digest file may come as late as its grace allows; then it is overdue."""
    window = Window(START, START + 7 * HOUR)
    assert world.check(window=window, now=START + 8 * HOUR - MINUTE).result.gaps == ()
    assert gaps(world.check(window=window, now=START + 8 * HOUR)) == [(GapKind.OVERDUE, 6, 7, 1, 0)]
    patient = world.check(window=window, now=START + 8 * HOUR, grace=2 * HOUR)
    assert patient.result.gaps == ()


def test_the_cadence_is_a_setting() -> None:
    """Digest files every two seconds, as in a sandbox, are judged by that."""
    second = timedelta(seconds=1)
    world = World()
    key = world.digest(START + 2 * second, start=START)
    world.bucket.objects[key] = replace(world.bucket.objects[key], last_modified=START + 3 * second)
    window = Window(START, START + 6 * second)
    every_two = {"window": window, "expected_cadence": 2 * second, "grace": second}
    assert world.check(now=START + 4 * second, **every_two).result.gaps == ()
    [gap] = world.check(now=START + 30 * second, **every_two).result.gaps
    assert (gap.kind, gap.digests) == (GapKind.OVERDUE, 2)


@pytest.mark.parametrize("before", [timedelta(minutes=1), timedelta(minutes=5), HOUR])
def test_a_window_that_ends_before_the_first_digest_file_accuses_nobody(
    world: World, before: timedelta
) -> None:
    """A trail of this morning was not tampered with last week: there was nothing to cover."""
    result = world.check(
        window=Window(START - 48 * HOUR, START - before), logging=LoggingState(on=True, started_at=START)
    )
    assert result.outcome is not Outcome.BROKEN, result.problems


def test_a_window_that_ends_in_a_gap_names_why_it_is_there(world: World) -> None:
    """The digest file behind the gap says it, also when it lies behind the window."""
    world.delete(world.digests[2])
    result = world.check(window=Window(START, START + 2 * HOUR + 55 * MINUTE))
    assert [gap.kind for gap in result.result.gaps] == [GapKind.DELETED]
    assert [(gap.start, gap.end) for gap in result.result.gaps] == [
        (START + 2 * HOUR, START + 2 * HOUR + 55 * MINUTE)
    ]
