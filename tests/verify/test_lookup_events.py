"""LookupEvents under its limit: shared by everybody, never broken, used up to the last call."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from bench.event_history import VirtualClock, simulate
from verify.aws import Aws, Throttled
from verify.lookup_events import LookupEvents
from verify.stores.base import Place

ACCOUNT = "123456789012"
START, END = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
SOURCE = ("EventSource", "appmesh.amazonaws.com")


class FakeAws:
    """Every Region's LookupEvents: notes when it was asked for what, and answers as it is told."""

    def __init__(self, clock: Callable[[], float], answers: Iterator[dict[str, Any] | Exception]) -> None:
        self.asked: list[tuple[str, float, dict[str, Any]]] = []
        self._clock = clock
        self._answers = answers
        self._region = ""

    def cloudtrail(self, region: str) -> "FakeAws":
        """A client of the Region."""
        client = FakeAws(self._clock, self._answers)
        client.asked, client._region = self.asked, region
        return client

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        """The next answer."""
        self.asked.append((self._region, self._clock(), request))
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def lookup_on(*answers: dict[str, Any] | Exception) -> tuple[LookupEvents, FakeAws, VirtualClock]:
    """LookupEvents that answers so, on a clock of one thread."""
    clock = VirtualClock(1)
    aws = FakeAws(clock, iter(answers))
    return LookupEvents(cast("Aws", aws), clock=clock, sleep=clock.sleep), aws, clock


def pages_of(lookup: LookupEvents, region: str = "us-east-1") -> list[list[dict[str, Any]]]:
    """Every page of a Region."""
    return list(lookup.pages(Place(ACCOUNT, region), attribute=SOURCE, start=START, end=END))


def throttled() -> ClientError:
    """AWS's answer to one call too many."""
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "LookupEvents")


def test_50_000_events_of_four_regions_take_no_longer_than_the_limit_does() -> None:
    """At most 1.1 times the limit's own minimum, all Regions side by side, and not one call is refused."""
    found = simulate(50_000)
    assert found.events == 50_000
    assert found.throttled == 0
    assert found.minimum == 124.0  # 250 pages in each of four Regions
    assert found.minimum <= found.seconds <= 1.1 * found.minimum


def test_a_calls_own_duration_is_hidden_behind_the_limit() -> None:
    """Calls are paced from start to start: as long as two take less than a second, they cost nothing."""
    quick = simulate(5_000, regions=("us-east-1",), latencies=(0.0,))
    slow = simulate(5_000, regions=("us-east-1",), latencies=(0.7, 0.25))
    assert quick.seconds == pytest.approx(quick.minimum)
    assert slow.seconds <= quick.seconds + 1.0


def test_the_limit_is_of_each_region() -> None:
    """Whoever reads another Region finds its tokens, however many were used up here."""
    lookup, aws, clock = lookup_on(*({"Events": []} for _ in range(6)))
    for region in ("us-east-1", "us-east-1", "us-west-2", "us-west-2"):
        pages_of(lookup, region)
    assert clock.now == 0.0
    pages_of(lookup)
    pages_of(lookup, "us-west-2")
    assert [time for _, time, _ in aws.asked] == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]


def test_everybody_who_asks_shares_the_limit() -> None:
    """Three threads ask the same Region nine times: never more than two calls begin within a second."""
    clock = VirtualClock(3)
    aws = FakeAws(clock, iter([{"Events": []}] * 9))
    lookup = LookupEvents(cast("Aws", aws), clock=clock, sleep=clock.sleep)

    def ask() -> None:
        for _ in range(3):
            pages_of(lookup)
        clock.leave()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(time for _, time, _ in aws.asked) == [0, 0, 1, 1, 2, 2, 3, 3, 4]


def test_throttling_holds_everybody_back() -> None:
    """Somebody outside uses up the limit: nobody asks that Region for a while, and each time for longer."""
    lookup, aws, _ = lookup_on(throttled(), throttled(), {"Events": [{}]}, {"Events": []}, {"Events": []})
    assert pages_of(lookup) == [[{}]]
    assert [time for _, time, _ in aws.asked] == [0.0, 1.0, 3.0]
    pages_of(lookup, "us-west-2")
    assert aws.asked[-1][:2] == ("us-west-2", 3.0)


def test_patience_with_throttling_ends() -> None:
    """A Region that never answers is told, with the action."""
    lookup, aws, _ = lookup_on(*(throttled() for _ in range(10)))
    with pytest.raises(Throttled) as caught:
        pages_of(lookup)
    assert caught.value.action == "cloudtrail:LookupEvents"
    assert len(aws.asked) == 6


def test_a_page_without_events_is_not_the_last() -> None:
    """Only a page without a token is; one without `Events` is an empty one."""
    lookup, aws, _ = lookup_on({"NextToken": "a"}, {"Events": [], "NextToken": "b"}, {"Events": [{}]})
    assert pages_of(lookup) == [[], [], [{}]]
    assert [request.get("NextToken") for _, _, request in aws.asked] == [None, "a", "b"]
