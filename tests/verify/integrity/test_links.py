"""Digest files that do not fit together."""

from __future__ import annotations

from dataclasses import replace

from tests.verify.integrity.world import HOUR, MINUTE, START, TRAIL, World, digests_but_valid, gaps
from verify.integrity import DigestStatus, GapKind, Outcome
from verify.integrity.chain import REMEMBERED
from verify.window import Window


def test_an_exchanged_digest_file_breaks_the_next_ones_link() -> None:
    """A digest file that is validly signed, but is not the one that its successor recorded, shows there."""
    world = World().hours(2)
    kept = world.bucket.objects[world.digests[1]]
    other = World()
    other.hours(1)
    other.digest(START + 2 * HOUR, logs=())  # signed by CloudTrail itself for the same place and time
    assert other.bucket.objects[other.digests[1]].metadata != kept.metadata
    world.digest(START + 3 * HOUR)
    world.bucket.objects[world.digests[1]] = other.bucket.objects[other.digests[1]]
    result = world.check(window=Window(START, START + 3 * HOUR))
    [digest] = [digest for digest in result.digests if digest.status is not DigestStatus.VALID]
    assert (digest.key, digest.status) == (world.digests[2], DigestStatus.BROKEN_LINK)
    assert len(digest.expected) == len(digest.found) == 64


def test_digest_files_that_leave_a_minute_out_do_not_fit_together() -> None:
    """A period that does not start where the one before ends is a broken link and a gap."""
    world = World().hours(1)
    world.digest(START + 2 * HOUR, start=START + HOUR + MINUTE)
    result = world.check(window=Window(START, START + 2 * HOUR))
    assert digests_but_valid(result) == {world.digests[1]: DigestStatus.BROKEN_LINK}
    assert [gap.kind for gap in result.result.gaps] == [GapKind.INVALID]


def test_the_digest_file_named_by_the_next_is_missing_by_name(world: World) -> None:
    """Of two adjacent ones only the later is named by anything left; the gap counts the other."""
    world.delete(world.digests[2])
    world.delete(world.digests[3])
    assert digests_but_valid(world.check()) == {world.digests[3]: DigestStatus.MISSING}


def test_start_and_end_that_do_not_meet_but_overlap_do_not_fit_together() -> None:
    """A period that starts before the one before ends is a broken link, though it leaves nothing uncovered."""
    world = World().hours(1)
    world.digest(START + 2 * HOUR, start=START + HOUR - MINUTE)
    result = world.check(window=Window(START, START + 2 * HOUR))
    assert digests_but_valid(result) == {world.digests[1]: DigestStatus.BROKEN_LINK}


def test_a_digest_file_delivered_again_after_later_ones_breaks_nothing() -> None:
    """CloudTrail chains in the order of delivery: nothing is missing while the periods are all covered."""
    world = World().hours(1)
    for end in (3, 2, 4, 5):
        world.digest(START + end * HOUR)
    result = world.check(window=Window(START, START + 5 * HOUR))
    assert (result.outcome, digests_but_valid(result)) == (Outcome.SOUND, {})


def test_out_of_order_and_one_deleted_is_still_a_gap() -> None:
    """The one that was delivered again is gone: its successor names it, and its hour is covered by nothing."""
    world = World().hours(1)
    for end in (3, 2, 4, 5):
        world.digest(START + end * HOUR)
    world.delete(world.digests[2])
    result = world.check(window=Window(START, START + 5 * HOUR))
    assert digests_but_valid(result)[world.digests[2]] is DigestStatus.MISSING
    assert result.outcome is Outcome.BROKEN


def test_a_digest_file_written_twice_is_one(world: World) -> None:
    """The same bytes and signature, later: S3 shows one object, and it is the right one."""
    key = world.digests[2]
    world.bucket.objects[key] = replace(world.bucket.objects[key], last_modified=START + 8 * HOUR)
    assert world.check().outcome is Outcome.SOUND


def test_a_missing_digest_file_that_two_name_is_missing_once() -> None:
    """Each digest file has one status, however many name it."""
    world = World().hours(2)
    kept = world._previous
    world.digest(START + 3 * HOUR)
    world._previous = kept
    world.digest(START + 4 * HOUR, start=START + 3 * HOUR)
    world.delete(world.digests[1])
    result = world.check(window=Window(START, START + 4 * HOUR))
    keys = [digest.key for digest in result.digests]
    assert len(keys) == len(set(keys)) == 4


def test_a_digest_file_under_a_former_prefix_is_found_there() -> None:
    """The trail's prefix was changed: the chain goes on, and what lies before is another check's to prove."""
    world = World(TRAIL.model_copy(update={"prefix": "former"})).hours(2)
    world.trail = TRAIL
    world.hours(2, start=START + 2 * HOUR)
    result = world.check(window=Window(START, START + 4 * HOUR))
    assert gaps(result) == [(GapKind.OTHER_PREFIX, 0, 2, 2, 0)]
    assert (digests_but_valid(result), result.outcome) == ({}, Outcome.UNKNOWN)


def test_a_digest_file_in_a_former_bucket_is_not_missing() -> None:
    """The trail's bucket was changed: the other one is not read."""
    world = World().hours(2)
    assert world._previous is not None
    world._previous = replace(world._previous, bucket="example-former")
    world.hours(2, start=START + 2 * HOUR)
    for key in world.digests[:2]:
        world.delete(key)
    result = world.check(window=Window(START, START + 4 * HOUR))
    assert [gap.kind for gap in result.result.gaps] == [GapKind.OTHER_BUCKET]
    assert digests_but_valid(result) == {}


def test_a_chain_much_longer_than_what_is_remembered_is_linked() -> None:
    """Only the last digest files are kept in memory, and more are never needed."""
    world = World().hours(2 * REMEMBERED, logs=0)
    window = Window(START, START + 2 * REMEMBERED * HOUR)
    result = world.check(window=window, now=window.end + 3 * HOUR)
    assert result.result.digest_counts == {DigestStatus.VALID: 2 * REMEMBERED}
    assert result.outcome is Outcome.SOUND
