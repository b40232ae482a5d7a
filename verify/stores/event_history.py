"""Event history: the last 90 days of management events, which AWS keeps for every account by itself.

Source: CloudTrail API reference, LookupEvents
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html): 2 calls a second per account
and Region, 50 events a page, one attribute a call, newest first.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.record import MalformedRecord, read_record
from verify.aws import Aws, Throttled, asking
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress
from verify.stores.expectation import FADING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudtrail.type_defs import LookupEventsRequestTypeDef, LookupEventsResponseTypeDef

    from cloudtrail.record import Record
    from verify.window import Window

KEPT: Final = timedelta(days=90)
CALLS_PER_SECOND: Final = 2
LOOKUP_EVENTS: Final = "cloudtrail:LookupEvents"
"""The IAM action that reads Event history."""
_PATIENCE: Final = 5
"""How often a throttled page is asked for again, each time after twice the wait."""


class EventHistory:
    """The Event history of one account, read Region by Region.

    Args:
        aws: The session to ask with; it must belong to the account.
        oldest: The oldest event time it may still hold.
        clock: Seconds, monotonic; `sleep` waits on the same clock. Tests bring their own.
    """

    def __init__(
        self,
        aws: Aws,
        *,
        oldest: datetime,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._aws = aws
        self._oldest = oldest
        self._clock = clock
        self._sleep = sleep
        self._next_call: dict[str, float] = {}

    id = "event-history"
    kind = StoreKind.EVENT_HISTORY
    title = "Event history"
    location = "cloudtrail:LookupEvents"
    doubt = None

    def expects(self, record: Record) -> bool:
        """Event history keeps every management event for 90 days; all of App Mesh's are management events."""
        return record.event_category in (None, "Management") and record.event_time >= self._oldest + FADING

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Callable[[int], None] = no_progress,
    ) -> Reading:
        """Read a Region's Event history, source by source; see `Store.find`.

        Raises:
            CannotLook: when AWS refuses, or throttles longer than patience lasts.
        """
        del now  # Event history has no delivery to wait for beyond the window itself
        reading = Reading()
        if window.end <= self._oldest:
            return reading
        for source in sources:
            for number, page in enumerate(self._pages(place, window, source), start=1):
                reading.parts += 1
                progress(1)
                for index, event in enumerate(page.get("Events", [])):
                    location = f"LookupEvents EventSource={source} page {number} event {index}"
                    raw = event.get("CloudTrailEvent", "").encode()
                    try:
                        record = read_record(raw)
                    except MalformedRecord as error:
                        reading.cannot_read(location, error.why, raw[:200].decode(errors="replace"))
                        continue
                    reading.take(Sighting(record, location), sources=sources, window=window, place=place)
        return reading

    def _pages(self, place: Place, window: Window, source: str) -> Iterator[LookupEventsResponseTypeDef]:
        request: LookupEventsRequestTypeDef = {
            "LookupAttributes": [{"AttributeKey": "EventSource", "AttributeValue": source}],
            # AWS does not say whether it refuses a time it keeps nothing of.
            "StartTime": max(window.start, self._oldest),
            "EndTime": window.end,
            "MaxResults": 50,
        }
        while True:
            page = self._ask(place, request)
            yield page
            following = page.get("NextToken")
            if not following:
                return
            request["NextToken"] = following

    def _ask(self, place: Place, request: LookupEventsRequestTypeDef) -> LookupEventsResponseTypeDef:
        client = self._aws.cloudtrail(place.region)
        wait = 1.0
        for _ in range(_PATIENCE):
            try:
                return self._call(client, place, request)
            except Throttled:
                self._sleep(wait)
                wait *= 2
        return self._call(client, place, request)

    def _call(
        self, client: CloudTrailClient, place: Place, request: LookupEventsRequestTypeDef
    ) -> LookupEventsResponseTypeDef:
        self._pace(place.region)
        with asking(LOOKUP_EVENTS, f"Event history of {place}"):
            return client.lookup_events(**request)

    def _pace(self, region: str) -> None:
        now = self._clock()
        due = self._next_call.get(region, now)
        if due > now:
            self._sleep(due - now)
        self._next_call[region] = max(due, now) + 1 / CALLS_PER_SECOND
