"""The stores that events land in, opened once each: buckets of trails, and event data stores."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from verify.aws import AccessDenied
from verify.organization.shared import Trail
from verify.s3_objects import GET
from verify.stores.event_data_store import QUERY, EventDataStore
from verify.stores.expectation import Expectation
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from verify.aws import Aws
    from verify.discovery.event_data_stores import FoundStore
    from verify.log_files import LogFiles
    from verify.organization.at_once import AtOnce
    from verify.organization.landing import Bucket, Landing
    from verify.organization.questions import Questions
    from verify.stores.base import Place


AT_ONCE: Final = 32
"""How many accounts and Regions are searched for in buckets side by side: each has some log files in memory."""


class Lasting:
    """The stores that events land in.

    Args:
        landing: Looks for events in buckets.
        archive: A session that may read the bucket of an organization's trail.
        caller: The session that may query the organization's event data stores.
        now: The present.
        at_once: Searches for the events of all accounts; None: each place is looked for by itself.
    """

    def __init__(
        self,
        landing: Landing,
        *,
        archive: Callable[[], Aws],
        caller: Aws,
        now: datetime,
        at_once: AtOnce | None = None,
    ) -> None:
        self._landing = landing
        self._archive = archive
        self._caller = caller
        self._now = now
        self._at_once = at_once
        self._opened: dict[Bucket, LogFiles] = {}
        self._opening = threading.Lock()
        self._searches = asyncio.Semaphore(AT_ONCE)

    async def missing(
        self,
        questions: Questions,
        wanted: Mapping[str, datetime],
        place: Place,
        store: Trail | FoundStore,
    ) -> frozenset[str] | MeshtrailError:
        """Which events of an account and Region a trail's bucket or an event data store does not hold.

        Args:
            questions: To the account.
            wanted: The times of the events by their ids.
            place: The account and Region they happened in.
            store: Where to look.
        """
        if self._at_once is not None:
            if (left_out := self._at_once.search.leaves_out(store)) is not None:
                return left_out
            if self._at_once.search.answers_for(store):
                return await self._at_once.missing(wanted, place)
        if not isinstance(store, Trail):
            aws = self._caller if store.promise.organization else questions.aws
            # Queries are counted where the store is at home, whichever member they are about.
            return await questions.ask(
                QUERY[0],
                store.promise.home_region,
                lambda: self._not_in_store(wanted, place, store, aws, questions.sources),
                account=store.owner,
            )
        bucket = store.bucket
        if isinstance(bucket, MeshtrailError):
            return bucket
        async with self._searches:
            return await questions.ask(
                GET, place.region, lambda: self._not_in_bucket(wanted, place, bucket, questions.aws)
            )

    def _not_in_bucket(
        self, wanted: Mapping[str, datetime], place: Place, bucket: Bucket, aws: Aws
    ) -> frozenset[str]:
        if not bucket.organization:
            return self._landing.missing(wanted, place, bucket, self._landing.log_files(aws, bucket))
        try:
            return self._landing.missing(wanted, place, bucket, self._shared(bucket))
        except AccessDenied as error:
            error.remedy += " The role of the account that owns the bucket may: --log-archive-account."
            raise

    def _shared(self, bucket: Bucket) -> LogFiles:
        with self._opening:
            if bucket not in self._opened:
                self._opened[bucket] = self._landing.log_files(self._archive(), bucket)
            return self._opened[bucket]

    def _not_in_store(
        self,
        wanted: Mapping[str, datetime],
        place: Place,
        store: FoundStore,
        aws: Aws,
        sources: tuple[str, ...],
    ) -> frozenset[str]:
        asked = EventDataStore(
            store.promise, aws=aws, expectation=Expectation(store.selectors, account=None, region=None)
        )
        window = Window(min(wanted.values()), max(wanted.values()) + timedelta(seconds=1))
        reading = asked.find(place, window, sources=sources, now=self._now)
        return frozenset(wanted) - {one.record.event_id for one in reading.sightings}
