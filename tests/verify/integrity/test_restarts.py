"""Logging and validation that were off for a while, told apart from tampering."""

from __future__ import annotations

import pytest

from tests.verify.integrity.world import (
    HOUR,
    START,
    World,
    digests_but_valid,
    gaps,
    logs_but_valid,
)
from verify.integrity import GapKind, LoggingState, LogStatus, Outcome


def test_a_restart_is_told_from_a_deleted_digest_file() -> None:
    """A start digest after others says that logging was off: no digest file is missing, and nothing is proven."""
    world = World().hours(2)
    world.restart()
    world.hours(2, start=START + 4 * HOUR)
    result = world.check()
    assert gaps(result) == [(GapKind.RESTARTED, 2, 4, 0, 0)]
    assert digests_but_valid(result) == {}
    assert result.outcome is Outcome.UNKNOWN


def test_log_files_delivered_while_logging_was_off_are_counted() -> None:
    """Log files in the pause mean that validation was off, or that digest files were deleted at the seam."""
    world = World().hours(2)
    during = world.log(START + 3 * HOUR, listed=False)
    world.restart()
    world.hours(2, start=START + 4 * HOUR)
    result = world.check()
    assert gaps(result) == [(GapKind.RESTARTED, 2, 4, 0, 1)]
    assert logs_but_valid(result) == {during: LogStatus.UNCOVERED}


def test_a_trail_that_starts_in_the_window_is_sound() -> None:
    """Before its first digest file ever there was nothing to prove."""
    for logging in (LoggingState(on=True, started_at=START + 2 * HOUR), None):
        result = World().hours(4, start=START + 2 * HOUR).check(logging=logging)
        assert gaps(result) == [(GapKind.NOT_STARTED, 0, 2, 0, 0)]
        assert result.outcome is Outcome.SOUND


@pytest.mark.parametrize(
    "logging",
    [
        LoggingState(on=True, started_at=START + 2 * HOUR, stopped_at=START + 1.5 * HOUR),
        LoggingState(on=True, started_at=START - 900 * HOUR),
    ],
    ids=["stopped and started", "validation off and on"],
)
def test_a_trail_that_logged_before_its_first_digest_file_is_not_sound(logging: LoggingState) -> None:
    """Whoever deletes everything and starts the trail again leaves a chain without a flaw; AWS knows better."""
    result = World().hours(4, start=START + 2 * HOUR).check(logging=logging)
    assert gaps(result) == [(GapKind.RESTARTED, 0, 2, 0, 0)]
    assert "every digest file of that time was deleted" in result.result.gaps[0].detail
    assert result.outcome is Outcome.UNKNOWN


def test_log_files_before_the_first_digest_file_are_not_proven() -> None:
    """Something was delivered before the chain began: validation came later, or its digest files were deleted."""
    world = World()
    world.log(START + HOUR, listed=False)
    result = world.hours(4, start=START + 2 * HOUR).check()
    assert gaps(result) == [(GapKind.NOT_STARTED, 0, 2, 0, 1)]
    assert result.outcome is Outcome.UNKNOWN


def test_a_window_that_begins_in_a_pause_knows_of_the_chain_before() -> None:
    """Digest files before the window make the start digest in it a restart, however long ago they were."""
    world = World().hours(2, start=START - 100 * HOUR)
    world.restart()
    world.hours(4, start=START + 2 * HOUR)
    assert gaps(world.check()) == [(GapKind.RESTARTED, 0, 2, 0, 0)]


@pytest.mark.parametrize(
    ("logging", "injected", "told"),
    [
        (
            LoggingState(on=True, started_at=START + 4 * HOUR, stopped_at=START + 2 * HOUR),
            False,
            "GetTrailStatus",
        ),
        (
            LoggingState(on=True, started_at=START - 900 * HOUR),
            False,
            "while logging is off or the trail is deleted",
        ),
        (None, False, "while logging is off or the trail is deleted"),
        (LoggingState(on=True, started_at=START - 900 * HOUR), True, "log file validation was off"),
    ],
    ids=["stopped and started", "a trail created again", "not told", "validation switched off and on"],
)
def test_what_lies_in_a_pause_tells_what_was_off(
    logging: LoggingState | None, *, injected: bool, told: str
) -> None:
    """A start digest under the trail's own name and key is no tampering; what it was, the rest tells."""
    world = World().hours(2)
    if injected:
        world.log(START + 3 * HOUR, listed=False)
    world.restart()
    world.hours(2, start=START + 4 * HOUR)
    result = world.check(logging=logging)
    assert gaps(result) == [(GapKind.RESTARTED, 2, 4, 0, int(injected))]
    assert told in result.result.gaps[0].detail
    assert result.outcome is Outcome.UNKNOWN


def test_a_restart_without_a_pause_leaves_nothing_unproven() -> None:
    """A trail deleted and created again within an hour: its last digest file and its first one meet."""
    world = World().hours(2)
    world.restart()
    world.hours(4, start=START + 2 * HOUR)
    assert world.check().outcome is Outcome.SOUND


def test_a_digest_file_deleted_beside_a_restart_is_still_a_gap() -> None:
    """The chain behind the seam names what is missing, as everywhere."""
    world = World().hours(2)
    world.restart()
    world.hours(2, start=START + 4 * HOUR)
    world.delete(world.digests[0])
    result = world.check()
    assert [gap.kind for gap in result.result.gaps] == [GapKind.DELETED, GapKind.RESTARTED]
    assert result.outcome is Outcome.BROKEN
