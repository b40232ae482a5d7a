"""Calls that somebody made, as Event history tells them: the record about the record.

Event history is AWS's own, cannot be turned off, and keeps 90 days of management events whatever becomes of trails and
event data stores. LookupEvents takes one attribute and two calls a second. Where little is changed, all writes of a
Region fit on a few pages, and one question answers for every event name; where much is, each name is asked for by
itself. Which it is shows on the first page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.identity import identify
from cloudtrail.record import MalformedRecord, read_record
from verify.aws import CannotLook
from verify.lookup_events import EVENTS_PER_PAGE, LOOKUP_EVENTS
from verify.stores.base import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cloudtrail.record import Record
    from verify.finding import Fact
    from verify.lookup_events import LookupEvents
    from verify.window import Window

KEPT: Final = timedelta(days=90)
"""How long Event history keeps an event."""
PAGES: Final = 10
"""How many pages of writes may be read instead of asking for each name."""


_WRITES: Final = ("ReadOnly", "false")


class UnreadableEvent(CannotLook):
    """Event history told of a call in a record that cannot be read."""

    default_remedy = "Look at the event in CloudTrail's console, and report what could not be read."


class RecordedCalls:
    """Management events of one account, by event name; each question is asked once.

    Args:
        account: The account whose Event history is read.
        lookup: How it is asked.
        window: The event times asked for.
        now: The present: what is older than 90 days is not there any more.
    """

    def __init__(self, account: str, *, lookup: LookupEvents, window: Window, now: datetime) -> None:
        self.account = account
        self.window = window
        self.start = max(window.start, now - KEPT)
        self._lookup = lookup
        self._known: dict[tuple[str, str], list[Record]] = {}
        self._writes: dict[str, list[Record] | None] = {}

    @property
    def reaches(self) -> bool:
        """Whether Event history still holds any of the window."""
        return self.start < self.window.end

    @property
    def reaches_back(self) -> bool:
        """Whether Event history still holds all of the window."""
        return self.start == self.window.start

    def named(self, region: str, names: Sequence[str]) -> list[Record]:
        """Every call of these names in a Region and the window, the oldest first.

        Raises:
            CannotLook: when Event history does not answer, or tells of a call that cannot be read.
        """
        if not self.reaches:
            return []
        if region not in self._writes:
            self._writes[region] = self._all_writes(region)
        writes = self._writes[region]
        if writes is None:
            calls = [record for name in names for record in self._of(region, name)]
        else:
            calls = [record for record in writes if record.event_name in names]
        return sorted(calls, key=lambda record: (record.event_time, record.event_id or ""))

    def _all_writes(self, region: str) -> list[Record] | None:
        """Every call that changed something in a Region and the window; None when they are too many to read."""
        records: list[Record] = []
        whole = self.window.end - self.start
        for number, page in enumerate(self._pages(region, _WRITES, self.start, self.window.end), start=1):
            records += page
            if len(page) < EVENTS_PER_PAGE:
                continue  # the last page, as good as always
            read = self.window.end - page[-1].event_time
            if number == PAGES or whole * number > read * PAGES:
                return None
        return [record for record in records if record.event_time in self.window]

    def _of(self, region: str, name: str) -> list[Record]:
        key = (region, name)
        if key not in self._known:
            pages = self._pages(region, ("EventName", name), self.start, self.window.end)
            self._known[key] = [
                record for page in pages for record in page if record.event_time in self.window
            ]
        return self._known[key]

    def newest_write(self, region: str, *, start: datetime, end: datetime) -> list[Record]:
        """The newest management events of a Region that changed something: at most one page, the newest first.

        Raises:
            CannotLook: when Event history does not answer, or tells of a call that cannot be read.
        """
        nothing: list[Record] = []
        return next(self._pages(region, _WRITES, start, end), nothing)

    def _pages(
        self, region: str, attribute: tuple[str, str], start: datetime, end: datetime
    ) -> Iterator[list[Record]]:
        place = Place(self.account, region)
        for page in self._lookup.pages(place, attribute=attribute, start=start, end=end):
            yield [_record(event, place) for event in page]


def _record(event: Mapping[str, Any], place: Place) -> Record:
    try:
        return read_record(str(event.get("CloudTrailEvent", "")).encode(errors="surrogatepass"))
    except MalformedRecord as error:
        raise UnreadableEvent(
            action=LOOKUP_EVENTS,
            where=f"Event history of {place}, event {event.get('EventId')}",
            code="MalformedRecord",
            message=error.why,
        ) from error


def told(record: Record) -> Fact:
    """A call as a fact: when, what, by whom, from where."""
    who = identify(record).describe()
    origin = f" from {record.source_ip_address}" if record.source_ip_address else ""
    refused = f", refused: {record.error_code}" if record.error_code else ""
    when = record.event_time.astimezone(UTC)
    return (f"{when:%Y-%m-%dT%H:%M:%SZ}", f"{record.event_name} by {who}{origin}{refused}")
