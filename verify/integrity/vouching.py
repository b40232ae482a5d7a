"""Digest files that lost their signature, proven by the digest file after them.

A digest file is signed in the metadata of its object, which a careless copy of the bucket drops. The one after it
recorded that signature and the hash. So an authentic digest file vouches for the one before it, and that one, proven,
for the one before.

Source: CloudTrail user guide, "CloudTrail digest file structure": `previousDigestSignature`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloudtrail.digest import SignedDigest
    from verify.integrity.digests import DigestRead


def vouched(
    reads: Iterable[DigestRead],
    *,
    in_chain: Callable[[DigestRead], bool],
    again: Callable[[DigestRead, str], DigestRead],
) -> Iterator[DigestRead]:
    """Hold back digest files without a signature until the next signed one, and prove those it vouches for.

    Args:
        reads: Digest files, oldest first.
        in_chain: Whether one belongs to the chain in which the next vouches for the last.
        again: Reads one again, with the signature that was recorded of it.
    """
    held: list[DigestRead] = []
    for read in reads:
        if not in_chain(read):
            yield read
        elif read.signed is not None:
            yield from _proven(held, read.signed, again)
            held = []
            yield read
        elif held or read.unsigned is not None:
            held.append(read)
        else:
            yield read
    yield from held


def _proven(
    held: list[DigestRead], signed: SignedDigest, again: Callable[[DigestRead, str], DigestRead]
) -> Iterator[DigestRead]:
    recorded: dict[str, str] = {}
    later: SignedDigest | None = signed
    for read in reversed(held):
        named = later.digest.previous if later else None
        claimed = read.unsigned
        if named is None or claimed is None or named.key != read.checked.key:
            break
        if named.sha256.lower() != claimed.sha256.lower():
            break
        recorded[read.checked.key] = named.signature
        later = claimed
    for read in held:
        signature = recorded.get(read.checked.key, "")
        yield again(read, signature) if signature else read
