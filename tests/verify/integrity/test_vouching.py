"""Digest files whose signature was lost, and what the ones after them know of it."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from tests.verify.integrity.world import World, digests_but_valid, gaps
from verify.integrity import DigestStatus, GapKind, LogStatus, Outcome
from verify.objects import inflate


@pytest.mark.parametrize("lost", [[2], [2, 3], [0, 1, 2, 3, 4]], ids=["one", "two", "all but the newest"])
def test_a_lost_signature_is_known_from_the_digest_file_after_it(world: World, lost: list[int]) -> None:
    """A copy of the bucket drops metadata: the log files stay proven, and that the object was touched is told."""
    keys = [world.digests[index] for index in lost]
    for key in keys:
        world.bucket.objects[key] = replace(world.bucket.objects[key], metadata={})
    result = world.check()
    assert digests_but_valid(result) == dict.fromkeys(keys, DigestStatus.SIGNATURE_LOST)
    assert [digest.key for digest in result.digests] == world.digests
    assert (result.result.log_counts, result.result.gaps) == ({LogStatus.VALID: 12}, ())
    assert "the digest file after it recorded" in result.problems[0].detail
    assert result.outcome is Outcome.BROKEN


def test_nothing_vouches_for_the_newest_digest_file(world: World) -> None:
    """Without a digest file after it, one without a signature stays unsigned, and what it names uncovered."""
    for key in world.digests[4:]:
        world.bucket.objects[key] = replace(world.bucket.objects[key], metadata={})
    result = world.check()
    assert digests_but_valid(result) == dict.fromkeys(world.digests[4:], DigestStatus.UNSIGNED)
    assert gaps(result) == [(GapKind.INVALID, 4, 6, 2, 4)]


def test_a_changed_digest_file_is_not_vouched_for(world: World) -> None:
    """Without a signature and with other bytes it is neither signed nor recorded."""
    key = world.digests[2]
    content = inflate(world.body(key), 1_000_000)
    world.bucket.objects[key] = replace(
        world.bucket.objects[key], body=gzip.compress(content + b" "), metadata={}
    )
    assert digests_but_valid(world.check()) == {key: DigestStatus.UNSIGNED}
