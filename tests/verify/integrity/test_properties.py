"""What holds whatever is done to a small world."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.verify.integrity.world import (
    HOUR,
    START,
    World,
)
from verify.integrity import Outcome
from verify.objects import InflateError, inflate
from verify.window import Window

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
