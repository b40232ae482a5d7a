"""The bucket of a trail: gzip log files under keys that name account, Region and day of delivery."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.object_keys import log_prefix, parse_log_key
from cloudtrail.record import read_log_file
from verify.aws import NotThere
from verify.objects import InflateError, inflate
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.record import Record
    from verify.objects import ObjectInfo, ObjectSource
    from verify.stores.expectation import Expectation

WORKERS: Final = 16
"""How many objects are fetched side by side; at most twice as many bodies are in memory."""

INFLATED_LIMIT: Final = 64 * 1024 * 1024
"""The most one log file may inflate to, in bytes. CloudTrail's own are at most 50 MB."""

LISTED: Final = 100
"""How many unreadable records of one log file are listed one by one; the rest is counted."""

AHEAD: Final = timedelta(minutes=10)
"""How far a delivery stamp may lie ahead of the clock: CloudTrail rounds it up, into tomorrow's folder even."""

EARLY: Final = timedelta(minutes=5)
"""How far a delivery stamp may lie before the events inside: seen on AWS, three and a half minutes before S3's time."""


class TrailBucket:
    """The log files of one trail.

    Args:
        trail: What was promised of the trail.
        organization: The organization's id, for an organization trail.
        objects: Its bucket.
        expectation: Which events its selectors and scope promise.
        workers: How many objects are fetched side by side.
        inflated_limit: The most one log file may inflate to, in bytes.
    """

    kind = StoreKind.TRAIL_BUCKET

    def __init__(
        self,
        trail: TrailPromise,
        *,
        organization: str | None,
        objects: ObjectSource,
        expectation: Expectation,
        workers: int = WORKERS,
        inflated_limit: int = INFLATED_LIMIT,
    ) -> None:
        self.trail = trail
        self.id = store_id(trail)
        self.title = f"Trail bucket of {trail.name}"
        self.location = f"s3://{trail.bucket}/{trail.prefix or ''}"
        self._organization = organization if trail.scope == "organization" else None
        self._objects = objects
        self._expectation = expectation
        self.doubt = expectation.doubt
        self._workers = workers
        self._limit = inflated_limit

    def expects(self, record: Record) -> bool:
        """Whether the trail's promised selectors and scope take this event."""
        return self._expectation.holds(record)

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Callable[[int], None] = no_progress,
    ) -> Reading:
        """Read every log file that may hold events of the window; see `Store.find`.

        Raises:
            CannotLook: when the bucket cannot be listed, or an object cannot be fetched for any reason but
                that it is gone or broken.
        """
        reading = Reading()
        needles = [source.encode() for source in sources]
        pending: deque[tuple[ObjectInfo, Future[bytes]]] = deque()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="log-file") as pool:
            try:
                for info in self._list(place, window, now=now):
                    pending.append((info, pool.submit(self._body, info.key)))
                    if len(pending) >= 2 * self._workers:
                        self._read(*pending.popleft(), needles, (reading, place, window, sources))
                        progress(1)
                while pending:
                    self._read(*pending.popleft(), needles, (reading, place, window, sources))
                    progress(1)
            finally:
                for _, future in pending:
                    future.cancel()
        return reading

    def _list(self, place: Place, window: Window, *, now: datetime) -> Iterator[ObjectInfo]:
        first = window.start - EARLY
        for day in Window(first, window.end).days(until=now + AHEAD):
            prefix = log_prefix(
                account=place.account,
                region=place.region,
                organization=self._organization,
                prefix=self.trail.prefix,
                day=day,
            )
            for info in self._objects.list(prefix):
                key = parse_log_key(info.key)
                # An object with a foreign name is read too: what CloudTrail did not write must not be overlooked.
                if key is None or key.delivered >= first:
                    yield info

    def _body(self, key: str) -> bytes:
        return inflate(self._objects.get(key).body, limit=self._limit)

    def _read(
        self,
        info: ObjectInfo,
        body: Future[bytes],
        needles: Sequence[bytes],
        into: tuple[Reading, Place, Window, Sequence[str]],
    ) -> None:
        reading, place, window, sources = into
        reading.parts += 1
        try:
            content = body.result()
        except (InflateError, NotThere) as error:
            reading.cannot_read(self._uri(info.key), error.why or error.what)
            return
        if _is_envelope(content) and not any(needle in content for needle in needles):
            return
        log_file = read_log_file(content)
        for aside in log_file.set_aside[:LISTED]:
            where = self._uri(info.key) + ("" if aside.index is None else f"#{aside.index}")
            reading.cannot_read(where, aside.reason, aside.excerpt)
        more = len(log_file.set_aside) - LISTED
        if more > 0:
            reading.cannot_read(self._uri(info.key), f"{more} more of its records cannot be read")
            reading.put_aside("unreadable", more - 1)
        for index, record in enumerate(log_file.records):
            sighting = Sighting(record, f"{self._uri(info.key)}#{index}", info.last_modified)
            reading.take(sighting, sources=sources, window=window, place=place)

    def _uri(self, key: str) -> str:
        return f"s3://{self.trail.bucket}/{key}"


def store_id(trail: TrailPromise) -> str:
    """What a report calls the bucket of a trail."""
    return f"trail-bucket:{trail.name}"


def _is_envelope(content: bytes) -> bool:
    """Whether a file looks whole from outside; one that does not is always parsed, to say why."""
    return content.startswith(b'{"Records":[') and content.rstrip().endswith(b"]}")
