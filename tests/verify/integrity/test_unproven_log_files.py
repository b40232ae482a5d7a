"""Objects among the log files that no digest file names."""

from __future__ import annotations

from dataclasses import replace

from tests.verify.integrity.world import (
    HOUR,
    MINUTE,
    START,
    World,
    gaps,
    logs_but_valid,
)
from verify.integrity import GapKind, LogStatus, Outcome
from verify.window import Window


def test_an_injected_log_file_is_unreferenced(world: World) -> None:
    """A file that no digest file names was not delivered by this trail, if digest files cover its delivery."""
    injected = world.log(START + 2 * HOUR + 30 * MINUTE, listed=False)
    result = world.check()
    assert logs_but_valid(result) == {injected: LogStatus.UNREFERENCED}
    assert result.outcome is Outcome.BROKEN


def test_an_object_injected_later_under_an_old_stamp_is_unreferenced_too(world: World) -> None:
    """S3's own time of writing does not help an attacker: where it does not fit the stamp, the stamp counts."""
    injected = world.log(START + 2 * HOUR + 30 * MINUTE, listed=False)
    world.bucket.objects[injected] = replace(world.bucket.objects[injected], last_modified=START + 9 * HOUR)
    assert logs_but_valid(world.check()) == {injected: LogStatus.UNREFERENCED}


def test_an_object_that_is_not_named_as_cloudtrail_names_is_foreign(world: World) -> None:
    """A query over the folder would read it as events all the same. A folder's empty marker is no object."""
    folder = world.logs[0].rpartition("/")[0]
    world.bucket.objects[f"{folder}/events.json"] = replace(world.bucket.objects[world.logs[0]])
    world.bucket.objects[f"{folder}/"] = replace(world.bucket.objects[world.logs[0]], body=b"")
    assert logs_but_valid(world.check()) == {f"{folder}/events.json": LogStatus.FOREIGN}


def test_log_files_stamped_for_the_next_day_are_not_foreign() -> None:
    """Around midnight CloudTrail's stamp may lie in the day after the folder's."""
    midnight = START + 18 * HOUR
    world = World()
    key = world.log(midnight - 3 * MINUTE)
    world.digest(midnight + HOUR)
    filed = key.replace("/2026/08/04/", "/2026/08/03/")
    world.bucket.objects[filed] = world.bucket.objects.pop(key)
    result = world.check(window=Window(midnight - HOUR, midnight + HOUR), now=midnight + 2 * HOUR)
    assert logs_but_valid(result) == {key: LogStatus.MISSING, filed: LogStatus.UNCOVERED}


def test_log_files_of_an_hour_without_its_digest_file_are_uncovered(world: World) -> None:
    """They may be right; nothing proves it, and they are not called injected."""
    world.delete(world.digests[3])
    assert logs_but_valid(world.check()) == dict.fromkeys(world.logs[6:8], LogStatus.UNCOVERED)


def test_recent_log_files_are_pending(world: World) -> None:
    """What was delivered after the newest digest file is due later, and spoils nothing."""
    recent = world.log(START + 6 * HOUR + 10 * MINUTE)
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 6 * HOUR + 30 * MINUTE)
    assert logs_but_valid(result) == {recent: LogStatus.PENDING}
    assert result.outcome is Outcome.SOUND


def test_log_files_do_not_stay_pending_for_ever(world: World) -> None:
    """Once a digest file is overdue they are uncovered, and the missing digest files are a finding."""
    recent = world.log(START + 6 * HOUR + 10 * MINUTE)
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 9 * HOUR)
    assert logs_but_valid(result) == {recent: LogStatus.UNCOVERED}
    assert gaps(result) == [(GapKind.OVERDUE, 6, 7, 1, 1)]
    assert result.outcome is Outcome.BROKEN
