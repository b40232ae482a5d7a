"""Digest files, each spoilt by itself."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from cloudtrail.digest import fingerprint
from tests.verify.integrity.world import (
    BUCKET,
    DER,
    HOUR,
    START,
    STRANGERS_KEY,
    World,
    digests_but_valid,
    gaps,
    logs_but_valid,
)
from verify.integrity import DigestStatus, GapKind, LogStatus, Outcome, PublicKey
from verify.window import Window


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
    key = world.digests[5]
    world.bucket.objects[key] = replace(world.bucket.objects[key], metadata=metadata)
    result = world.check()
    assert digests_but_valid(result) == {key: status}
    assert logs_but_valid(result) == dict.fromkeys(world.logs[10:12], LogStatus.UNCOVERED)


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
    assert result.result.gaps[0].kind is GapKind.INVALID


def test_bytes_behind_a_digest_file_show_and_hide_nothing(world: World) -> None:
    """The digest file itself is still authentic, so its log files stay proven; that it was touched is a finding."""
    world.replace_body(world.digests[2], world.body(world.digests[2]) + b"\0")
    result = world.check()
    assert digests_but_valid(result) == {world.digests[2]: DigestStatus.TRAILING_BYTES}
    assert result.result.log_counts == {LogStatus.VALID: 12}
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


def test_an_object_that_is_no_digest_file_by_name_is_foreign(world: World) -> None:
    """It lies where only CloudTrail writes; a folder's empty marker is no object."""
    folder, _, name = world.digests[0].rpartition("/")
    others = name.replace("eu-west-1", "eu-west-2")
    root = folder.removesuffix("2026/08/03")
    for key in (f"{folder}/notes.txt", f"{folder}/{others}", f"{root}readme", f"{root}.hidden"):
        world.bucket.objects[key] = world.bucket.objects[world.digests[0]]
    world.bucket.objects[f"{folder}/"] = replace(world.bucket.objects[world.digests[0]], body=b"")
    result = world.check()
    assert digests_but_valid(result) == dict.fromkeys(
        (f"{folder}/notes.txt", f"{folder}/{others}", f"{root}readme", f"{root}.hidden"), DigestStatus.FOREIGN
    )
    assert result.result.log_counts == {LogStatus.VALID: 12}


def test_a_foreign_object_of_another_day_is_left_to_its_day(world: World) -> None:
    """The neighbouring days are listed for their digest files, and judged in a window of their own."""
    stray = world.digests[0].rpartition("/")[0].replace("2026/08/03", "2026/08/04") + "/notes.txt"
    world.bucket.objects[stray] = world.bucket.objects[world.digests[0]]
    assert digests_but_valid(world.check()) == {}
