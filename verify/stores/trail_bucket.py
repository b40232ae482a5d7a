"""The bucket of a trail: gzip log files under keys that name account, Region and day of delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.object_keys import log_prefix, parse_log_key
from cloudtrail.record import read_record
from verify.aws import CannotLook, Gone, NotThere
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.record import Record
    from verify.log_files import LogFileFacts, LogFiles
    from verify.objects import ObjectInfo
    from verify.progress import Step
    from verify.stores.expectation import Expectation

REFUSED: Final = 100
"""How many log files that cannot be fetched are listed one by one; the rest is counted."""

AHEAD: Final = timedelta(minutes=10)
"""How far a delivery stamp may lie ahead of the clock: CloudTrail rounds it up, into tomorrow's folder even."""

EARLY: Final = timedelta(minutes=5)
"""How far a delivery stamp may lie before the events inside: seen on AWS, three and a half minutes before S3's time."""

_STAMP: Final = slice(-39, -25)
"""Where a log file's key has its stamp: `20260901T1205Z`, before `_`, 16 characters and `.json.gz`."""
_TOLD: Final = 32
"""After how many log files progress is told."""


class NoOrganization(CannotLook):
    """The folder of an organization's trail carries the organization's id, and nobody told it."""

    default_remedy = "Allow organizations:DescribeOrganization, or put `organizationId` into the manifest."


class TrailBucket:
    """The log files of one trail.

    Args:
        trail: What was promised of the trail.
        organization: The organization's id, for an organization trail.
        log_files: What lies in its bucket.
        expectation: Which events its selectors and scope promise.
    """

    kind = StoreKind.TRAIL_BUCKET

    def __init__(
        self,
        trail: TrailPromise,
        *,
        organization: str | None,
        log_files: LogFiles,
        expectation: Expectation,
    ) -> None:
        self.trail = trail
        self.id = store_id(trail)
        self.title = f"Trail bucket of {trail.name}"
        self.location = f"s3://{trail.bucket}/{trail.prefix or ''}"
        self.organization = organization if trail.scope == "organization" else None
        self._log_files = log_files
        self._expectation = expectation
        self.doubt = expectation.doubt

    def expects(self, record: Record) -> bool:
        """Whether the trail's promised selectors and scope take this event."""
        return self._expectation.holds(record)

    def takes(self, record: Record) -> bool:
        """See `Store.takes`."""
        return self._expectation.takes(record)

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Step = no_progress,
    ) -> Reading:
        """Read every log file that may hold events of the window; see `Store.find`.

        A log file that cannot be fetched is a part that cannot be read: the others are not lost with it.

        Args:
            place: The account and Region the events happened in.
            window: The event times asked for.
            sources: The `eventSource`s asked for.
            now: Until when events of the window may have been delivered.
            progress: Called with the number of log files read since the last call.

        Raises:
            CannotLook: when the bucket cannot be listed, or when every log file is refused for the same reason.
        """
        self.check_folder()
        may_hold = self.holding(window)
        listed = self.listed(place, window, now=now, progress=progress)
        return self.read(
            (info for info in listed if may_hold(info.key)),
            place,
            window,
            sources=sources,
            progress=progress,
        )

    def check_folder(self) -> None:
        """See that the folder of the log files is known.

        Raises:
            NoOrganization: when it carries an id that nobody told.
        """
        if self.trail.scope == "organization" and self.organization is None:
            raise NoOrganization(
                action="organizations:DescribeOrganization",
                where=self.location,
                code="NoOrganization",
                message="the folder of an organization's trail carries its id, which the manifest does not tell",
            )

    def read(
        self,
        infos: Iterable[ObjectInfo],
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        progress: Step = no_progress,
    ) -> Reading:
        """Read some of the log files; see `find`."""
        reading = Reading()
        refused = _Refused()
        done = 0
        for info, found in self._log_files.searching(sources).read(infos):
            reading.parts += 1
            if isinstance(found, CannotLook):
                refused.note(found)
                if refused.count <= REFUSED:
                    reading.was_refused(self.uri(info.key), f"{found.what}: {found.why}")
            else:
                self._take(reading, info, found, sources=sources, window=window, place=place)
            if reading.parts % _TOLD == 0:
                progress(reading.parts - done)
                done = reading.parts
        progress(reading.parts - done)
        refused.raise_if_all(reading.parts)
        more = refused.count - REFUSED
        if more > 0:
            reading.was_refused(self.location, f"{more} more log files; {refused.last}", more)
        return reading

    def listed(
        self, place: Place, window: Window, *, now: datetime, progress: Step = no_progress
    ) -> Iterator[ObjectInfo]:
        """Whatever lies in the folders of the delivery days; of the first of them, also what was delivered too early.

        Raises:
            CannotLook: when the bucket cannot be listed.
        """
        days = self.days(window, now=now)
        for number, day in enumerate(days):
            progress.reached(number / len(days))
            yield from self._log_files.objects.list(
                log_prefix(
                    account=place.account,
                    region=place.region,
                    organization=self.organization,
                    prefix=self.trail.prefix,
                    day=day,
                )
            )

    @staticmethod
    def days(window: Window, *, now: datetime) -> list[date]:
        """The days on which events of a window may have been delivered, as the folders' names have them."""
        return Window(window.start - EARLY, window.end).days(until=now + AHEAD)

    @staticmethod
    def holding(window: Window) -> Callable[[str], bool]:
        """Whether an object may hold events of a window, by its key: not when it was delivered before.

        One with a foreign name may: what CloudTrail did not write must not be overlooked.
        """
        first = window.start - EARLY
        # CloudTrail's stamps are as long as each other, so they sort as text; that is faster than to parse each.
        stamp = f"{first:%Y%m%dT%H%MZ}"
        return lambda key: key[_STAMP] > stamp or not _before(key, first)

    def _take(
        self,
        reading: Reading,
        info: ObjectInfo,
        found: LogFileFacts,
        *,
        sources: Sequence[str],
        window: Window,
        place: Place,
    ) -> None:
        uri = self.uri(info.key)
        if found.problem is not None:
            reading.cannot_read(uri, found.problem)
            return
        for index, reason, excerpt in found.unreadable:
            reading.note_unreadable(uri if index is None else f"{uri}#{index}", reason, excerpt)
        for reason, count in found.set_aside.items():
            reading.put_aside(reason, count)
        for index, raw in found.records:
            sighting = Sighting(read_record(raw), f"{uri}#{index}", info.last_modified)
            reading.take(sighting, sources=sources, window=window, place=place)

    def uri(self, key: str) -> str:
        """What a report calls an object."""
        return f"s3://{self.trail.bucket}/{key}"


class _Refused:
    """The log files that could not be fetched, and whether all of them for one reason."""

    def __init__(self) -> None:
        self.count = 0
        self.last = ""
        self._first: CannotLook | None = None
        self._alike = True

    def note(self, error: CannotLook) -> None:
        """Count one."""
        self.count += 1
        self.last = f"{error.what}: {error.why}"
        self._first = self._first or error
        self._alike = self._alike and _kind(error) == _kind(self._first)

    def raise_if_all(self, files: int) -> None:
        """Without a single log file to read, and one reason for it, it is the store that cannot be read.

        Single objects that are gone since they were listed say nothing of the store.
        """
        error = self._first
        if error is None or self.count < files or not self._alike:
            return
        if isinstance(error, NotThere) and not isinstance(error, Gone):
            return
        raise error


def _kind(error: CannotLook) -> tuple[type[CannotLook], str, str]:
    return type(error), error.action, error.code


def _before(key: str, first: datetime) -> bool:
    """Whether CloudTrail delivered a log file before a time, by its key."""
    place = parse_log_key(key)
    return place is not None and place.delivered < first


def store_id(trail: TrailPromise) -> str:
    """What a report calls the bucket of a trail."""
    return f"trail-bucket:{trail.name}"
