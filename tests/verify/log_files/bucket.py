"""A bucket in memory that counts what is fetched."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from verify.objects import Object, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

APP_MESH = "appmesh.amazonaws.com"
WRITTEN = datetime(2026, 9, 1, 12, 5, tzinfo=UTC)


class Bucket:
    """It gives every object its ETag and time, as S3 does."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes | Exception] = {}
        self.infos: dict[str, ObjectInfo] = {}
        self.fetched: list[str] = []

    def put(self, key: str, body: bytes | Exception, written: datetime = WRITTEN) -> ObjectInfo:
        """Write an object, over another perhaps, and list it; an exception stands for one that cannot be read."""
        self.bodies[key] = body
        content = body if isinstance(body, bytes) else b""
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        self.infos[key] = ObjectInfo(key, len(content), etag, written)
        return self.infos[key]

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List by key."""
        return (self.infos[key] for key in sorted(self.infos) if key.startswith(prefix) and key > start_after)

    def get(self, key: str) -> Object:
        """Get an object."""
        self.fetched.append(key)
        body = self.bodies[key]
        if isinstance(body, Exception):
            raise body
        return Object(body, etag=hashlib.md5(body, usedforsecurity=False).hexdigest())


def log_file(*sources: str) -> bytes:
    """A log file with one record of each source."""
    records = [
        {
            "eventTime": "2026-09-01T12:00:00Z",
            "eventSource": source,
            "eventName": f"Event{number}",
            "awsRegion": "us-east-1",
        }
        for number, source in enumerate(sources)
    ]
    return gzip.compress(json.dumps({"Records": records}, separators=(",", ":")).encode(), mtime=0)
