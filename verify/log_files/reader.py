"""The log files of one bucket: each fetched and inflated once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from verify.log_files.facts import LogFileFacts, searched
from verify.objects import InflateError, TrailingBytes, inflate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.log_files.checkpoint import Checkpoint
    from verify.objects import ObjectInfo, ObjectSource

INFLATED_LIMIT: Final = 64 * 1024 * 1024
"""The most one log file may inflate to, in bytes. CloudTrail's own are at most 50 MB."""

_FORMAT: Final = 1
"""Another number means that what is kept under the old one is not what this code would find."""


class LogFiles:
    """The log files of one bucket.

    Args:
        objects: The bucket.
        bucket: Its name.
        sources: The `eventSource`s whose records are asked for.
        checkpoint: Where facts are kept.
        limit: The most one file may inflate to, in bytes.
    """

    def __init__(
        self,
        objects: ObjectSource,
        *,
        bucket: str,
        sources: Sequence[str],
        checkpoint: Checkpoint,
        limit: int = INFLATED_LIMIT,
    ) -> None:
        self.objects = objects
        self.bucket = bucket
        self.sources = tuple(sorted(sources))
        self._checkpoint = checkpoint
        self._limit = limit

    def facts(self, info: ObjectInfo) -> LogFileFacts:
        """What a log file says; from the checkpoint when this version of it was read before. Thread-safe.

        Raises:
            NotThere: when the object is gone.
            CannotLook: when it cannot be read.
        """
        stamp = self._stamp(info)
        known = self._checkpoint.get(stamp)
        if known is not None:
            return known
        facts = self._look(info)
        self._checkpoint.put(stamp, facts)
        return facts

    def body(self, info: ObjectInfo) -> bytes:
        """The inflated bytes of a log file, for the rare caller that has to parse everything.

        Raises:
            InflateError: when it is not one whole gzip stream.
            NotThere: when the object is gone.
            CannotLook: when it cannot be read.
        """
        return inflate(self.objects.get(info.key).body, self._limit)

    def _look(self, info: ObjectInfo) -> LogFileFacts:
        try:
            content = inflate(self.objects.get(info.key).body, self._limit)
        except TrailingBytes as error:
            return LogFileFacts(problem=error.why, trailing=error.count)
        except InflateError as error:
            return LogFileFacts(problem=error.why)
        return searched(content, sha256=hashlib.sha256(content).hexdigest(), sources=self.sources)

    def _stamp(self, info: ObjectInfo) -> bytes:
        parts = (
            _FORMAT,
            self.bucket,
            info.key,
            info.etag,
            info.size,
            info.last_modified.timestamp(),
            self.sources,
            self._limit,
        )
        return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=16).digest()
