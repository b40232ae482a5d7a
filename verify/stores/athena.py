"""The bucket of a trail, searched by Athena: only records that were asked for are fetched.

One query answers for every account and Region of a verification. What Athena is not sure to read as this machine would
(an object that is not named as CloudTrail names them, one that is not a line of JSON) is fetched and read here.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from cloudtrail.athena.partitions import Partitions
from cloudtrail.athena.queries import records_query
from cloudtrail.object_keys import parse_log_key
from cloudtrail.record import MalformedRecord, excerpt, read_record
from verify.aws import CannotLook
from verify.engines.found import FoundRecord, Part, sort_rows
from verify.engines.query import LOOK, AthenaQueries
from verify.engines.table import check_table
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtrail.manifest import AthenaPromise
    from cloudtrail.record import Record
    from verify.aws import Aws
    from verify.engines.meter import Meter
    from verify.progress import Step
    from verify.stores.trail_bucket import TrailBucket
    from verify.window import Window

_SMALLEST: Final = 40
"""Bytes. A smaller object is no log file, and Athena may see no row in it."""


_Asked = tuple[tuple[Place, ...], "Window", tuple[str, ...], "datetime"]


class AthenaTrailBucket:
    """The log files of one trail, searched by Athena.

    Args:
        local: The same, read on this machine: lists them, and reads what Athena cannot.
        catalog: The tables over them.
        aws: The session to ask with.
        account: The account the manifest speaks of.
        places: Every account and Region that is going to be asked for; one query answers for all.
        meter: Told what it costs.
        queries: Runs the queries; by default in the catalog's workgroup.
    """

    kind = StoreKind.TRAIL_BUCKET

    def __init__(
        self,
        local: TrailBucket,
        *,
        catalog: AthenaPromise,
        aws: Aws,
        account: str,
        places: Sequence[Place],
        meter: Meter,
        queries: AthenaQueries | None = None,
    ) -> None:
        self.id, self.title, self.location = local.id, local.title, local.location
        self.doubt = local.doubt
        self._local = local
        self._catalog = catalog
        self._aws = aws
        self._account = account
        self._places = tuple(places)
        self._meter = meter
        self._queries = queries or AthenaQueries(catalog, aws=aws)
        self._lock = threading.Lock()
        self._known: tuple[_Asked, dict[Place, Part] | CannotLook] | None = None

    def expects(self, record: Record) -> bool:
        """See `TrailBucket.expects`."""
        return self._local.expects(record)

    def takes(self, record: Record) -> bool:
        """See `Store.takes`."""
        return self._local.takes(record)

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Step = no_progress,
    ) -> Reading:
        """Search the log files that may hold events of the window; see `Store.find`.

        Raises:
            CannotLook: when the bucket cannot be listed, the table or the query is refused, or the query fails;
                `ScanTooLarge` when it would scan more than allowed.
        """
        part = self._answered(place, window, sources, now)[place]
        odd = [info for key, info in part.listed.items() if key in part.odd]
        reading = self._local.read(odd, place, window, sources=sources)
        reading.parts += len(part.listed) - len(odd)
        for row in part.rows:
            if row.key not in part.odd:
                self._take(row, part, reading, sources=sources, window=window, place=place)
        progress(reading.parts)
        return reading

    def _take(
        self,
        row: FoundRecord,
        part: Part,
        reading: Reading,
        *,
        sources: Sequence[str],
        window: Window,
        place: Place,
    ) -> None:
        location = f"{self._local.uri(row.key)}#{row.index}"
        info = part.listed.get(row.key)  # none: it was delivered after the listing
        try:
            record = read_record(row.raw)
        except MalformedRecord as error:
            reading.cannot_read(location, error.why, excerpt(row.raw))
            return
        arrived = None if info is None else info.last_modified
        reading.take(Sighting(record, location, arrived), sources=sources, window=window, place=place)

    def _answered(
        self, place: Place, window: Window, sources: Sequence[str], now: datetime
    ) -> dict[Place, Part]:
        """What is known of every place, or why nothing is; asked for once."""
        places = self._places if place in self._places else (place,)
        asked = (places, window, tuple(sources), now)
        with self._lock:
            if self._known is None or self._known[0] != asked:
                try:
                    self._known = asked, self._ask(places, window, sources, now)
                except CannotLook as error:
                    self._known = asked, error
            answer = self._known[1]
        if isinstance(answer, CannotLook):
            raise answer
        return answer

    def _ask(
        self, places: Sequence[Place], window: Window, sources: Sequence[str], now: datetime
    ) -> dict[Place, Part]:
        self._local.check_folder()
        days = self._local.days(window, now=now)
        may_hold = self._local.holding(window)
        parts: dict[Place, Part] = {}
        estimate = files = 0
        for place in places:
            parts[place] = part = Part()
            for info in self._local.listed(place, window, now=now):
                estimate, files = estimate + info.size, files + 1
                if may_hold(info.key):
                    part.listed[info.key] = info
                    if info.size < _SMALLEST or parse_log_key(info.key) is None:
                        part.odd.add(info.key)
        if not files:
            return parts  # there is nothing to search, and a query would cost all the same
        regions = tuple(dict.fromkeys(place.region for place in places))
        table = check_table(
            self._catalog,
            self._local.trail,
            aws=self._aws,
            account=self._account,
            organization=self._local.organization,
            regions=regions,
            first=days[0],
        )
        self._meter.before(
            self.title,
            estimate=estimate,
            files=files,
            where=self._queries.where,
            stopped_at=self._catalog.most_bytes,
        )
        partitions = Partitions(
            accounts=tuple(dict.fromkeys(place.account for place in places)),
            regions=regions,
            first=days[0],
            last=days[-1],
            organization=self._local.organization,
        )
        query = records_query(
            partitions,
            database=self._catalog.database,
            table=table,
            sources=sources,
            start=window.start,
            end=window.end,
        )
        ended = self._queries.run(query)
        self._meter.after(self.title, scanned=ended.scanned)
        self._check_scanned(ended.scanned, parts)
        root = f"s3://{self._local.trail.bucket}/"
        sort_rows(self._queries.rows(ended), parts, root=root, may_hold=may_hold)
        return parts

    def _check_scanned(self, scanned: int, parts: dict[Place, Part]) -> None:
        """See that Athena read all there is: what it leaves out it does not tell."""
        listed = sum(
            info.size for part in parts.values() for key, info in part.listed.items() if key not in part.odd
        )
        if scanned < listed:
            raise CannotLook(
                action=LOOK,
                where=self._queries.where,
                code="NotAllScanned",
                message=f"Athena scanned {scanned} bytes of log files that have {listed}",
            )
