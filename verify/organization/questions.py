"""What is asked in one account, each question at the pace of the pool; where there is no answer, why is the answer.

Sources: CloudTrail API reference, DescribeTrails, GetTrailStatus (asked by ARN in each Region, for a multi-Region trail
has a status of its own in every one), GetEventSelectors (asked in the home Region), LookupEvents
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/); EC2 API reference, DescribeRegions.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cloudtrail.errors import MeshtrailError
from cloudtrail.selectors import read_selectors
from verify.aws import asking
from verify.discovery.event_data_stores import (
    GET_EVENT_DATA_STORE,
    LIST_EVENT_DATA_STORES,
    FoundStore,
    read_store,
    store_arns,
)
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.discovery.trails import (
    DESCRIBE_TRAILS,
    GET_EVENT_SELECTORS,
    GET_TRAIL_STATUS,
    bucket_region,
    visible_trails,
)
from verify.lookup_events import EVENTS_PER_PAGE, LOOKUP_EVENTS
from verify.organization.pool import Ask
from verify.organization.sources import APP_MESH_ALONE, events, missed_by
from verify.s3_objects import LIST
from verify.stores.event_history import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from verify.aws import Aws
    from verify.organization.pool import Pool
    from verify.window import Window

Answer = TypeVar("Answer")

_OFF: Final = "not-opted-in"


class Forgotten(MeshtrailError):
    """Event history keeps nothing of the window any more."""


class Questions:
    """Questions to one account.

    Args:
        pool: Who asks.
        aws: A session in the account.
        account: The account.
        sources: Whose events it is about.
    """

    def __init__(self, pool: Pool, aws: Aws, account: str, sources: tuple[str, ...] = APP_MESH_ALONE) -> None:
        self.aws = aws
        self.account = account
        self.sources = sources
        self._pool = pool

    async def ask(
        self, action: str, region: str, question: Callable[[], Answer], *, account: str | None = None
    ) -> Answer | MeshtrailError:
        """Ask one question, which blocks.

        Args:
            action: The IAM action it needs.
            region: Where.
            question: Asks it.
            account: Whose budget it uses; None: that of the account itself.
        """
        budget = account or self.account
        return await told(self._pool.ask(Ask(action=action, account=budget, region=region, make=question)))

    async def enabled_regions(self, region: str) -> frozenset[str] | MeshtrailError:
        """The Regions that are enabled, App Mesh or not."""
        return await self.ask(DESCRIBE_REGIONS, region, lambda: _enabled(self.aws, region))

    async def trails(self, region: str) -> list[dict[str, Any]] | MeshtrailError:
        """Every trail that shows in a Region, shadows included."""
        return await self.ask(DESCRIBE_TRAILS, region, lambda: visible_trails(self.aws, region))

    async def status(self, arn: str, region: str) -> dict[str, Any] | MeshtrailError:
        """What a trail does in a Region."""
        return await self.ask(GET_TRAIL_STATUS, region, lambda: _status(self.aws, arn, region))

    async def missed(self, arn: str, home: str) -> frozenset[str] | MeshtrailError:
        """The kinds of events that a trail's selectors drop, always or in some circumstances."""
        return await self.ask(GET_EVENT_SELECTORS, home, lambda: _missed(self.aws, arn, home, self.sources))

    async def bucket_region(self, bucket: str, home: str) -> str | MeshtrailError:
        """The Region a bucket lies in."""
        return await self.ask(LIST, home, lambda: bucket_region(self.aws, bucket, ask_in=home))

    async def stores(self, region: str) -> tuple[list[FoundStore], list[MeshtrailError]]:
        """The event data stores of a Region, and why there may be others."""
        arns = await self.ask(LIST_EVENT_DATA_STORES, region, lambda: store_arns(self.aws, region))
        if isinstance(arns, MeshtrailError):
            return [], [arns]
        found = await asyncio.gather(*(self._store(arn, region) for arn in arns))
        stores = [one for one in found if not isinstance(one, MeshtrailError)]
        return stores, [one for one in found if isinstance(one, MeshtrailError)]

    async def _store(self, arn: str, region: str) -> FoundStore | MeshtrailError:
        return await self.ask(GET_EVENT_DATA_STORE, region, lambda: read_store(self.aws, arn))

    async def history(self, region: str, window: Window | None) -> dict[str, datetime] | MeshtrailError:
        """The times of a Region's events by their ids, as Event history shows them.

        Of several event sources one after the other: all of them share the rate of LookupEvents.

        Args:
            region: Which.
            window: The part of the event times that Event history keeps; None: nothing of it.
        """
        if window is None:
            return Forgotten(
                f"Event history does not tell whether {events(self.sources)} happened",
                where=f"{self.account} {region}",
                why=f"Event history keeps {KEPT.days} days, and the window ends before them.",
                remedy="Choose a window that ends later, or search the log files of its time.",
            )
        seen: dict[str, datetime] = {}
        for source in self.sources:
            refused = await self._add(seen, source, region, window)
            if refused is not None:
                return refused
        return seen

    async def _add(
        self, seen: dict[str, datetime], source: str, region: str, window: Window
    ) -> MeshtrailError | None:
        """Add the events of one source, page by page; why it is not told."""
        token: dict[str, str] = {}
        while True:
            page = await self.ask(
                LOOKUP_EVENTS, region, lambda token=token: self._page(source, region, window, token)
            )
            if isinstance(page, MeshtrailError):
                return page
            # AWS takes the window's end for inclusive.
            found = ((str(event["EventId"]), event["EventTime"]) for event in page.get("Events", ()))
            seen.update((name, time) for name, time in found if time in window)
            if not page.get("NextToken"):
                return None
            token = {"NextToken": page["NextToken"]}

    def _page(self, source: str, region: str, window: Window, token: dict[str, str]) -> dict[str, Any]:
        client: Any = self.aws.cloudtrail(region)
        with asking(LOOKUP_EVENTS, f"Event history of {self.account} {region}"):
            return client.lookup_events(
                LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": source}],
                StartTime=window.start,
                EndTime=window.end,
                MaxResults=EVENTS_PER_PAGE,
                **token,
            )


async def told(asked: Coroutine[Any, Any, Answer]) -> Answer | MeshtrailError:
    """An answer, or why there is none."""
    try:
        return await asked
    except MeshtrailError as error:
        return error


def _enabled(aws: Aws, region: str) -> frozenset[str]:
    with asking(DESCRIBE_REGIONS, region):
        answer: Any = aws.client("ec2", region).describe_regions()
    return frozenset(str(one["RegionName"]) for one in answer["Regions"] if one.get("OptInStatus") != _OFF)


def _status(aws: Aws, arn: str, region: str) -> dict[str, Any]:
    with asking(GET_TRAIL_STATUS, f"trail {arn} in {region}"):
        return dict(aws.cloudtrail(region).get_trail_status(Name=arn))


def _missed(aws: Aws, arn: str, home: str, sources: tuple[str, ...]) -> frozenset[str]:
    with asking(GET_EVENT_SELECTORS, f"trail {arn}"):
        answer: Any = aws.cloudtrail(home).get_event_selectors(TrailName=arn)
    return missed_by(read_selectors(answer), sources)
