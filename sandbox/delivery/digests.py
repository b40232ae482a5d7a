"""Digest files: each vouches for the log files since the one before it, and for that one."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudtrail.digest import (
    SIGNATURE_ALGORITHM,
    DigestFile,
    LogReference,
    PreviousDigest,
    build_digest,
    sha256_hex,
    sign,
)
from cloudtrail.object_keys import DigestKey
from sandbox.delivery.bucket import put
from sandbox.delivery.scope import organization_id_of

if TYPE_CHECKING:
    from datetime import datetime

    from moto.cloudtrail.models import Trail

    from sandbox.delivery.signing_keys import SigningKey


@dataclass(slots=True)
class Chain:
    """The digests of one trail for one account and source Region.

    Attributes:
        start: Where the next digest's period starts: the end of the last one, or when logging started.
        previous: The last digest, or None before the first: that one is a start digest.
        logs: The log files delivered since.
        ends_here: Logging has stopped: the next digest is the last of the chain.
    """

    start: datetime
    previous: PreviousDigest | None = None
    logs: list[LogReference] = field(default_factory=list[LogReference])
    ends_here: bool = False


def deliver_digest(
    trail: Trail, chain: Chain, *, account: str, region: str, end: datetime, key: SigningKey
) -> None:
    """Write the digest of `chain.start` to `end` into the trail's bucket, and move the chain on.

    Args:
        trail: The trail.
        chain: Its chain for this account and Region.
        account: The account whose log files are covered.
        region: The source Region, whose key signs.
        end: The end of the period, a whole second, later than `chain.start`.
        key: The Region's key.

    Raises:
        DeliveryRefused: when the bucket cannot be written to; the chain stays as it is.
    """
    logs = tuple(chain.logs)
    newest = [log.newest_event for log in logs if log.newest_event is not None]
    oldest = [log.oldest_event for log in logs if log.oldest_event is not None]
    place = DigestKey(
        account=account,
        region=region,
        trail=trail.trail_name,
        home_region=trail.region_name,
        end=end,
        organization=organization_id_of(trail),
        prefix=trail.s3_key_prefix or None,
    ).key
    digest = DigestFile(
        account=account,
        start=chain.start,
        end=end,
        bucket=trail.bucket_name,
        key=place,
        fingerprint=key.fingerprint,
        previous=chain.previous,
        logs=logs,
        newest_event=max(newest, default=None),
        oldest_event=min(oldest, default=None),
    )
    content = build_digest(digest)
    signature = sign(key.private, digest, content)
    metadata = {"signature": signature, "signature-algorithm": SIGNATURE_ALGORITHM}
    put(trail, place, gzip.compress(content, mtime=0), metadata=metadata)
    chain.previous = PreviousDigest(
        bucket=trail.bucket_name, key=place, sha256=sha256_hex(content), signature=signature
    )
    chain.start = end
    del chain.logs[: len(logs)]
