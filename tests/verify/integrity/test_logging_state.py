"""What AWS says of the trail's logging, and what it makes of digest files that are not there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.integrity.world import HOUR, MINUTE, START, TRAIL, World, gaps
from verify.integrity import DigestStatus, GapKind, LoggingState, Outcome
from verify.window import Window

LONG_AGO = START - 1000 * HOUR


def test_after_logging_was_stopped_no_digest_file_is_due() -> None:
    """With the time of StopLogging known, the missing rest is no finding."""
    world = World().hours(3)
    assert gaps(world.check()) == [(GapKind.OVERDUE, 3, 6, 3, 0)]
    stopped = LoggingState(on=False, started_at=START, stopped_at=START + 3 * HOUR)
    assert world.check(logging=stopped).outcome is Outcome.SOUND


def test_no_digest_file_is_missed_from_before_logging_began() -> None:
    """A trail that was started a moment ago owes no digest files for the hours before; an old one does."""
    world = World()
    fresh = world.check(logging=LoggingState(on=True, started_at=START + 9 * HOUR - MINUTE))
    assert gaps(fresh) == [(GapKind.NO_DIGESTS, 0, 6, 0, 0)]
    assert fresh.outcome is Outcome.UNKNOWN
    old = world.check(logging=LoggingState(on=True, started_at=START))
    assert gaps(old) == [(GapKind.NO_DIGESTS, 0, 6, 6, 0)]
    assert old.outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    ("logging", "reason"),
    [
        (None, "cloudtrail:GetTrailStatus"),
        (LoggingState(on=False, started_at=None), "never started"),
        (LoggingState(on=True, started_at=LONG_AGO, validates=False), "validation is off now"),
        (
            LoggingState(on=True, started_at=LONG_AGO, validates=True, digest_error="NoSuchBucket"),
            "NoSuchBucket",
        ),
    ],
    ids=["not told", "never started", "validation off", "cannot deliver"],
)
def test_no_digest_file_at_all_accuses_only_where_aws_says_that_some_are_due(
    logging: LoggingState | None, reason: str
) -> None:
    """What AWS did not say is not the same as what it denied; neither is ever sound."""
    result = World().check(logging=logging)
    assert gaps(result) == [(GapKind.NO_DIGESTS, 0, 6, 0, 0)]
    assert reason in result.result.gaps[0].detail
    assert result.outcome is Outcome.UNKNOWN


def test_missing_newest_digest_files_are_unexplained_where_logging_may_have_been_stopped() -> None:
    """Without GetTrailStatus, a stop of logging looks like deleted digest files."""
    result = World().hours(3).check(logging=None)
    assert gaps(result) == [(GapKind.UNEXPLAINED, 3, 6, 3, 0)]
    assert "cloudtrail:GetTrailStatus" in result.problems[0].detail
    assert result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ({"validates": False}, GapKind.VALIDATION_OFF),
        ({"validates": True, "digest_error": "AccessDenied"}, GapKind.UNDELIVERED),
    ],
    ids=["validation off", "cannot deliver"],
)
def test_cloudtrails_own_word_explains_what_it_never_wrote(state: dict[str, Any], kind: GapKind) -> None:
    """It delivered its last digest file with the newest that is here: none was deleted since."""
    latest = START + 3 * HOUR + 26 * MINUTE
    logging = LoggingState(on=True, started_at=LONG_AGO, latest_digest=latest, **state)
    result = World().hours(3).check(logging=logging)
    assert gaps(result) == [(kind, 3, 6, 3, 0)]
    assert "2026-08-03T09:26:00Z" in result.result.gaps[0].detail
    assert result.outcome is Outcome.UNKNOWN


def test_what_cloudtrail_delivered_before_it_ceased_is_still_missed() -> None:
    """Validation was switched off after six hours, and the digest files of three are here: the others were deleted."""
    latest = START + 6 * HOUR + 26 * MINUTE
    logging = LoggingState(on=True, started_at=LONG_AGO, validates=False, latest_digest=latest)
    result = World().hours(3).check(window=Window(START, START + 8 * HOUR), logging=logging)
    assert gaps(result) == [(GapKind.OVERDUE, 3, 5, 2, 0), (GapKind.VALIDATION_OFF, 5, 8, 3, 0)]
    assert result.outcome is Outcome.BROKEN


def test_a_slow_clock_accuses_nobody_and_excuses_nobody() -> None:
    """Digest files of the future are no fault, and S3's clock counts where it is ahead of ours."""
    world = World().hours(6)
    behind = world.check(now=START + 2 * HOUR)
    assert behind.outcome is Outcome.SOUND
    assert (behind.result.digest_counts, behind.result.gaps) == ({DigestStatus.VALID: 6}, ())
    for key in world.digests[3:]:
        world.delete(key)
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    other.digest(START + 6 * HOUR)
    assert gaps(world.check(now=START + 2 * HOUR))[0][0] is GapKind.OVERDUE
