"""The log files of one bucket: each fetched and inflated once."""

from __future__ import annotations

import copy
import hashlib
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from verify.aws import CannotLook
from verify.log_files.batches import batches
from verify.log_files.budget import Budget
from verify.log_files.facts import LogFileFacts
from verify.log_files.look import look
from verify.log_files.needles import Needles
from verify.log_files.side_by_side import side_by_side
from verify.log_files.turns import TURNS
from verify.objects import InflateError, TooLarge, inflate

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from verify.log_files.checkpoint import Checkpoint
    from verify.objects import ObjectInfo, ObjectSource

INFLATED_LIMIT: Final = 64 * 1024 * 1024
"""The most one log file may inflate to, in bytes. CloudTrail's own are at most 50 MB."""

UNDER_WAY: Final = 64 * 1024 * 1024
"""How many bytes of large objects may be in memory at a time, as stored, over all threads of one `LogFiles`."""

WORKERS: Final = 64
"""How many objects are fetched side by side. S3 answers small GETs after tens of milliseconds, says AWS ("Timeouts and
retries for latency-sensitive applications"), while one costs half a millisecond of work here: so many answers have to
be waited for at once before the work is what takes time. Where answers come at once, as many threads cost little more
than few do."""

SMALL: Final = 1024 * 1024
"""Up to how many bytes, inflated, whole log files are held by every thread at a time; larger ones one by one."""

_encode: Final = msgspec.msgpack.Encoder().encode


class LogFiles:
    """The log files of one bucket, hostile ones among them; safe to use from many threads.

    A log file is fetched once a run, and hashed and searched piece by piece, on the same bytes. Only one that holds a
    record of a source is inflated again, unless its first piece told already, to be read piece by piece as well; that
    is cheaper than to hold every file whole. So a thread holds one object as stored and a piece of it inflated, and all
    of them together `under_way` bytes. What is not written as CloudTrail writes it is read whole, one file at a time.

    What was found is kept under the bucket, key, ETag, size and time of writing of the object, and the sources asked
    for. These identify what was written: S3 gives every version of a key its own time and ETag (the MD5 of what is
    stored, or a random one where a key of KMS encrypts), and neither can be chosen by who writes. An object that was
    overwritten is listed with others, so it is read again, and a tampered one never passes for what lay there before.
    When an object is overwritten between its listing and its reading, the answer has another ETag than the listing:
    then nothing is kept.

    Args:
        objects: The bucket.
        bucket: Its name.
        sources: The `eventSource`s whose records are asked for. Without any, files are hashed and not searched.
        checkpoint: Where facts are kept.
        limit: The most one file may inflate to, in bytes.
        under_way: How many bytes of large objects may be in memory at a time, as stored.
        workers: How many objects are fetched side by side; fewer where there is nothing to wait for.
    """

    def __init__(
        self,
        objects: ObjectSource,
        *,
        bucket: str,
        sources: Sequence[str],
        checkpoint: Checkpoint,
        limit: int = INFLATED_LIMIT,
        under_way: int = UNDER_WAY,
        workers: int = WORKERS,
    ) -> None:
        self._workers = workers
        self.objects = objects
        self.bucket = bucket
        self._checkpoint = checkpoint
        self._limit = limit
        self._under_way = Budget(under_way)
        self._whole = threading.Lock()
        self._search_for(sources)

    def _search_for(self, sources: Sequence[str]) -> None:
        self.sources = frozenset(sources)
        self._needles = Needles(sorted(self.sources))
        self._asked = (self.bucket, sorted(self.sources), self._limit)

    def searching(self, sources: Sequence[str]) -> LogFiles:
        """The same log files, searched for other sources; themselves if they are searched for these already."""
        if self.sources.issuperset(sources):
            return self
        others = copy.copy(self)
        others._search_for(sources)  # noqa: SLF001 -- of its own kind
        return others

    def facts(self, info: ObjectInfo) -> LogFileFacts:
        """What a log file says; from the checkpoint when this version of it was read before. Thread-safe.

        Raises:
            NotThere: when the object is gone.
            CannotLook: when it cannot be read.
        """
        (found,) = self.together([info])
        if isinstance(found, CannotLook):
            raise found
        return found

    def read(
        self, infos: Iterable[ObjectInfo], *, workers: int | None = None
    ) -> Generator[tuple[ObjectInfo, LogFileFacts | CannotLook]]:
        """What many log files say, in their order; faster than one by one. What cannot be read is its own answer.

        Few are taken ahead, so `infos` may be a listing of any length.
        """
        todo = batches(infos, size=_size)
        for batch in side_by_side(self._with_facts, todo, workers=workers or self._workers):
            yield from batch

    def together(self, infos: Sequence[ObjectInfo]) -> list[LogFileFacts | CannotLook]:
        """What some log files say, as `facts` does of one; what cannot be read is its own answer. Thread-safe."""
        stamps = [self._stamp(info) for info in infos]
        known: Mapping[bytes, LogFileFacts] = self._checkpoint.get(stamps) if stamps else {}
        return [
            known[stamp] if stamp in known else self._read(info, stamp)
            for info, stamp in zip(infos, stamps, strict=True)
        ]

    @contextmanager
    def body(self, info: ObjectInfo) -> Generator[bytes]:
        """The inflated bytes of a log file while the block runs, for the rare caller that has to parse everything.

        A large one keeps other large ones waiting: what is small as stored may inflate to very much.

        Raises:
            InflateError: when it is not one whole gzip stream.
            NotThere: when the object is gone.
            CannotLook: when it cannot be read.
        """
        with self._under_way.taken(info.size), ExitStack() as stack:
            stored = self.objects.get(info.key).body
            try:
                content = inflate(stored, min(SMALL, self._limit))
            except TooLarge:
                stack.enter_context(self._whole)
                content = inflate(stored, self._limit)
            yield content

    def _with_facts(self, infos: Sequence[ObjectInfo]) -> list[tuple[ObjectInfo, LogFileFacts | CannotLook]]:
        return list(zip(infos, self.together(infos), strict=True))

    def _read(self, info: ObjectInfo, stamp: bytes) -> LogFileFacts | CannotLook:
        with self._under_way.taken(info.size):
            try:
                found = self.objects.get(info.key)
            except InflateError as error:  # too large to be read at all: that costs nothing, and is not kept
                return LogFileFacts(problem=error.why)
            except CannotLook as error:
                return error
            with TURNS.taken(info.size):
                facts = self._look(found.body)
        if info.etag and found.etag in ("", info.etag):
            self._checkpoint.put(stamp, facts)
        return facts

    def _look(self, body: bytes | memoryview) -> LogFileFacts:
        return look(body, limit=self._limit, needles=self._needles, alone=self._whole)

    def _stamp(self, info: ObjectInfo) -> bytes:
        version = (info.key, info.etag, info.size, info.last_modified)
        return hashlib.blake2b(_encode((self._asked, version)), digest_size=16).digest()


def _size(info: ObjectInfo) -> int:
    return info.size
