"""Log files: what CloudTrail writes for one account and Region at one delivery."""

from __future__ import annotations

import gzip
import json
import string
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.digest import LogReference, sha256_hex
from cloudtrail.object_keys import LogKey
from sandbox.delivery.scope import organization_id_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from moto.cloudtrail.models import Trail

LARGEST: Final = 50 * 1024 * 1024
"""Bytes of JSON in one log file, before compression
(docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html)."""

_ALPHABET: Final = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class LogContent:
    """A log file, ready to be delivered.

    Attributes:
        key: Its S3 key.
        body: Its bytes, gzip.
        reference: What the next digest says about it.
        records: What it holds.
    """

    key: str
    body: bytes
    reference: LogReference
    records: list[dict[str, Any]]


def log_files(
    trail: Trail,
    *,
    account: str,
    region: str,
    records: Sequence[dict[str, Any]],
    moment: datetime,
    rng: random.Random,
) -> Iterator[LogContent]:
    """The log files that hold these records: one, or more when one would grow too large.

    Args:
        trail: The trail they are for.
        account: The account whose events these are.
        region: The Region of the events.
        records: The records, in any order.
        moment: The time of delivery, aware.
        rng: Where the unique part of the key comes from.
    """
    texts = [json.dumps(record, separators=(",", ":")).encode() for record in records]
    start = size = 0
    for index, text in enumerate(texts):
        if size and size + len(text) > LARGEST:
            key = _key(trail, account=account, region=region, moment=moment, rng=rng)
            yield _log_file(trail.bucket_name, key, records[start:index], texts[start:index])
            start, size = index, 0
        size += len(text) + 1
    if texts:
        key = _key(trail, account=account, region=region, moment=moment, rng=rng)
        yield _log_file(trail.bucket_name, key, records[start:], texts[start:])


def _key(trail: Trail, *, account: str, region: str, moment: datetime, rng: random.Random) -> str:
    return LogKey(
        account=account,
        region=region,
        delivered=moment,
        unique="".join(rng.choices(_ALPHABET, k=16)),
        organization=organization_id_of(trail),
        prefix=trail.s3_key_prefix or None,
    ).key


def _log_file(bucket: str, key: str, records: Sequence[dict[str, Any]], texts: list[bytes]) -> LogContent:
    content = b'{"Records":[' + b",".join(texts) + b"]}"
    times = sorted(time for record in records if (time := _time(record)) is not None)
    reference = LogReference(
        bucket=bucket,
        key=key,
        sha256=sha256_hex(content),
        newest_event=times[-1] if times else None,
        oldest_event=times[0] if times else None,
    )
    return LogContent(key, gzip.compress(content, mtime=0), reference, list(records))


def _time(record: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(record["eventTime"])).astimezone(UTC)
    except (KeyError, ValueError):
        return None
