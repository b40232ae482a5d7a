"""How long reading Event history takes under LookupEvents' limit, on a clock that only simulated waiting moves.

The limit is the only thing that costs time: 2 calls a second per account and Region, 50 events a call. The
simulation counts each call's own duration, and refuses a call beyond the limit as AWS would.
"""

from __future__ import annotations

import heapq
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from cloudtrail.catalog import APP_MESH
from verify.lookup_events import CALLS_PER_SECOND, EVENTS_PER_PAGE, LookupEvents
from verify.stores.base import Place
from verify.stores.event_history import KEPT, EventHistory
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.aws import Aws

ACCOUNT: Final = "123456789012"
REGIONS: Final = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
LATENCIES: Final = (0.35, 0.2, 0.6, 0.3)
"""How long calls take, in seconds, one after the other: some longer than half a second."""

_ROUNDING: Final = 1e-6


class VirtualClock:
    """A clock shared by threads that moves on when all of them wait, and then to the first that is due.

    Args:
        threads: How many threads live by it; each calls `leave` at its end.
    """

    def __init__(self, threads: int) -> None:
        self.now = 0.0
        self._awake = threads
        self._due: list[float] = []
        self._changed = threading.Condition()

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait, without waiting."""
        with self._changed:
            due = self.now + seconds
            heapq.heappush(self._due, due)
            self._fall_asleep()
            self._changed.wait_for(lambda: due <= self.now)

    def leave(self) -> None:
        """The thread is done with it."""
        with self._changed:
            self._fall_asleep()

    def _fall_asleep(self) -> None:
        self._awake -= 1
        if self._awake == 0 and self._due:
            self.now = self._due[0]
            while self._due and self._due[0] <= self.now:
                heapq.heappop(self._due)
                self._awake += 1
            self._changed.notify_all()


class FakeRegion:
    """One Region's LookupEvents, with so many events, as slow as `latencies` say, strict about its limit."""

    def __init__(self, region: str, events: int, clock: VirtualClock, latencies: Sequence[float]) -> None:
        self.calls: list[float] = []
        self.refused = 0
        self._region = region
        self._events = events
        self._clock = clock
        self._latencies = itertools.cycle(latencies)

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        """A page, as boto3 gives it.

        Raises:
            ClientError: `ThrottlingException`, for a third call in a second.
        """
        self.calls.append(self._clock())
        self._clock.sleep(next(self._latencies))
        if self._calls_in_the_last_second() > CALLS_PER_SECOND:
            self.refused += 1
            raise ClientError(
                {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "LookupEvents"
            )
        first = int(request.get("NextToken", 0))
        last = min(first + EVENTS_PER_PAGE, self._events)
        page = {"Events": [self._event(number, request["EndTime"]) for number in range(first, last)]}
        return page | ({"NextToken": str(last)} if last < self._events else {})

    def _calls_in_the_last_second(self) -> int:
        a_second_ago = self.calls[-1] - 1 + _ROUNDING
        return sum(call > a_second_ago for call in self.calls[-CALLS_PER_SECOND - 1 :])

    def _event(self, number: int, newest: datetime) -> dict[str, Any]:
        record = {
            "eventVersion": "1.09",
            "eventTime": (newest - timedelta(seconds=number + 1)).isoformat(),
            "eventSource": APP_MESH,
            "eventName": "CreateMesh",
            "awsRegion": self._region,
            "eventID": f"{self._region}-{number}",
            "recipientAccountId": ACCOUNT,
        }
        return {"EventId": record["eventID"], "CloudTrailEvent": json.dumps(record)}


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a simulation found.

    Attributes:
        events: How many events were read.
        seconds: How long it took, on the simulated clock.
        minimum: How long it takes who makes each call at the first moment the limit lets it be made.
        throttled: How many calls the limit refused.
    """

    events: int
    seconds: float
    minimum: float
    throttled: int


def simulate(
    events: int = 50_000, *, regions: Sequence[str] = REGIONS, latencies: Sequence[float] = LATENCIES
) -> Simulated:
    """Read so many events of Event history, spread evenly over Regions that are read side by side."""
    clock = VirtualClock(len(regions))
    each = events // len(regions)
    clients = {region: FakeRegion(region, each, clock, latencies) for region in regions}

    class FakeAws:
        def cloudtrail(self, region: str) -> FakeRegion:
            return clients[region]

    now = datetime(2026, 11, 1, tzinfo=UTC)
    lookup = LookupEvents(cast("Aws", FakeAws()), clock=clock, sleep=clock.sleep)
    history = EventHistory(lookup, oldest=now - KEPT)

    def read(region: str) -> int:
        try:
            window = Window(now - timedelta(days=60), now)
            reading = history.find(Place(ACCOUNT, region), window, sources=[APP_MESH], now=now)
            return len(reading.sightings)
        finally:
            clock.leave()

    with ThreadPoolExecutor(len(regions)) as pool:
        read_events = sum(pool.map(read, regions))
    pages = -(-each // EVENTS_PER_PAGE)
    return Simulated(
        events=read_events,
        seconds=clock.now,
        # The first calls are free: so many may be made at once.
        minimum=max(pages - CALLS_PER_SECOND, 0) / CALLS_PER_SECOND,
        throttled=sum(client.refused for client in clients.values()),
    )
