"""What holds whatever is done to a small world."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from tests.verify.integrity.bucket import Stored
from tests.verify.integrity.world import HOUR, MINUTE, REGION, START, World
from verify.integrity import DigestStatus, Outcome
from verify.objects import InflateError, inflate
from verify.window import Window

if TYPE_CHECKING:
    from datetime import datetime

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


def _spoil(world: World, fault: str, index: int) -> None:
    """Do one thing to one object, if it is still there."""
    log, digest = world.logs[index], world.digests[index // 2]
    objects = world.bucket.objects
    match fault:
        case "delete log":
            objects.pop(log, None)
        case "delete digest":
            objects.pop(digest, None)
        case "deny log":
            world.bucket.denied.add(log)
        case "deny digest":
            world.bucket.denied.add(digest)
        case "alter log" if log in objects:
            world.replace_body(log, gzip.compress(b"{}"))
        case "alter digest" if digest in objects:
            world.replace_body(digest, gzip.compress(b"{}"))
        case "unsign digest" if digest in objects:
            objects[digest] = replace(objects[digest], metadata={})
        case _:
            _inject(world, fault, log, START + index * 29 * MINUTE)


def _inject(world: World, fault: str, log: str, at: datetime) -> None:
    """Put something there, beside a log file."""
    folder, _, name = log.rpartition("/")
    match fault:
        case "inject log":
            world.log(at, listed=False)
        case "inject foreign":
            world.bucket.objects[f"{folder}/{at:%H%M}.json"] = Stored(b"", START)
        case "inject misplaced":
            stray = name.replace(REGION, "us-west-2")
            world.bucket.objects[f"{folder}/{stray}"] = Stored(b"", START)
        case _:
            pass


FAULTS = (
    *("delete log", "delete digest", "deny log", "deny digest", "alter log", "alter digest", "unsign digest"),
    *("inject log", "inject foreign", "inject misplaced"),
)
BELIEVED = {
    DigestStatus.VALID,
    DigestStatus.BROKEN_LINK,
    DigestStatus.TRAILING_BYTES,
    DigestStatus.SIGNATURE_LOST,
}


@given(st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 5)), max_size=8))
def test_everything_listed_or_named_has_exactly_one_status(faults: list[tuple[str, int]]) -> None:
    """For any set of faults, each key is judged once, and the counts add up to all keys there are."""
    world = World().hours(3)
    for fault, index in faults:
        _spoil(world, fault, index)
    looked = world.check(**WINDOW)

    believed = {digest.key for digest in looked.digests if digest.status in BELIEVED}
    named = {log for index, log in enumerate(world.logs) if world.digests[index // 2] in believed}
    listed = {key for key in world.bucket.objects if "/CloudTrail/" in key}
    assert sorted(log.key for log in looked.logs) == sorted(named | listed)
    assert sum(looked.result.log_counts.values()) == len(named | listed)
    digests = [digest.key for digest in looked.digests]
    assert len(digests) == len(set(digests)) == sum(looked.result.digest_counts.values())
    assert {key for key in world.bucket.objects if "/CloudTrail-Digest/" in key} <= set(digests)
    assert looked.outcome is not Outcome.SOUND or not faults or _harmless(world)


def _harmless(world: World) -> bool:
    """Whether a world holds what CloudTrail delivered and nothing else, whatever was meant to be done to it."""
    return not world.bucket.denied and world.bucket.objects == World().hours(3).bucket.objects
