"""One trail's bucket, sound or spoilt in every way, and what the check says of it."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.digest import LogReference, fingerprint, sha256_hex
from tests.verify.integrity.world import (
    BUCKET,
    DER,
    HOUR,
    MINUTE,
    START,
    STRANGERS_KEY,
    TRAIL,
    World,
)
from verify.integrity import DigestStatus, GapKind, IntegrityResult, LogStatus, Outcome, PublicKey
from verify.objects import InflateError, inflate
from verify.window import Window


@pytest.fixture
def world() -> World:
    """Six sound hours with two log files each."""
    return World().hours(6)


def digests_but_valid(result: IntegrityResult) -> dict[str, DigestStatus]:
    """The digest files that are not valid, and why."""
    return {item.key: item.status for item in result.digests if item.status is not DigestStatus.VALID}


def logs_but_valid(result: IntegrityResult) -> dict[str, LogStatus]:
    """The log files that are not valid, and why."""
    return {item.key: item.status for item in result.logs if item.status is not LogStatus.VALID}


def gaps(result: IntegrityResult) -> list[tuple[GapKind, float, float, int, int]]:
    """The gaps: kind, hours from the start, expected digest files, log files."""
    return [
        (gap.kind, (gap.start - START) / HOUR, (gap.end - START) / HOUR, gap.digests, gap.logs)
        for gap in result.gaps
    ]


def test_what_cloudtrail_delivered_is_sound(world: World) -> None:
    """Untouched, every digest file and log file is valid, and there is no gap and no problem."""
    result = world.check()
    assert result.outcome is Outcome.SOUND
    assert result.digest_counts == {DigestStatus.VALID: 6}
    assert result.log_counts == {LogStatus.VALID: 12}
    assert (result.gaps, result.problems) == ((), ())


def test_every_log_file_and_digest_file_has_exactly_one_status(world: World) -> None:
    """Each key appears once, whatever is the matter with it."""
    world.delete(world.logs[3])
    world.delete(world.digests[2])
    world.log(START + 5 * HOUR + 3 * MINUTE, listed=False)
    result = world.check()
    logs = [log.key for log in result.logs]
    assert len(logs) == len(set(logs)) == 13
    assert [digest.key for digest in result.digests] == world.digests
    assert sum(result.log_counts.values()) == 13


# --- log files -------------------------------------------------------------------------------------------------


def test_a_deleted_log_file_is_missing(world: World) -> None:
    """Its digest file still names it; the hash it had is told."""
    world.delete(world.logs[4])
    result = world.check()
    [log] = [log for log in result.logs if log.status is not LogStatus.VALID]
    assert (log.key, log.status, log.digest) == (world.logs[4], LogStatus.MISSING, world.digests[2])
    assert len(log.expected) == 64
    assert result.outcome is Outcome.BROKEN


def test_a_log_file_that_vanishes_while_it_is_checked_is_missing(world: World) -> None:
    """Between listing and fetching makes no difference."""
    world.bucket.vanishing = {world.logs[0], world.digests[1]}
    result = world.check()
    assert logs_but_valid(result)[world.logs[0]] is LogStatus.MISSING
    assert digests_but_valid(result) == {world.digests[1]: DigestStatus.MISSING}


def test_a_changed_log_file_does_not_match_its_hash(world: World) -> None:
    """Both hashes are told, and the problem names bucket and key."""
    world.replace_body(world.logs[0], gzip.compress(b'{"Records":[]}'))
    result = world.check()
    [log] = [log for log in result.logs if log.status is not LogStatus.VALID]
    assert log.status is LogStatus.HASH_MISMATCH
    assert len(log.expected) == len(log.found) == 64
    assert log.expected != log.found
    [problem] = result.problems
    assert problem.where == f"s3://{BUCKET}/{world.logs[0]}"
    assert f"expected {log.expected}, found {log.found}" in str(problem)


def test_a_compressed_copy_of_the_same_records_is_the_same_file(world: World) -> None:
    """The hash is of the inflated bytes, as CloudTrail defines it: compressing again changes nothing."""
    content = inflate(world.body(world.logs[0]), 10_000)
    world.replace_body(world.logs[0], gzip.compress(content, compresslevel=1, mtime=1))
    assert world.check().outcome is Outcome.SOUND


@pytest.mark.parametrize("appended", [gzip.compress(b"{}"), b"\0", b"junk"], ids=["member", "zero", "junk"])
def test_anything_appended_to_a_log_file_shows(world: World, appended: bytes) -> None:
    """A second gzip member or a single byte behind the end: readers would disagree about what the file holds."""
    world.replace_body(world.logs[0], world.body(world.logs[0]) + appended)
    assert logs_but_valid(world.check()) == {world.logs[0]: LogStatus.TRAILING_BYTES}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b'{"Records":[]}', "not gzip"),
        (gzip.compress(b'{"Records":[]}', mtime=0)[:-9], "breaks off"),
        (gzip.compress(b'{"Records":[]}', mtime=0)[:-1], "breaks off"),
        (gzip.compress(b'{"Records":[]}', mtime=0)[:-8] + bytes(8), "damaged"),
        (gzip.compress(bytes(3_000_000), mtime=0), "inflates to more than 1000000 bytes"),
    ],
    ids=["empty", "not compressed", "cut short", "one byte short", "wrong checksum", "bomb"],
)
def test_a_log_file_that_cannot_be_unpacked_says_why(world: World, body: bytes, reason: str) -> None:
    """Cut short, damaged or a bomb: the file is unreadable, the reason is told, and the others are still checked."""
    world.replace_body(world.logs[0], body)
    result = world.check(inflated_limit=1_000_000)
    assert logs_but_valid(result) == {world.logs[0]: LogStatus.UNREADABLE}
    assert reason in result.problems[0].detail
    assert result.log_counts[LogStatus.VALID] == 11


def test_a_log_file_that_may_not_be_read_is_not_called_broken(world: World) -> None:
    """Without the permission nothing is proven either way, and the IAM action is named."""
    world.bucket.denied = {world.logs[0]}
    result = world.check()
    assert logs_but_valid(result) == {world.logs[0]: LogStatus.INACCESSIBLE}
    assert result.outcome is Outcome.UNKNOWN
    assert "s3:GetObject" in result.problems[0].detail


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


def test_a_log_file_in_another_bucket_is_not_looked_for_here() -> None:
    """The trail changed its bucket: what lies in the other one is unknown, not missing."""
    world = World()
    elsewhere = LogReference(bucket="example-former", key="AWSLogs/x.json.gz", sha256="0" * 64)
    world.digest(START + HOUR, logs=(elsewhere,))
    result = world.check(window=Window(START, START + HOUR))
    assert logs_but_valid(result) == {"AWSLogs/x.json.gz": LogStatus.ELSEWHERE}
    assert result.outcome is Outcome.UNKNOWN


def test_a_hash_that_cloudtrail_does_not_use_proves_nothing() -> None:
    """Only SHA-256 counts."""
    world = World()
    key = world.log(START + MINUTE)
    world.digest(START + HOUR, logs=(LogReference(bucket=BUCKET, key=key, sha256="0", hash_algorithm="MD5"),))
    result = world.check(window=Window(START, START + HOUR))
    assert logs_but_valid(result) == {key: LogStatus.UNKNOWN_ALGORITHM}


def test_a_log_file_with_two_hashes_was_written_twice() -> None:
    """Two authentic digest files that disagree cannot both be right."""
    world = World()
    key = world.log(START + MINUTE)
    world.digest(START + HOUR)
    world.digest(START + 2 * HOUR, logs=(LogReference(bucket=BUCKET, key=key, sha256="0" * 64),))
    result = world.check(window=Window(START, START + 2 * HOUR))
    assert logs_but_valid(result) == {key: LogStatus.HASH_MISMATCH}


# --- digest files ----------------------------------------------------------------------------------------------


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
    assert result.log_counts[LogStatus.UNCOVERED] == gap[-1]


def test_the_digest_file_named_by_the_next_is_missing_by_name(world: World) -> None:
    """Of two adjacent ones only the later is named by anything left; the gap counts the other."""
    world.delete(world.digests[2])
    world.delete(world.digests[3])
    assert digests_but_valid(world.check()) == {world.digests[3]: DigestStatus.MISSING}


def test_an_empty_bucket_is_never_sound() -> None:
    """No digest file where six were due is a finding; where none is due yet, nothing is proven."""
    assert World().check().outcome is Outcome.BROKEN
    early = World().check(window=Window(START, START + HOUR), now=START + HOUR)
    assert gaps(early) == [(GapKind.NO_DIGESTS, 0, 1, 0, 0)]
    assert early.outcome is Outcome.UNKNOWN


def test_hours_without_activity_have_digest_files_too() -> None:
    """An empty digest file covers its hour as any other."""
    result = World().hours(6, logs=0).check()
    assert (result.outcome, result.logs) == (Outcome.SOUND, ())


def test_what_lies_before_the_window_may_be_gone(world: World) -> None:
    """A lifecycle rule ends somewhere: only digest files of the window are asked for."""
    for key in world.digests[:3]:
        world.delete(key)
    result = world.check(window=Window(START + 3 * HOUR, START + 6 * HOUR))
    assert result.outcome is Outcome.SOUND
    assert result.digest_counts == {DigestStatus.VALID: 3}


def test_a_window_inside_an_hour_still_needs_that_hours_digest_file(world: World) -> None:
    """The digest file whose period reaches into the window belongs to it."""
    window = Window(START + 2 * HOUR + 30 * MINUTE, START + 3 * HOUR + 30 * MINUTE)
    assert world.check(window=window).outcome is Outcome.SOUND
    world.delete(world.digests[2])
    assert digests_but_valid(world.check(window=window)) == {world.digests[2]: DigestStatus.MISSING}


def test_a_moved_digest_file_is_told_from_a_valid_one(world: World) -> None:
    """A copy under another key fills no hole: it says itself where it belongs."""
    world.bucket.objects[world.digests[2]] = world.bucket.objects[world.digests[1]]
    result = world.check()
    [digest] = [digest for digest in result.digests if digest.status is not DigestStatus.VALID]
    assert (digest.key, digest.status) == (world.digests[2], DigestStatus.MOVED)
    assert digest.expected == f"{BUCKET}/{world.digests[1]}"
    assert digest.found == f"{BUCKET}/{world.digests[2]}"
    assert gaps(result) == [(GapKind.INVALID, 2, 3, 1, 2)]


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ({}, DigestStatus.UNSIGNED),
        ({"signature": ""}, DigestStatus.UNSIGNED),
        ({"signature": "00" * 256}, DigestStatus.INVALID_SIGNATURE),
        ({"signature": "not hex"}, DigestStatus.INVALID_SIGNATURE),
        ({"signature": "00", "signature-algorithm": "none"}, DigestStatus.UNKNOWN_ALGORITHM),
    ],
)
def test_a_signature_that_is_not_cloudtrails(
    world: World, metadata: dict[str, str], status: DigestStatus
) -> None:
    """Missing, wrong, nonsense or of another kind: the digest file and all it names are not believed."""
    key = world.digests[2]
    world.bucket.objects[key] = replace(world.bucket.objects[key], metadata=metadata)
    result = world.check()
    assert digests_but_valid(result) == {key: status}
    assert logs_but_valid(result) == dict.fromkeys(world.logs[4:6], LogStatus.UNCOVERED)


def test_a_forged_digest_file_is_signed_with_an_unknown_key(world: World) -> None:
    """Signed correctly with a stranger's key, it names a fingerprint that CloudTrail does not have."""
    world.digest(START + 7 * HOUR, signer=STRANGERS_KEY)
    result = world.check(window=Window(START, START + 7 * HOUR))
    assert digests_but_valid(result) == {world.digests[6]: DigestStatus.UNKNOWN_KEY}
    assert result.outcome is Outcome.BROKEN


def test_a_forged_digest_file_under_a_known_fingerprint_fails_its_signature() -> None:
    """Claiming CloudTrail's fingerprint does not help: the signature is checked with CloudTrail's key."""
    world = World()
    world.digest(START + HOUR, signer=STRANGERS_KEY, fingerprint=fingerprint(DER))
    result = world.check(window=Window(START, START + HOUR))
    assert digests_but_valid(result) == {world.digests[0]: DigestStatus.INVALID_SIGNATURE}


@pytest.mark.parametrize("keys", [[], [PublicKey("00", b"not a key")]], ids=["none", "a broken one"])
def test_without_public_keys_nothing_is_valid(world: World, keys: list[PublicKey]) -> None:
    """No key, or one that cannot be read, verifies nothing."""

    def public_keys(_region: str) -> list[PublicKey]:
        return keys

    result = world.check(public_keys=public_keys)
    assert set(digests_but_valid(result).values()) == {DigestStatus.UNKNOWN_KEY}
    assert gaps(result) == [(GapKind.INVALID, 0, 6, 6, 12)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(b"{}", mtime=0), DigestStatus.MALFORMED),
        (gzip.compress(b"not json", mtime=0), DigestStatus.MALFORMED),
        (b"not gzip", DigestStatus.UNREADABLE),
        (gzip.compress(bytes(3_000_000), mtime=0), DigestStatus.UNREADABLE),
    ],
    ids=["no digest", "no JSON", "no gzip", "bomb"],
)
def test_an_object_that_is_no_digest_file(world: World, body: bytes, status: DigestStatus) -> None:
    """What cannot be read as one is a finding of its own, and the hour is uncovered."""
    world.replace_body(world.digests[2], body)
    result = world.check(inflated_limit=1_000_000)
    assert digests_but_valid(result) == {world.digests[2]: status}
    assert result.gaps[0].kind is GapKind.INVALID


def test_bytes_behind_a_digest_file_show_and_hide_nothing(world: World) -> None:
    """The digest file itself is still authentic, so its log files stay proven; that it was touched is a finding."""
    world.replace_body(world.digests[2], world.body(world.digests[2]) + b"\0")
    result = world.check()
    assert digests_but_valid(result) == {world.digests[2]: DigestStatus.TRAILING_BYTES}
    assert result.log_counts == {LogStatus.VALID: 12}
    assert result.outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    ("denied", "gap"),
    [([2], (2, 3, 1, 2)), ([2, 3], (2, 4, 2, 4)), ([5], (5, 6, 1, 2)), ([0, 1, 2, 3, 4, 5], (0, 6, 6, 12))],
    ids=["middle", "two adjacent", "newest", "all"],
)
def test_a_digest_file_that_may_not_be_read_is_not_called_broken(
    world: World, denied: list[int], gap: tuple[int, int, int, int]
) -> None:
    """It is out of reach, not gone: its hours are a gap of their own kind, and nothing is proven either way."""
    world.bucket.denied = {world.digests[index] for index in denied}
    result = world.check()
    assert digests_but_valid(result) == dict.fromkeys(world.bucket.denied, DigestStatus.INACCESSIBLE)
    assert gaps(result) == [(GapKind.INACCESSIBLE, *gap)]
    assert result.outcome is Outcome.UNKNOWN


def test_newest_digest_files_that_are_invalid_are_not_overdue_as_well(world: World) -> None:
    """What is there counts as what is there; only what is not there is overdue."""
    world.delete(world.digests[5])
    world.replace_body(world.digests[4], b"")
    assert gaps(world.check()) == [(GapKind.INVALID, 4, 5, 1, 2), (GapKind.OVERDUE, 5, 6, 1, 2)]


def test_a_digest_file_before_the_window_proves_nothing_in_it(world: World) -> None:
    """A window that no digest file can cover yet is not sound for its neighbour's sake."""
    window = Window(START + 6 * HOUR + MINUTE, START + 6 * HOUR + 20 * MINUTE)
    result = world.check(window=window, now=START + 6 * HOUR + 30 * MINUTE)
    assert [(gap.kind, gap.digests) for gap in result.gaps] == [(GapKind.NO_DIGESTS, 0)]
    assert result.outcome is Outcome.UNKNOWN


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
    assert [gap.kind for gap in result.gaps] == [GapKind.INVALID]


# --- stops and starts ------------------------------------------------------------------------------------------


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
    result = World().hours(4, start=START + 2 * HOUR).check()
    assert gaps(result) == [(GapKind.NOT_STARTED, 0, 2, 0, 0)]
    assert result.outcome is Outcome.SOUND


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


def test_after_logging_was_stopped_no_digest_file_is_due() -> None:
    """With the time of StopLogging known, the missing rest is no finding."""
    world = World().hours(3)
    assert gaps(world.check()) == [(GapKind.OVERDUE, 3, 6, 3, 0)]
    assert world.check(stopped_at=START + 3 * HOUR).outcome is Outcome.SOUND


def test_the_newest_digest_file_has_time_to_arrive(world: World) -> None:
    """A digest file may come as late as its grace allows; then it is overdue."""
    window = Window(START, START + 7 * HOUR)
    assert world.check(window=window, now=START + 8 * HOUR - MINUTE).gaps == ()
    assert gaps(world.check(window=window, now=START + 8 * HOUR)) == [(GapKind.OVERDUE, 6, 7, 1, 0)]
    patient = world.check(window=window, now=START + 8 * HOUR, grace=2 * HOUR)
    assert patient.gaps == ()


def test_the_cadence_is_a_setting() -> None:
    """Digest files every two seconds, as in a sandbox, are judged by that."""
    second = timedelta(seconds=1)
    world = World()
    world.digest(START + 2 * second, start=START)
    window = Window(START, START + 6 * second)
    every_two = {"window": window, "expected_cadence": 2 * second, "grace": second}
    assert world.check(now=START + 4 * second, **every_two).gaps == ()
    [gap] = world.check(now=START + 30 * second, **every_two).gaps
    assert (gap.kind, gap.digests) == (GapKind.OVERDUE, 2)


# --- other digest files in the same place ----------------------------------------------------------------------


def test_a_backfill_digest_file_covers_what_it_names(world: World) -> None:
    """Written later for an hour that had none, it makes that hour's log files valid."""
    world.delete(world.digests[2])
    assert world.check().log_counts[LogStatus.UNCOVERED] == 2
    world.restart()
    world.digest(
        START + 3 * HOUR,
        backfill=True,
        logs=tuple(
            LogReference(bucket=BUCKET, key=key, sha256=sha256_hex(inflate(world.body(key), 1_000_000)))
            for key in world.logs[4:6]
        ),
    )
    result = world.check()
    assert result.log_counts == {LogStatus.VALID: 12}
    assert [digest.key for digest in result.digests if digest.backfill] == [world.digests[-1]]
    assert result.gaps == ()


def test_log_files_of_another_trail_into_the_same_place_are_left_to_it(world: World) -> None:
    """Two trails may share a bucket and prefix: what the other one's digest files name is not an intruder."""
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    other.hours(6)
    result = world.check()
    assert result.outcome is Outcome.SOUND
    assert result.log_counts == {LogStatus.VALID: 12}
    assert result.other_trails == 6


def test_another_trails_forged_digest_file_excuses_nothing(world: World) -> None:
    """Only authentic digest files are believed, whoever's they are."""
    injected = world.log(START + 30 * MINUTE, listed=False)
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    reference = LogReference(bucket=BUCKET, key=injected, sha256="0" * 64)
    other.digest(START + HOUR, signer=STRANGERS_KEY, logs=(reference,))
    assert logs_but_valid(world.check()) == {injected: LogStatus.UNREFERENCED}


def test_an_organization_trail_is_looked_for_under_its_organization() -> None:
    """Keys carry the organization's id, and the member account's."""
    trail = TRAIL.model_copy(update={"scope": "organization"})
    world = World(trail, organization="o-exampleorgid").hours(6)
    assert "o-exampleorgid" in world.digests[0]
    assert world.check().outcome is Outcome.SOUND
    assert world.check(organization="o-anotherorgid").outcome is Outcome.BROKEN


# --- how it works ----------------------------------------------------------------------------------------------


def test_objects_are_fetched_side_by_side_within_the_bound() -> None:
    """Never more at once than there are workers."""
    world = World().hours(6, logs=3)
    world.check(workers=3)
    assert 1 <= world.bucket.most_at_once <= 3


def test_progress_counts_every_object_that_is_fetched(world: World) -> None:
    """Six digest files and twelve log files are eighteen steps."""
    steps: list[int] = []
    world.check(progress=steps.append)
    assert sum(steps) == 18


def test_who_was_checked_is_in_the_result(world: World) -> None:
    """Trail, bucket, account, Region and window can be cited without the call."""
    result = world.check()
    assert (result.trail, result.bucket, result.account) == ("meshtrail", BUCKET, "123456789012")
    assert result.window == Window(START, START + 6 * HOUR)


# --- properties ------------------------------------------------------------------------------------------------

SMALL = World().hours(3)
WINDOW: dict[str, Any] = {"window": Window(START, START + 3 * HOUR)}


@given(st.data())
def test_no_flipped_byte_goes_unseen(data: st.DataObject) -> None:
    """Flip any byte of any object: unless the file still unpacks to the very same bytes, it is never sound.

    The exception is what gzip itself leaves free, such as the time in its header: no hash of CloudTrail's covers it.
    """
    key = data.draw(st.sampled_from([*SMALL.logs, *SMALL.digests]))
    original = SMALL.body(key)
    index = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[index] ^= data.draw(st.integers(1, 255))
    try:
        same = inflate(bytes(flipped), 1_000_000) == zlib.decompress(original, 31)
    except InflateError:
        same = False
    SMALL.replace_body(key, bytes(flipped))
    try:
        outcome = SMALL.check(**WINDOW).outcome
    finally:
        SMALL.replace_body(key, original)
    assert outcome is (Outcome.SOUND if same else Outcome.BROKEN)


@given(st.sampled_from(SMALL.digests), st.integers(0, 511), st.sampled_from("0123456789abcdefg"))
def test_no_changed_digit_of_a_signature_goes_unseen(key: str, index: int, digit: str) -> None:
    """Change any digit of any digest file's signature: it is broken."""
    stored = SMALL.bucket.objects[key]
    signature = stored.metadata["signature"]
    changed = signature[:index] + digit + signature[index + 1 :]
    SMALL.bucket.objects[key] = replace(stored, metadata=stored.metadata | {"signature": changed})
    try:
        outcome = SMALL.check(**WINDOW).outcome
    finally:
        SMALL.bucket.objects[key] = stored
    assert outcome is (Outcome.SOUND if changed == signature else Outcome.BROKEN)


@given(st.sets(st.sampled_from([*SMALL.logs, *SMALL.digests]), min_size=1))
def test_no_deletion_goes_unseen(taken: set[str]) -> None:
    """Delete any objects at all, in any combination: it is broken."""
    kept = dict(SMALL.bucket.objects)
    for key in taken:
        SMALL.delete(key)
    try:
        result = SMALL.check(**WINDOW)
    finally:
        SMALL.bucket.objects = kept
    assert result.outcome is Outcome.BROKEN
    logs = [log.key for log in result.logs]
    assert len(logs) == len(set(logs))


def test_no_digest_file_is_missed_from_before_logging_began() -> None:
    """A trail that was started a moment ago owes no digest files for the hours before; an old one does."""
    world = World()
    fresh = world.check(started_at=START + 9 * HOUR - MINUTE)
    assert [gap.digests for gap in fresh.gaps] == [0]
    assert fresh.outcome is Outcome.UNKNOWN
    old = world.check(started_at=START)
    assert [gap.digests for gap in old.gaps] == [6]
    assert old.outcome is Outcome.BROKEN


@pytest.mark.parametrize("before", [timedelta(minutes=1), timedelta(minutes=5), HOUR])
def test_a_window_that_ends_before_the_first_digest_file_accuses_nobody(
    world: World, before: timedelta
) -> None:
    """A trail of this morning was not tampered with last week: there was nothing to cover."""
    result = world.check(window=Window(START - 48 * HOUR, START - before), started_at=START)
    assert result.outcome is not Outcome.BROKEN, result.problems


def test_a_window_that_ends_in_a_gap_names_why_it_is_there(world: World) -> None:
    """The digest file behind the gap says it, also when it lies behind the window."""
    world.delete(world.digests[2])
    result = world.check(window=Window(START, START + 2 * HOUR + 55 * MINUTE))
    assert [gap.kind for gap in result.gaps] == [GapKind.DELETED]
    assert [(gap.start, gap.end) for gap in result.gaps] == [
        (START + 2 * HOUR, START + 2 * HOUR + 55 * MINUTE)
    ]
