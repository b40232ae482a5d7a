"""An event data store of CloudTrail Lake, asked in SQL.

Source: CloudTrail user guide, "CloudTrail Lake SQL constraints"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html). A store's id is its table's name;
a query costs what it scans, so `eventTime` is always bounded; `eventJson` holds the record as CloudTrail wrote it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from cloudtrail.event_data_store import EventDataStoreArn
from cloudtrail.record import MalformedRecord, read_record
from cloudtrail.sql import identifier, literal
from verify.aws import Aws, CannotLook, asking
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cloudtrail.manifest import EventDataStorePromise
    from cloudtrail.record import Record
    from verify.engines.meter import Meter
    from verify.progress import Step
    from verify.stores.expectation import Expectation
    from verify.window import Window

QUERY: Final = ("cloudtrail:StartQuery", "cloudtrail:DescribeQuery", "cloudtrail:GetQueryResults")
"""The IAM actions that ask an event data store."""

_TIME: Final = "%Y-%m-%d %H:%M:%S"
_RUNNING: Final = {"QUEUED", "RUNNING"}
_NAMED: Final = 400
"""How many accounts a statement names at most: it has room for 10,000 characters (StartQuery, `QueryStatement`)."""


class QueryFailed(CannotLook):
    """A Lake query ended without an answer."""

    default_remedy = "Look at the query in CloudTrail Lake; a shorter --since scans less."


class EventDataStore:
    """One event data store.

    Args:
        store: What was promised of it.
        aws: The session to ask with; it must belong to the store's account.
        expectation: Which events its selectors and scope promise.
        clock: Seconds, monotonic; `sleep` waits on the same clock.
        patience: How long a query may run, in seconds.

    Attributes:
        meter: Told what queries scan; None: nobody asked.
    """

    kind = StoreKind.EVENT_DATA_STORE

    def __init__(
        self,
        store: EventDataStorePromise,
        *,
        aws: Aws,
        expectation: Expectation,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = 900,
    ) -> None:
        self.store = store
        self._arn = EventDataStoreArn.parse(store.arn)
        self.id = store_id(store)
        self.title = f"Event data store {store.name or self._arn.store_id}"
        self.location = store.arn
        self._aws = aws
        self._expectation = expectation
        self.doubt = expectation.doubt
        self._clock = clock
        self._sleep = sleep
        self._patience = patience
        self.meter: Meter | None = None

    def expects(self, record: Record) -> bool:
        """Whether the store's promised selectors and scope take this event."""
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
        """Query the store for one account and Region; see `Store.find`.

        Raises:
            CannotLook: when AWS refuses; `QueryFailed` when the query does not finish.
        """
        del now  # the store is asked by eventTime; when an event came in does not matter
        reading = Reading()
        for number, rows in enumerate(self._pages(self._query(place, window, sources)), start=1):
            reading.parts += 1
            progress(1)
            for index, row in enumerate(rows):
                location = f"{self._arn.store_id} page {number} row {index}"
                raw = (row.get("eventJson") or "").encode(errors="surrogatepass")
                try:
                    record = read_record(raw)
                except MalformedRecord as error:
                    reading.cannot_read(location, error.why, raw[:200].decode(errors="replace"))
                    continue
                reading.take(Sighting(record, location), sources=sources, window=window, place=place)
        return reading

    def ids(
        self, places: Sequence[Place], window: Window, *, sources: Sequence[str]
    ) -> Mapping[Place, frozenset[str]]:
        """The ids of the events that the store holds of many accounts and Regions, by one query.

        Args:
            places: The accounts and Regions that the events happened in.
            window: The event times asked for.
            sources: The `eventSource`s asked for.

        Raises:
            CannotLook: when AWS refuses; `QueryFailed` when the query does not finish.
        """
        found: dict[Place, set[str]] = {place: set() for place in places}
        for rows in self._pages(self._query_of_ids(places, window, sources)):
            for row in rows:
                place = Place(row.get("recipientAccountId") or "", row.get("awsRegion") or "")
                if place in found:
                    found[place].add(row.get("eventID") or "")
        return {place: frozenset(ids) for place, ids in found.items()}

    def _query_of_ids(self, places: Sequence[Place], window: Window, sources: Sequence[str]) -> str:
        accounts, regions = {place.account for place in places}, {place.region for place in places}
        # What is scanned `eventTime` decides alone. More accounts than there is room for are picked out of the rows.
        of_accounts = f" AND recipientAccountId IN ({_texts(accounts)})" if len(accounts) <= _NAMED else ""
        return (
            "SELECT recipientAccountId, awsRegion, eventID "  # noqa: S608 -- all go through one function each
            f"FROM {identifier(self._arn.store_id)} "
            f"WHERE eventSource IN ({_texts(sources)}) "
            f"AND eventTime >= {literal(window.start.strftime(_TIME))} "
            f"AND eventTime <= {literal(window.end.strftime(_TIME))} "
            f"AND awsRegion IN ({_texts(regions)}){of_accounts}"
        )

    def _query(self, place: Place, window: Window, sources: Sequence[str]) -> str:
        # The bounds are widened to whole seconds; `Reading.take` cuts exactly.
        names = ", ".join(literal(source) for source in sources)
        return (
            f"SELECT eventJson FROM {identifier(self._arn.store_id)} "  # noqa: S608 -- both go through one function each
            f"WHERE eventSource IN ({names}) "
            f"AND eventTime >= {literal(window.start.strftime(_TIME))} "
            f"AND eventTime <= {literal(window.end.strftime(_TIME))} "
            f"AND awsRegion = {literal(place.region)} AND recipientAccountId = {literal(place.account)}"
        )

    def _pages(self, statement: str) -> Iterator[list[dict[str, str | None]]]:
        client = self._aws.cloudtrail(self._arn.region)
        where = f"event data store {self.store.arn}"
        if self.meter is not None:
            self.meter.lake_before(self.title)
        with asking("cloudtrail:StartQuery", where):
            query = client.start_query(QueryStatement=statement)["QueryId"]
        self._wait(query, where)
        token: dict[str, str] = {}
        while True:
            with asking("cloudtrail:GetQueryResults", where):
                page = client.get_query_results(QueryId=query, MaxQueryResults=1000, **token)
            yield [_row(cells) for cells in page.get("QueryResultRows", [])]
            following = page.get("NextToken")
            if not following:
                return
            token = {"NextToken": following}

    def _wait(self, query: str, where: str) -> None:
        client = self._aws.cloudtrail(self._arn.region)
        give_up = self._clock() + self._patience
        pause = 0.1
        while True:
            with asking("cloudtrail:DescribeQuery", where):
                answer = client.describe_query(QueryId=query)
            status = answer.get("QueryStatus", "UNKNOWN")
            if status == "FINISHED":
                if self.meter is not None:
                    scanned = answer.get("QueryStatistics", {}).get("BytesScanned", 0)
                    self.meter.lake_after(self.title, scanned=scanned)
                return
            if status not in _RUNNING or self._clock() >= give_up:
                raise QueryFailed(
                    action="cloudtrail:StartQuery",
                    where=where,
                    code=status,
                    message=answer.get("ErrorMessage") or f"query {query} did not finish",
                )
            self._sleep(pause)
            pause = min(2 * pause, 5.0)


def store_id(store: EventDataStorePromise) -> str:
    """What a report calls an event data store."""
    return f"event-data-store:{store.name or EventDataStoreArn.parse(store.arn).store_id}"


def _texts(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in sorted(texts))


def _row(cells: Sequence[dict[str, str]]) -> dict[str, str | None]:
    """One row by column; a column that is null comes as None, whatever its type says."""
    return {name: value for cell in cells for name, value in cell.items()}
