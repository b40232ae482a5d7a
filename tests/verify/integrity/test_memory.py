"""How much memory a check takes: what the workers hold, not what lies in the bucket."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import timedelta
from typing import TYPE_CHECKING

from cloudtrail.digest import LogReference, sha256_hex
from cloudtrail.object_keys import LogKey
from tests.verify.integrity.bucket import Bucket
from tests.verify.integrity.world import ACCOUNT, BUCKET, HOUR, LONG_ON, REGION, SOURCES, START, World, keys
from verify.integrity import DigestStatus, LogStatus, check_integrity
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.objects import Object, ObjectInfo
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = b'{"Records":[]}'
BODY = gzip.compress(CONTENT, mtime=0)


class LongBucket(Bucket):
    """A bucket whose log files are made when they are asked for, so that it takes no memory itself."""

    def __init__(self, hours: int, each: int) -> None:
        super().__init__()
        self.hours = hours
        self.each = each

    def logs(self, hour: int) -> Iterator[str]:
        """The keys of the log files of an hour."""
        at = START + hour * HOUR
        for index in range(self.each):
            stamp = at + index * 50 * timedelta(minutes=1) / self.each
            key = LogKey(
                account=ACCOUNT, region=REGION, delivered=stamp, unique=f"{index:016d}", prefix="audit"
            )
            yield key.key

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """The digest files as they lie there, the log files as they are made."""
        if "/CloudTrail-Digest/" in prefix:
            yield from super().list(prefix, start_after)
            return
        for hour in range(self.hours):
            for key in self.logs(hour):
                if key.startswith(prefix) and key > start_after:
                    yield ObjectInfo(key, len(BODY), "e", START + hour * HOUR)

    def get(self, key: str) -> Object:
        """A digest file, or the one log file there is."""
        return super().get(key) if "/CloudTrail-Digest/" in key else Object(BODY, etag="e")


def peak(hours: int, each: int) -> int:
    """The most memory that a check of so many hours took, in bytes."""
    world, bucket = World(), LongBucket(hours, each)
    world.bucket = bucket
    sha256 = sha256_hex(CONTENT)
    for hour in range(hours):
        logs = tuple(LogReference(bucket=BUCKET, key=key, sha256=sha256) for key in bucket.logs(hour))
        world.digest(START + (hour + 1) * HOUR, logs=logs)
    log_files = LogFiles(bucket, bucket=BUCKET, sources=SOURCES, checkpoint=SqliteCheckpoint())
    tracemalloc.start()
    try:
        result = check_integrity(
            bucket,
            log_files,
            trail=world.trail,
            account=ACCOUNT,
            region=REGION,
            window=Window(START, START + hours * HOUR),
            public_keys=keys,
            now=START + (hours + 3) * HOUR,
            logging=LONG_ON,
            workers=8,
        )
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.digest_counts == {DigestStatus.VALID: hours}
    assert result.log_counts == {LogStatus.VALID: hours * each}
    return taken


def test_log_files_leave_nothing_behind() -> None:
    """The keys and hashes of five thousand, as digest files name them, would alone take as much again."""
    assert peak(200, 25) < 1_800_000
