"""What searches for the events of all accounts at once: Athena, over the organization's table; or CloudTrail Lake.

Both are asked for what Event history shows and for nothing else: the accounts and Regions in which events happened, and
the days on which they may have been delivered, or happened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Final

from cloudtrail.athena.partitions import MOST_ACCOUNTS
from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook
from verify.engines.choice import LOCAL, NoEngine
from verify.engines.kind import EngineKind
from verify.engines.query import START
from verify.organization.landing import Bucket
from verify.organization.shared import Trail
from verify.stores.athena import AthenaTrailBucket
from verify.stores.base import Place
from verify.stores.event_data_store import QUERY, EventDataStore
from verify.stores.expectation import Expectation, of_trail
from verify.stores.trail_bucket import TrailBucket
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cloudtrail.manifest import AthenaPromise, Manifest, TrailPromise
    from verify.aws import Aws
    from verify.discovery.event_data_stores import FoundStore
    from verify.engines.meter import Meter
    from verify.log_files import LogFiles
    from verify.organization.at_once import Found, Wanted

_ENABLE: Final = "Set `athena.enabled` in the organization's stack, `pulumi up`, and give its manifest."


class NotRead(MeshtrailError):
    """A bucket is not looked in, because the engine that was asked for reads none."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Athena's tables over the log files of an organization's trail.

    Attributes:
        catalog: They.
        trail: The trail.
        account: Whose they are.
    """

    catalog: AthenaPromise
    trail: TrailPromise
    account: str


def tables_of(promised: Manifest | None) -> Tables:
    """The tables that a manifest tells of.

    Raises:
        NoEngine: when it tells of none that an organization can be searched by.
    """
    if promised is None:
        raise NoEngine(
            "--engine athena needs tables over the organization's log files",
            why="Which those are only a manifest tells, and none was given.",
            remedy=f"{_ENABLE} See docs/how-to-query-with-athena.md.",
        )
    replace(LOCAL, kind=EngineKind.ATHENA).check(promised)
    found = [
        Tables(promised.athena, trail, promised.account)
        for trail in promised.trails
        if promised.athena is not None and trail.arn == promised.athena.trail_arn
    ]
    if found[0].trail.scope != "organization":
        raise NoEngine(
            "The manifest's tables are over the log files of one account",
            where=found[0].trail.arn,
            why=f"The trail's scope is {found[0].trail.scope}, so that they hold no other account's.",
            remedy=f"{_ENABLE} With stacks per account use --engine local.",
        )
    return found[0]


class AthenaSearch:
    """Athena, over the table of the organization's trail.

    Args:
        tables: The table, and whose it is.
        aws: Gives a session in an account.
        log_files: Opens the trail's bucket; what Athena cannot read is read here.
        meter: Told what it costs, and refuses what is too much.
        sources: Whose events are looked for.
        organization: The organization's id.
        now: The present: nothing was delivered later.
    """

    action = START

    def __init__(
        self,
        tables: Tables,
        *,
        aws: Callable[[str], Aws],
        log_files: Callable[[Bucket], LogFiles],
        meter: Meter,
        sources: Sequence[str],
        organization: str,
        now: datetime,
    ) -> None:
        self._catalog, self._trail, self._account = tables.catalog, tables.trail, tables.account
        self.region = self._catalog.region
        self._bucket = Bucket(
            name=self._trail.bucket,
            region=self._trail.bucket_region,
            prefix=self._trail.prefix,
            organization=organization,
        )
        self._aws = aws
        self._log_files = log_files
        self._meter = meter
        self._sources = sources
        self._organization = organization
        self._now = now

    def answers_for(self, store: Trail | FoundStore) -> bool:
        """The organization's trail, while it delivers where the tables look."""
        return isinstance(store, Trail) and (store.arn, store.bucket) == (self._trail.arn, self._bucket)

    def leaves_out(self, store: Trail | FoundStore) -> MeshtrailError | None:
        """Nothing: what Athena has no table over is read here."""
        del store

    def __call__(self, wanted: Wanted) -> Found:
        """Search: one query, or more where there are more accounts than one can name.

        Raises:
            CannotLook: when the bucket cannot be opened.
        """
        window = _window(wanted)
        accounts = sorted({place.account for place in wanted})
        found: dict[Place, frozenset[str] | MeshtrailError] = {}
        for some in _batches(accounts, MOST_ACCOUNTS):
            here = [place for place in wanted if place.account in set(some)]
            # A query reads each of its accounts in each of its Regions, so that all of these are reckoned with.
            regions = sorted({place.region for place in here})
            table = self._table([Place(*place) for place in product(some, regions)])
            found |= {place: self._found(table, place, wanted[place], window) for place in here}
        return found

    def _table(self, places: Sequence[Place]) -> AthenaTrailBucket:
        local = TrailBucket(
            self._trail,
            organization=self._organization,
            log_files=self._log_files(self._bucket),
            expectation=of_trail(self._trail, account=self._account, since=None),
        )
        return AthenaTrailBucket(
            local,
            catalog=self._catalog,
            aws=self._aws(self._account),
            account=self._account,
            places=places,
            meter=self._meter,
        )

    def _found(
        self, table: AthenaTrailBucket, place: Place, wanted: Mapping[str, datetime], window: Window
    ) -> frozenset[str] | MeshtrailError:
        try:
            reading = table.find(place, window, sources=self._sources, now=self._now)
        except MeshtrailError as error:
            return error
        ids = frozenset(one.record.event_id or "" for one in reading.sightings)
        refused = [part for part in reading.unreadable if part.refused]
        if refused and not ids.issuperset(wanted):  # it may be in there
            first = refused[0]
            return CannotLook(
                action="s3:GetObject", where=first.location, code="NotRead", message=first.reason
            )
        return ids


class LakeSearch:
    """CloudTrail Lake, over the organization's event data stores.

    Args:
        stores: They.
        aws: A session that may query them.
        meter: Told what it costs.
        sources: Whose events are looked for.

    Raises:
        NoEngine: when there is none.
    """

    action = QUERY[0]

    def __init__(
        self, stores: Iterable[FoundStore], *, aws: Aws, meter: Meter, sources: Sequence[str]
    ) -> None:
        self._stores = [store for store in stores if not store.is_being_deleted]
        if not self._stores:
            raise NoEngine(
                "--engine lake needs an event data store of the organization",
                why="Whoever runs this sees none: it is shown to the management account, and to a delegated "
                "administrator.",
                remedy="Use --engine athena or local.",
            )
        self.region = self._stores[0].promise.home_region
        self._aws = aws
        self._meter = meter
        self._sources = sources

    def answers_for(self, store: Trail | FoundStore) -> bool:
        """The organization's stores; an account's own is queried by itself."""
        arns = {one.promise.arn for one in self._stores}
        return not isinstance(store, Trail) and store.promise.arn in arns

    def leaves_out(self, store: Trail | FoundStore) -> MeshtrailError | None:
        """Every bucket."""
        if not isinstance(store, Trail):
            return None
        return NotRead(
            "A trail's bucket was not read",
            where=store.arn,
            why="With --engine lake nobody reads log files.",
            remedy="Ask again with --engine athena or local for what no event data store holds.",
        )

    def __call__(self, wanted: Wanted) -> Found:
        """Search: a query for each of the organization's stores.

        Raises:
            CannotLook: when a store does not answer.
        """
        window = _window(wanted)
        found: dict[Place, frozenset[str]] = dict.fromkeys(wanted, frozenset())
        for one in self._stores:
            store = EventDataStore(
                one.promise, aws=self._aws, expectation=Expectation(one.selectors, account=None, region=None)
            )
            store.meter = self._meter
            for place, ids in store.ids(tuple(wanted), window, sources=self._sources).items():
                found[place] |= ids
        return found


def _window(wanted: Wanted) -> Window:
    """The times of all events that are looked for."""
    times = [time for events in wanted.values() for time in events.values()]
    return Window(min(times), max(times) + timedelta(seconds=1))


def _batches(accounts: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(accounts), most):
        yield accounts[first : first + most]
