"""Everything that lies in a trail's bucket: log files under their keys, and a signed chain of digest files."""

from __future__ import annotations

import gzip
import random
import string
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from bench.corpus.log_files import Body, bodies
from bench.corpus.spec import ACCOUNT, REGION, TRAIL
from cloudtrail.digest import (
    SIGNATURE_ALGORITHM,
    DigestFile,
    LogReference,
    PreviousDigest,
    build_digest,
    fingerprint,
    public_key_der,
    sha256_hex,
    sign,
)
from cloudtrail.object_keys import DigestKey, LogKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bench.corpus.spec import Spec

_HOUR: Final = timedelta(hours=1)
_UNTIL_WRITTEN: Final = timedelta(minutes=20)
_ALPHABET: Final = string.ascii_letters + string.digits


class Signer:
    """The key that signs digest files, made anew: the bench's stand-in for AWS's own."""

    def __init__(self) -> None:
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public = public_key_der(self.private)
        self.fingerprint = fingerprint(self.public)


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of the bucket.

    Attributes:
        key: Its key.
        body: Its bytes; files with the same content share them.
        modified: When it was written.
        inflated: How many bytes of JSON a log file holds; 0 for a digest file.
        metadata: Its user metadata.
    """

    key: str
    body: bytes
    modified: datetime
    inflated: int = 0
    metadata: dict[str, str] = field(default_factory=dict[str, str])


def log_keys(spec: Spec) -> Iterator[tuple[datetime, str]]:
    """The time of delivery and the key of every log file, oldest first."""
    rng = random.Random(f"{spec.seed} keys")  # noqa: S311 -- made-up data, the same every time
    step = timedelta(days=spec.days) / spec.files
    for index in range(spec.files):
        delivered = spec.start + index * step
        unique = "".join(rng.choices(_ALPHABET, k=16))
        stamp = delivered.replace(second=0, microsecond=0)
        yield delivered, LogKey(account=ACCOUNT, region=REGION, delivered=stamp, unique=unique).key


def objects(spec: Spec, signer: Signer) -> Iterator[Stored]:
    """Every object of the bucket: the log files first, then a digest file for each hour."""
    contents = list(bodies(spec))
    by_hour: dict[int, list[LogReference]] = defaultdict(list)
    for index, (delivered, key) in enumerate(log_keys(spec)):
        body = contents[index % len(contents)]
        by_hour[(delivered - spec.start) // _HOUR].append(_reference(spec, key, body))
        yield Stored(key, body.stored, delivered.replace(microsecond=0), body.inflated)
    yield from _digests(spec, signer, by_hour)


def _reference(spec: Spec, key: str, body: Body) -> LogReference:
    return LogReference(
        bucket=spec.bucket, key=key, sha256=body.sha256, newest_event=body.newest, oldest_event=body.oldest
    )


def _digests(spec: Spec, signer: Signer, by_hour: dict[int, list[LogReference]]) -> Iterator[Stored]:
    previous: PreviousDigest | None = None
    for hour in range(spec.days * 24):
        digest = _digest(spec, signer, spec.start + hour * _HOUR, by_hour[hour], previous)
        content = build_digest(digest)
        signature = sign(signer.private, digest, content)
        metadata = {"signature": signature, "signature-algorithm": SIGNATURE_ALGORITHM}
        yield Stored(digest.key, gzip.compress(content, mtime=0), digest.end + _UNTIL_WRITTEN, 0, metadata)
        previous = PreviousDigest(
            bucket=spec.bucket, key=digest.key, sha256=sha256_hex(content), signature=signature
        )


def _digest(
    spec: Spec,
    signer: Signer,
    start: datetime,
    logs: Sequence[LogReference],
    previous: PreviousDigest | None,
) -> DigestFile:
    end = start + _HOUR
    place = DigestKey(account=ACCOUNT, region=REGION, trail=TRAIL, home_region=REGION, end=end)
    return DigestFile(
        account=ACCOUNT,
        start=start,
        end=end,
        bucket=spec.bucket,
        key=place.key,
        fingerprint=signer.fingerprint,
        previous=previous,
        logs=tuple(logs),
        newest_event=max((log.newest_event for log in logs if log.newest_event), default=None),
        oldest_event=min((log.oldest_event for log in logs if log.oldest_event), default=None),
    )
