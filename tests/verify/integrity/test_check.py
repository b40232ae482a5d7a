"""The whole check of one trail: what is sound, and how it is done."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.verify.counted import Counted
from tests.verify.integrity.bucket import Bucket
from tests.verify.integrity.world import (
    BUCKET,
    HOUR,
    MINUTE,
    START,
    World,
    digests_but_valid,
    gaps,
)
from verify.aws import NotThere
from verify.integrity import DigestStatus, GapKind, LogStatus, Outcome
from verify.integrity.logs import UNLISTED
from verify.window import Window

if TYPE_CHECKING:
    from verify.objects import Object


def test_what_cloudtrail_delivered_is_sound(world: World) -> None:
    """Untouched, every digest file and log file is valid, and there is no gap and no problem."""
    result = world.check()
    assert result.outcome is Outcome.SOUND
    assert result.result.digest_counts == {DigestStatus.VALID: 6}
    assert result.result.log_counts == {LogStatus.VALID: 12}
    assert (result.result.gaps, result.problems) == ((), ())


def test_every_log_file_and_digest_file_has_exactly_one_status(world: World) -> None:
    """Each key appears once, whatever is the matter with it."""
    world.delete(world.logs[3])
    world.delete(world.digests[2])
    world.log(START + 5 * HOUR + 3 * MINUTE, listed=False)
    result = world.check()
    logs = [log.key for log in result.logs]
    assert len(logs) == len(set(logs)) == 13
    assert [digest.key for digest in result.digests] == world.digests
    assert sum(result.result.log_counts.values()) == 13


def test_hours_without_activity_have_digest_files_too() -> None:
    """An empty digest file covers its hour as any other."""
    result = World().hours(6, logs=0).check()
    assert (result.outcome, result.logs) == (Outcome.SOUND, [])


def test_an_empty_bucket_is_never_sound() -> None:
    """No digest file where six were due is a finding; where none is due yet, nothing is proven."""
    assert World().check().outcome is Outcome.BROKEN
    early = World().check(window=Window(START, START + HOUR), now=START + HOUR)
    assert gaps(early) == [(GapKind.NO_DIGESTS, 0, 1, 0, 0)]
    assert early.outcome is Outcome.UNKNOWN


def test_what_lies_before_the_window_may_be_gone(world: World) -> None:
    """A lifecycle rule ends somewhere: only digest files of the window are asked for."""
    for key in world.digests[:3]:
        world.delete(key)
    result = world.check(window=Window(START + 3 * HOUR, START + 6 * HOUR))
    assert result.outcome is Outcome.SOUND
    assert result.result.digest_counts == {DigestStatus.VALID: 3}


def test_a_window_inside_an_hour_still_needs_that_hours_digest_file(world: World) -> None:
    """The digest file whose period reaches into the window belongs to it."""
    window = Window(START + 2 * HOUR + 30 * MINUTE, START + 3 * HOUR + 30 * MINUTE)
    assert world.check(window=window).outcome is Outcome.SOUND
    world.delete(world.digests[2])
    assert digests_but_valid(world.check(window=window)) == {world.digests[2]: DigestStatus.MISSING}


def test_objects_are_fetched_side_by_side_within_the_bound() -> None:
    """Never more at once than there are workers."""
    world = World().hours(6, logs=3)
    world.check(workers=3)
    assert 1 <= world.bucket.most_at_once <= 3


def test_objects_of_unknown_size_are_fetched_by_few() -> None:
    """Sixty-four that nothing bounds but what one object may weigh would not fit into memory."""

    class Slow(Bucket):
        """Takes a moment, so that everybody who may come is there."""

        def get(self, key: str) -> Object:
            with suppress(NotThere):
                return super().get(key)
            with self.waiting:
                self.now += 1
                self.most = max(self.most, self.now)
            threading.Event().wait(0.005)
            with self.waiting:
                self.now -= 1
            return super().get(key)

        waiting = threading.Lock()
        now = most = 0

    world = World()
    bucket = world.bucket = Slow()
    world.hours(6, logs=12)
    for key in world.logs:
        world.delete(key)
    assert world.check(workers=64).result.log_counts == {LogStatus.MISSING: 72}
    assert 1 < bucket.most <= UNLISTED


def test_progress_counts_every_object_that_is_fetched(world: World) -> None:
    """Six digest files and twelve log files are eighteen steps."""
    steps: list[int] = []
    world.check(progress=Counted(steps.append))
    assert sum(steps) == 18


def test_who_was_checked_is_in_the_result(world: World) -> None:
    """Trail, bucket, account, Region and window can be cited without the call."""
    result = world.check()
    assert (result.result.trail, result.result.bucket, result.result.account) == (
        "meshtrail",
        BUCKET,
        "123456789012",
    )
    assert result.result.window == Window(START, START + 6 * HOUR)
