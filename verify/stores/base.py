"""What every store of events has in common: ask it for a window, get sightings and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakValueDictionary

from verify.progress import Unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtrail.errors import MeshtrailError
    from cloudtrail.record import Record
    from verify.progress import Step
    from verify.window import Window


class StoreKind(StrEnum):
    """The kinds of store, the more tamper-proof first.

    Event history and event data stores are AWS's own: the account cannot edit what they hold. Neither can it edit what
    a log group holds, but whoever may call PutLogEvents can add to it. A bucket's objects can be written over; that
    this shows in the digest files is a claim of its own.
    """

    EVENT_HISTORY = "event-history"
    EVENT_DATA_STORE = "event-data-store"
    LOG_GROUP = "log-group"
    TRAIL_BUCKET = "trail-bucket"


@dataclass(frozen=True, slots=True)
class Place:
    """One account and Region, where events happen."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"{self.account} {self.region}"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Sighting:
    """One record, seen in one store.

    Attributes:
        record: The event.
        location: Where in the store: an object's key and the record's index, or a page of answers.
        arrived_at: When the store got it, aware UTC; None where the store does not say.
    """

    record: Record
    location: str
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something a store holds that could not be read as events."""

    location: str
    reason: str
    excerpt: str = ""
    refused: bool = False
    """Whether it was not handed over, so that nobody knows what it is; else it was looked at, and is no record."""


@dataclass(slots=True)
class Reading:
    """What one store answered for one place and window.

    Every record that was read is either kept in `sightings` or counted in `set_aside` under its reason.

    Attributes:
        sightings: The events asked for.
        unreadable: What could not be read; each also counts in `set_aside` as one record.
        set_aside: How many records were read and not kept, by reason.
        parts: How many objects or pages were read.
    """

    sightings: list[Sighting] = field(default_factory=list["Sighting"])
    unreadable: list[Unreadable] = field(default_factory=list["Unreadable"])
    set_aside: dict[str, int] = field(default_factory=dict[str, int])
    parts: int = 0

    @property
    def records_in(self) -> int:
        """How many records were read."""
        return len(self.sightings) + sum(self.set_aside.values())

    def put_aside(self, reason: str, count: int = 1) -> None:
        """Count records that were read and are not kept."""
        self.set_aside[reason] = self.set_aside.get(reason, 0) + count

    def cannot_read(self, location: str, reason: str, excerpt: str = "") -> None:
        """Note and count something that was looked at and is no record."""
        self.note_unreadable(location, reason, excerpt)
        self.put_aside("unreadable")

    def was_refused(self, location: str, reason: str, count: int = 1) -> None:
        """Note and count something that was not handed over; `count` for many told as one."""
        self.unreadable.append(Unreadable(location, reason, refused=True))
        self.put_aside("unreadable", count)

    def note_unreadable(self, location: str, reason: str, excerpt: str = "") -> None:
        """Note something that could not be read and is counted elsewhere."""
        self.unreadable.append(Unreadable(location, reason, excerpt))

    def take(self, sighting: Sighting, *, sources: Sequence[str], window: Window, place: Place) -> None:
        """Keep a sighting if it was asked for, else count why not."""
        record = sighting.record
        if record.event_source not in sources:
            self.put_aside("another event source")
        elif record.event_time not in window:
            self.put_aside("outside the window")
        elif record.aws_region != place.region or (record.account or place.account) != place.account:
            self.put_aside("another account or Region")
        else:
            self.sightings.append(_sharing(sighting))


_FIRST: Final[WeakValueDictionary[bytes, Sighting]] = WeakValueDictionary()
"""The sightings that are in use, by the bytes of what was seen. Stores mostly write an event alike, and a record that
was read takes kilobytes: of an event that four stores hold, all four share one."""


def _sharing(sighting: Sighting) -> Sighting:
    """The same sighting, with the record of an earlier one, if that is the same to the byte."""
    first = _FIRST.setdefault(sighting.record.raw, sighting)
    return sighting if first is sighting else replace(sighting, record=first.record)


class Store(Protocol):
    """A place where CloudTrail's events are kept."""

    @property
    def id(self) -> str:
        """A short stable name, unique in a report, e.g. `trail-bucket:meshtrail`."""
        ...

    @property
    def kind(self) -> StoreKind:
        """What kind of store it is."""
        ...

    @property
    def title(self) -> str:
        """How people call it."""
        ...

    @property
    def location(self) -> str:
        """Where it is: an ARN, a bucket with its prefix."""
        ...

    @property
    def doubt(self) -> MeshtrailError | None:
        """Why `expects` is only a guess, the wider one: AWS did not tell what it rests on. None: it is not."""
        ...

    def expects(self, record: Record) -> bool:
        """Whether an event should be here, by what was promised: the selectors, the Region, the scope."""
        ...

    def takes(self, record: Record) -> bool:
        """Whether the store would take such an event now: as `expects`, whenever it happened."""
        ...

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Step = ...,
    ) -> Reading:
        """Read every event of the sources in a window.

        Args:
            place: The account and Region the events happened in.
            window: The event times asked for.
            sources: The `eventSource`s asked for.
            now: Until when events of the window may have been delivered.
            progress: Told the number of objects or pages read, and where it can be told, which share of the window.

        Raises:
            CannotLook: when the store does not answer at all.
        """
        ...


no_progress: Final = Unwatched()
"""Progress that nobody watches."""
