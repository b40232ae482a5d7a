"""A trail's bucket in memory, filled as CloudTrail would, with keys of our own; and ways to spoil it."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from cloudtrail.digest import (
    DigestFile,
    LogReference,
    PreviousDigest,
    build_digest,
    fingerprint,
    public_key_der,
    sha256_hex,
    sign,
)
from cloudtrail.manifest import TrailPromise
from cloudtrail.object_keys import DigestKey, LogKey
from tests.verify.integrity.bucket import Bucket, Stored
from verify.integrity import (
    CheckedDigest,
    CheckedLog,
    DigestStatus,
    GapKind,
    IntegrityResult,
    LoggingState,
    LogStatus,
    Outcome,
    Problem,
    PublicKey,
    check_integrity,
)
from verify.log_files import INFLATED_LIMIT, LogFiles, SqliteCheckpoint
from verify.window import Window

ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = "example-audit"
START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

SOURCES = ("appmesh.amazonaws.com",)
LONG_ON = LoggingState(on=True, started_at=START - 1000 * HOUR, validates=True)
"""A trail that has logged for weeks."""

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DER = public_key_der(KEY)
TRAIL = TrailPromise(
    arn=f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/meshtrail",
    name="meshtrail",
    home_region="us-east-1",
    scope="multi-region",
    bucket=BUCKET,
    bucket_region="us-east-1",
    prefix="audit",
)


def keys(region: str) -> list[PublicKey]:
    """CloudTrail's public keys: the one that signs here, in the trail's Region only."""
    return [PublicKey(fingerprint(DER), DER)] if region == REGION else []


@dataclass(frozen=True)
class Looked:
    """What a check found, and everything it judged.

    Attributes:
        result: What it found.
        digests: Every digest file, in the order in which they were judged.
        logs: Every log file.
    """

    result: IntegrityResult
    digests: list[CheckedDigest]
    logs: list[CheckedLog]

    @property
    def outcome(self) -> Outcome:
        """The worst of everything."""
        return self.result.outcome

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is not sound."""
        return self.result.problems


def digests_but_valid(looked: Looked) -> dict[str, DigestStatus]:
    """The digest files that are not valid, and why."""
    return {item.key: item.status for item in looked.digests if item.status is not DigestStatus.VALID}


def logs_but_valid(looked: Looked) -> dict[str, LogStatus]:
    """The log files that are not valid, and why."""
    return {item.key: item.status for item in looked.logs if item.status is not LogStatus.VALID}


def gaps(looked: Looked) -> list[tuple[GapKind, float, float, int, int]]:
    """The gaps: kind, hours from the start, expected digest files, log files."""
    return [
        (gap.kind, (gap.start - START) / HOUR, (gap.end - START) / HOUR, gap.digests, gap.logs)
        for gap in looked.result.gaps
    ]


class World:
    """One trail's bucket, its clock, and the check of it.

    Attributes:
        bucket: The bucket.
        logs: The keys of the log files, in the order of their delivery.
        digests: The keys of the digest files, in the order of their delivery.
    """

    def __init__(self, trail: TrailPromise = TRAIL, *, organization: str | None = None) -> None:
        self.trail = trail
        self.organization = organization
        self.bucket = Bucket()
        self.logs: list[str] = []
        self.digests: list[str] = []
        self._unlisted: list[LogReference] = []
        self._previous: PreviousDigest | None = None

    def log(self, at: datetime, *, body: bytes | None = None, listed: bool = True) -> str:
        """Deliver a log file at a time; a trail lists it in its next digest file. Gives its key."""
        content = json.dumps({"Records": [{"eventID": f"{at.isoformat()} {len(self.logs)}"}]}).encode()
        stamp = at + (-(at - START) % (5 * MINUTE))
        key = LogKey(
            account=ACCOUNT,
            region=REGION,
            delivered=stamp,
            unique=f"{len(self.bucket.objects):016d}",
            organization=self.organization,
            prefix=self.trail.prefix,
        ).key
        self.bucket.objects[key] = Stored(body or gzip.compress(content, mtime=0), at)
        if listed:
            self.logs.append(key)
            self._unlisted.append(LogReference(bucket=BUCKET, key=key, sha256=sha256_hex(content)))
        return key

    def digest(self, end: datetime, **changes: Any) -> str:
        """Deliver the digest file of the hour until a time, with `changes` to what CloudTrail would write."""
        key = self.digest_key(end, backfill=bool(changes.pop("backfill", False)))
        signer: rsa.RSAPrivateKey = changes.pop("signer", KEY)
        digest = DigestFile(
            account=ACCOUNT,
            start=end - HOUR,
            end=end,
            bucket=BUCKET,
            key=key,
            fingerprint=fingerprint(public_key_der(signer)),
            previous=self._previous,
            logs=tuple(self._unlisted),
        )
        digest = replace(digest, **changes)
        content = build_digest(digest)
        signature = sign(signer, digest, content)
        self.bucket.objects[key] = Stored(
            gzip.compress(content, mtime=0),
            end + 26 * MINUTE,
            {"signature": signature, "signature-algorithm": "SHA256withRSA"},
        )
        self._previous = PreviousDigest(
            bucket=digest.bucket, key=key, sha256=sha256_hex(content), signature=signature
        )
        self._unlisted = []
        self.digests.append(key)
        return key

    def digest_key(self, end: datetime, *, backfill: bool = False) -> str:
        """The key of the digest file of the hour until a time."""
        return DigestKey(
            account=ACCOUNT,
            region=REGION,
            trail=self.trail.name,
            home_region=self.trail.home_region,
            end=end,
            organization=self.organization,
            prefix=self.trail.prefix,
            backfill=backfill,
        ).key

    def hours(self, count: int, *, start: datetime = START, logs: int = 2) -> World:
        """Deliver so many hours: in each some log files and a digest file."""
        for hour in range(count):
            for index in range(logs):
                self.log(start + hour * HOUR + (index * 20 + 7) * MINUTE)
            self.digest(start + (hour + 1) * HOUR)
        return self

    def restart(self) -> None:
        """Let the next digest file be a start digest, as after StopLogging and StartLogging."""
        self._previous = None

    def delete(self, key: str) -> None:
        """Take an object out of the bucket."""
        del self.bucket.objects[key]

    def replace_body(self, key: str, body: bytes) -> None:
        """Write other bytes under a key, keeping the metadata."""
        self.bucket.objects[key] = replace(self.bucket.objects[key], body=body)

    def body(self, key: str) -> bytes:
        """The bytes under a key."""
        return self.bucket.objects[key].body

    def check(self, **changes: Any) -> Looked:
        """Check six hours from `START` on, at a time when everything is due; `changes` override the arguments."""
        judged: list[CheckedDigest | CheckedLog] = []
        arguments: dict[str, Any] = {
            "trail": self.trail,
            "account": ACCOUNT,
            "region": REGION,
            "window": Window(START, START + 6 * HOUR),
            "public_keys": keys,
            "now": START + 9 * HOUR,
            "organization": self.organization,
            "logging": LONG_ON,
            "workers": 4,
            "each": judged.append,
        }
        arguments |= changes
        limit = arguments.get("inflated_limit", INFLATED_LIMIT)
        checkpoint = SqliteCheckpoint()
        log_files = LogFiles(
            self.bucket, bucket=self.trail.bucket, sources=SOURCES, checkpoint=checkpoint, limit=limit
        )
        result = check_integrity(self.bucket, log_files, **arguments)
        checkpoint.close()
        return Looked(
            result,
            [item for item in judged if isinstance(item, CheckedDigest)],
            [item for item in judged if isinstance(item, CheckedLog)],
        )
