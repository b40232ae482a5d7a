"""The chain: each digest file names the one before it by place, hash and signature, and starts where it ended.

Pure and linear. The digest files can be fetched and their signatures checked in any order and side by side, because
each signature covers the previous signature as text; only this pass needs them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cloudtrail.digest.file import HASH_ALGORITHM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudtrail.digest.file import DigestFile, PreviousDigest


@dataclass(frozen=True, slots=True)
class SignedDigest:
    """A digest file with what its successor says about it.

    Attributes:
        digest: The digest file.
        sha256: SHA-256 of its inflated bytes, in hex.
        signature: Its signature, in hex.
    """

    digest: DigestFile
    sha256: str
    signature: str


class LinkKind(StrEnum):
    """How a digest file is tied to the one before it."""

    JOINED = "joined"
    """It names the one before it rightly, and starts where that one ends."""
    START = "start"
    """It is a start digest, and nothing given lies before it."""
    RESTART = "restart"
    """It is a start digest although others lie before it: logging or validation was off in between."""
    ABSENT = "absent"
    """It names one that is not among those given."""
    WRONG_HASH = "wrong-hash"
    """The one it names now holds other bytes."""
    WRONG_SIGNATURE = "wrong-signature"
    """The one it names now carries another signature."""
    WRONG_ALGORITHM = "wrong-algorithm"
    """It names a hash that CloudTrail does not use."""
    WRONG_PERIOD = "wrong-period"
    """It does not start where the one it names ends."""


@dataclass(frozen=True, slots=True)
class Link:
    """One digest file's tie to the one before it.

    Attributes:
        digest: The later digest file.
        kind: How they are tied.
        expected: What the later one says, where they differ; of an absent one, `bucket/key`.
        found: What the earlier one really is, where they differ.
    """

    digest: SignedDigest
    kind: LinkKind
    expected: str = ""
    found: str = ""


def check_chain(digests: Iterable[SignedDigest]) -> list[Link]:
    """Tie digest files of one account, Region and trail together, oldest first; one link each.

    Standard and backfill digest files form chains of their own: do not mix them.
    """
    ordered = sorted(digests, key=lambda signed: (signed.digest.end, signed.digest.key))
    by_place = {(signed.digest.bucket, signed.digest.key): signed for signed in ordered}
    return list(_links(ordered, by_place))


def _links(ordered: list[SignedDigest], by_place: dict[tuple[str, str], SignedDigest]) -> Iterator[Link]:
    for index, signed in enumerate(ordered):
        named = signed.digest.previous
        if named is None:
            yield Link(signed, LinkKind.RESTART if index else LinkKind.START)
            continue
        earlier = by_place.get((named.bucket, named.key))
        if earlier is None:
            yield Link(signed, LinkKind.ABSENT, expected=f"{named.bucket}/{named.key}")
        else:
            yield _compare(signed, named, earlier)


def _compare(signed: SignedDigest, named: PreviousDigest, earlier: SignedDigest) -> Link:
    if named.hash_algorithm != HASH_ALGORITHM:
        return Link(signed, LinkKind.WRONG_ALGORITHM, expected=HASH_ALGORITHM, found=named.hash_algorithm)
    # Hex is a number: its letter case carries nothing.
    if named.sha256.lower() != earlier.sha256.lower():
        return Link(signed, LinkKind.WRONG_HASH, expected=named.sha256, found=earlier.sha256)
    if named.signature.lower() != earlier.signature.lower():
        return Link(signed, LinkKind.WRONG_SIGNATURE, expected=named.signature, found=earlier.signature)
    if signed.digest.start != earlier.digest.end:
        return Link(
            signed,
            LinkKind.WRONG_PERIOD,
            expected=signed.digest.start.isoformat(),
            found=earlier.digest.end.isoformat(),
        )
    return Link(signed, LinkKind.JOINED)
