"""Log files that digest files name, spoilt in every way."""

from __future__ import annotations

import gzip

import pytest

from cloudtrail.digest import LogReference, sha256_hex
from tests.verify.integrity.world import (
    BUCKET,
    HOUR,
    MINUTE,
    START,
    TRAIL,
    World,
    digests_but_valid,
    logs_but_valid,
)
from verify.integrity import DigestStatus, LogStatus, Outcome
from verify.objects import inflate
from verify.window import Window


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
    assert result.result.log_counts[LogStatus.VALID] == 11


def test_a_log_file_that_may_not_be_read_is_not_called_broken(world: World) -> None:
    """Without the permission nothing is proven either way, and the IAM action is named."""
    world.bucket.denied = {world.logs[0]}
    result = world.check()
    assert logs_but_valid(result) == {world.logs[0]: LogStatus.INACCESSIBLE}
    assert result.outcome is Outcome.UNKNOWN
    assert "s3:GetObject" in result.problems[0].detail


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


def test_a_log_file_that_was_not_listed_may_still_be_there() -> None:
    """The trail's prefix was changed within an hour: only a GET tells that it is missing, and it is not."""
    world = World(TRAIL.model_copy(update={"prefix": "former"}))
    before = world.log(START + MINUTE)
    world.trail = TRAIL
    after = world.log(START + 30 * MINUTE)
    world.digest(START + HOUR)
    window = Window(START, START + HOUR)
    assert world.check(window=window).result.log_counts == {LogStatus.VALID: 2}
    world.replace_body(before, world.body(after))
    assert logs_but_valid(world.check(window=window)) == {before: LogStatus.HASH_MISMATCH}
    world.replace_body(before, b"")
    assert logs_but_valid(world.check(window=window)) == {before: LogStatus.UNREADABLE}
    world.delete(before)
    assert logs_but_valid(world.check(window=window)) == {before: LogStatus.MISSING}


def test_a_log_file_that_the_digest_files_of_another_region_name_is_misplaced(world: World) -> None:
    """A digest file is written for one account and Region, and names no others' log files."""
    key = world.logs[0].replace("eu-west-1", "eu-west-2")
    world.bucket.objects[key] = world.bucket.objects[world.logs[0]]
    sha256 = sha256_hex(inflate(world.body(key), 1_000_000))
    world.digest(START + 7 * HOUR, logs=(LogReference(bucket=BUCKET, key=key, sha256=sha256),))
    result = world.check(window=Window(START, START + 7 * HOUR))
    assert logs_but_valid(result) == {key: LogStatus.MISPLACED}
