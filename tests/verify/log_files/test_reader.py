"""Log files: each fetched and inflated once, hashed and searched on the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from verify.log_files import LogFiles, SqliteCheckpoint
from verify.objects import Object, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtrail.record import Record

WRITTEN = datetime(2026, 9, 1, 12, 5, tzinfo=UTC)


class Bucket:
    """A bucket in memory that counts what is fetched."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = bodies
        self.fetched: list[str] = []

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List nothing; the tests know the keys."""
        del prefix, start_after
        return iter(())

    def get(self, key: str) -> Object:
        """Get an object."""
        self.fetched.append(key)
        return Object(self.bodies[key])


def info(key: str, *, etag: str = "etag", size: int = 1, written: datetime = WRITTEN) -> ObjectInfo:
    """An object as listed."""
    return ObjectInfo(key, size, etag, written)


@pytest.fixture
def open_files() -> Callable[[Bucket], LogFiles]:
    """Opens a bucket."""

    def opened(bucket: Bucket) -> LogFiles:
        return LogFiles(
            bucket,
            bucket="logs",
            sources=["appmesh.amazonaws.com"],
            checkpoint=SqliteCheckpoint(),
            limit=1 << 20,
        )

    return opened


def test_a_file_is_hashed_and_searched(
    open_files: Callable[[Bucket], LogFiles], make_record: Callable[..., Record]
) -> None:
    """The hash is of the inflated bytes; records of the sources are kept with their place in the file."""
    records = [make_record("0", eventSource="kms.amazonaws.com"), make_record("1")]
    content = json.dumps({"Records": [record.document() for record in records]}).encode()
    files = open_files(Bucket(x=gzip.compress(content)))
    facts = files.facts(info("x"))
    assert facts.sha256 == hashlib.sha256(content).hexdigest()
    assert [(index, json.loads(raw)["eventID"]) for index, raw in facts.records] == [(1, "1")]
    assert facts.set_aside == {"another event source": 1}


def test_a_file_is_fetched_once(open_files: Callable[[Bucket], LogFiles]) -> None:
    """Who asks second gets what the first was told."""
    bucket = Bucket(x=gzip.compress(b'{"Records":[]}'))
    files = open_files(bucket)
    assert files.facts(info("x")) == files.facts(info("x"))
    assert bucket.fetched == ["x"]
