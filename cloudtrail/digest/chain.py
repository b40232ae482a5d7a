"""The chain: each digest file names the one before it by place, hash and signature, and starts where it ended.

Pure. The digest files can be fetched and their signatures checked in any order and side by side, because each
signature covers the previous signature as text. Only this needs two of them together, and never more than two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cloudtrail.digest.file import HASH_ALGORITHM

if TYPE_CHECKING:
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
    """It is a start digest: CloudTrail writes one when logging or log file validation is switched on."""
    ABSENT = "absent"
    """It names one that is not given."""
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
        kind: How they are tied.
        expected: What the later one says, where they differ; of an absent one, `bucket/key`.
        found: What the earlier one really is, where they differ.
    """

    kind: LinkKind
    expected: str = ""
    found: str = ""


def check_link(later: DigestFile, earlier: SignedDigest | None) -> Link:
    """Tie a digest file to the one it names.

    Args:
        later: The digest file that names another one, or none.
        earlier: What lies at the place that `later` names; None when nothing does.
    """
    named = later.previous
    if named is None:
        return Link(LinkKind.START)
    if earlier is None:
        return Link(LinkKind.ABSENT, expected=f"{named.bucket}/{named.key}")
    return _compare(later, named, earlier)


def _compare(later: DigestFile, named: PreviousDigest, earlier: SignedDigest) -> Link:
    if named.hash_algorithm != HASH_ALGORITHM:
        return Link(LinkKind.WRONG_ALGORITHM, expected=HASH_ALGORITHM, found=named.hash_algorithm)
    # Hex is a number: its letter case carries nothing.
    if named.sha256.lower() != earlier.sha256.lower():
        return Link(LinkKind.WRONG_HASH, expected=named.sha256, found=earlier.sha256)
    if named.signature.lower() != earlier.signature.lower():
        return Link(LinkKind.WRONG_SIGNATURE, expected=named.signature, found=earlier.signature)
    if later.start != earlier.digest.end:
        return Link(
            LinkKind.WRONG_PERIOD,
            expected=later.start.isoformat(),
            found=earlier.digest.end.isoformat(),
        )
    return Link(LinkKind.JOINED)
