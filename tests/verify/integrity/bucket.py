"""A bucket in memory, and ways in which it may fail."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verify.aws import AccessDenied, NotThere
from verify.objects import Object, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


@dataclass(frozen=True)
class Stored:
    """An object in the bucket."""

    body: bytes
    last_modified: datetime
    metadata: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def etag(self) -> str:
        """S3's ETag of an object written in one piece."""
        return hashlib.md5(self.body, usedforsecurity=False).hexdigest()


class Bucket:
    """An `ObjectSource` in memory.

    Attributes:
        objects: What lies in it, by key.
        denied: Keys that may not be read.
        vanishing: Keys that are listed, and gone when they are fetched.
        most_at_once: The most objects that were ever being fetched at the same time.
    """

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.denied: set[str] = set()
        self.vanishing: set[str] = set()
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """The objects under a prefix, in the order of their keys."""
        for key in sorted(self.objects):
            if key.startswith(prefix) and key > start_after:
                stored = self.objects[key]
                yield ObjectInfo(key, len(stored.body), stored.etag, stored.last_modified)

    def get(self, key: str) -> Object:
        """One object."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if key in self.denied:
                raise AccessDenied(action="s3:GetObject", where=key, code="AccessDenied", message="no")
            if key not in self.objects or key in self.vanishing:
                raise NotThere(action="s3:GetObject", where=key, code="NoSuchKey", message="no such key")
            return Object(self.objects[key].body, self.objects[key].metadata, self.objects[key].etag)
        finally:
            with self._lock:
                self._at_once -= 1
