"""CloudTrail's LookupEvents, asked by everybody through one object that keeps its limit.

Source: CloudTrail API reference, LookupEvents
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html): 2 calls a second per account and
Region, 50 events a page, one attribute a call, newest first, times inclusive at both ends.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast

from verify.aws import Throttled, asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from verify.aws import Aws
    from verify.stores.base import Place

CALLS_PER_SECOND: Final = 2
"""The documented limit, per account and Region."""
EVENTS_PER_PAGE: Final = 50
LOOKUP_EVENTS: Final = "cloudtrail:LookupEvents"
"""The IAM action that reads Event history."""
_PATIENCE: Final = 5
"""How often a throttled page is asked for again, each time after twice the wait."""


class LookupEvents:
    """Event history's pages, at the pace AWS allows.

    Make one per verification: whoever asks through it shares the limit of each account and Region, and nobody
    waits for another Region's. It may be used by many threads.

    Args:
        aws: The session to ask with.
        clock: Seconds, monotonic; `sleep` waits on the same clock. Tests bring their own.
    """

    def __init__(
        self,
        aws: Aws,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._aws = aws
        self._clock = clock
        self._sleep = sleep
        self._paces: dict[Place, _Pace] = {}
        self._lock = threading.Lock()

    def pages(
        self, place: Place, *, attribute: tuple[str, str], start: datetime, end: datetime
    ) -> Iterator[list[dict[str, Any]]]:
        """The events of one account and Region with an attribute, page by page, the newest first.

        Args:
            place: The account, to which the session belongs, and the Region.
            attribute: A key of LookupEvents and its value, e.g. `("EventSource", "appmesh.amazonaws.com")`.
            start: The oldest event time, inclusive. AWS keeps 90 days.
            end: The newest event time, inclusive.

        Yields:
            The `Events` of each page as boto3 gives them; what a page lacks is an empty list.

        Raises:
            CannotLook: when AWS refuses, or throttles longer than patience lasts.
        """
        key, value = attribute
        request: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}],
            "StartTime": start,
            "EndTime": end,
            "MaxResults": EVENTS_PER_PAGE,
        }
        while True:
            page = self._ask(place, request)
            yield page.get("Events", [])
            following = page.get("NextToken")
            if not following:
                return
            request = {**request, "NextToken": following}

    def _ask(self, place: Place, request: dict[str, Any]) -> dict[str, Any]:
        pace = self._pace(place)
        wait = 1.0
        for _ in range(_PATIENCE):
            try:
                return self._call(pace, place, request)
            except Throttled:
                pace.hold(wait)
                wait *= 2
        return self._call(pace, place, request)

    def _call(self, pace: _Pace, place: Place, request: dict[str, Any]) -> dict[str, Any]:
        client = self._aws.cloudtrail(place.region)
        pace.wait()
        with asking(LOOKUP_EVENTS, f"Event history of {place}"):
            return cast("dict[str, Any]", client.lookup_events(**request))

    def _pace(self, place: Place) -> _Pace:
        with self._lock:
            return self._paces.setdefault(place, _Pace(self._clock, self._sleep))


class _Pace:
    """Turns for calls: so many in any second. A call's own duration counts into the time to the next but one."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._turns: deque[float] = deque(maxlen=CALLS_PER_SECOND)
        self._held_until = clock()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Take the next turn, and wait for it."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._held_until)
            if len(self._turns) == CALLS_PER_SECOND:
                turn = max(turn, self._turns[0] + 1)
            self._turns.append(turn)
        if turn > now:
            self._sleep(turn - now)

    def hold(self, seconds: float) -> None:
        """Give no turn for a while: somebody outside uses up the limit."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
