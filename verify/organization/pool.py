"""Calls to AWS, side by side: never more than there are workers, none faster than its budget, throttled ones again.

What others wait for goes first (`verify.organization.budget.FIRST`): with every role assumed and every first page of
Event history asked for as soon as limits allow, the rest fits into the time that the later pages have to wait.

One event loop decides; what blocks is done behind the `Calls` port, by threads or, in a simulation, by nothing but the
clock. So the whole schedule runs as well on a clock that is only counted.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from verify.aws import CannotLook, Throttled, Unreachable
from verify.organization.budget import FIRST, LATER, WORKERS, Budgets
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from verify.organization.budget import Budget

Answer = TypeVar("Answer")

PATIENCE: Final = 8
"""How often a call is made until a throttled or failing service is given up."""
REACHING: Final = 3
"""How often a call is made to an endpoint that cannot be reached: to find that out may take ten seconds."""
PASSING: Final = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "MaxConcurrentQueriesException",
    "ServiceException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    *("500", "502", "503", "504"),
}
"""The codes of AWS for what passes, though it is no throttling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Generic[Answer]):
    """One call.

    Attributes:
        action: The IAM action it needs.
        account: The account whose budget it uses.
        region: Where.
        make: Makes the call, blocking; raises `CannotLook` when there is no answer.
    """

    action: str
    account: str
    region: str
    make: Callable[[], Answer]


class Calls(Protocol):
    """Who makes the calls."""

    async def __call__(self, ask: Ask[Answer], /) -> Answer:
        """Make one.

        Raises:
            CannotLook: when there is no answer.
        """
        ...


class ThreadedCalls:
    """Calls made by threads.

    Args:
        workers: How many threads.
    """

    def __init__(self, workers: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="account")

    async def __call__(self, ask: Ask[Answer], /) -> Answer:
        """Make one in a thread; see `Calls`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _surviving, ask)

    def close(self) -> None:
        """Begin no call any more; those under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Workers:
    """So many places for calls, handed out by rank and, within a rank, in the order they were asked for.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    async def take(self, rank: int) -> None:
        """Wait for a place and take it; the lowest rank goes first."""
        if self._free:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._order), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # given, and never taken
                self.give_back()
            raise

    def give_back(self) -> None:
        """Let go of a place: whoever waits for it has it at once."""
        while self._waiting:
            *_, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


class Pool:
    """Makes calls.

    Args:
        calls: Who makes them.
        workers: How many are under way at a time.
        clock: Seconds, monotonic; `sleep` waits on the same clock.
    """

    def __init__(
        self,
        calls: Calls,
        *,
        workers: int = WORKERS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._sleep = sleep
        self._workers = Workers(workers)
        self.budgets = Budgets()

    async def ask(self, ask: Ask[Answer]) -> Answer:
        """Make a call when its budget and a worker allow; again, and slower, when it is throttled or fails in passing.

        Raises:
            CannotLook: when there is no answer.
        """
        budget = self.budgets.of(ask.action, ask.account, ask.region)
        failures = 0
        while True:
            await self._turn(budget, FIRST.get(ask.action, LATER))
            try:
                answer = await self._calls(ask)
            except CannotLook as error:
                failures += 1
                if failures >= _tries(error):
                    raise
                budget.too_fast(self._clock())
            else:
                budget.answered()
                return answer
            finally:
                self._workers.give_back()

    def soonest(self, action: str, account: str, regions: Sequence[str]) -> str:
        """The first of these Regions in which an action could be called now; where in none, the first of all."""
        now = self._clock()
        free = (one for one in regions if not self.budgets.of(action, account, one).wait(now))
        return next(free, regions[0])

    async def _turn(self, budget: Budget, rank: int) -> None:
        """Wait for a worker and take a turn. Taken earlier, turns would pile up while all workers are busy."""
        while True:
            while wait := budget.wait(self._clock()):
                await self._sleep(wait)
            await self._workers.take(rank)
            if not budget.wait(self._clock()):
                budget.take(self._clock())
                return
            self._workers.give_back()

    async def spare(self) -> None:
        """Wait until a worker has nothing else to do: all calls that are asked for now have begun."""
        await self._workers.take(LATER + 1)
        self._workers.give_back()


def _surviving(ask: Ask[Answer]) -> Answer:
    with surviving(f"{ask.account} {ask.region}"):
        return ask.make()


def _tries(error: CannotLook) -> int:
    """How often a call is made that fails so."""
    if isinstance(error, Throttled) or error.code in PASSING:
        return PATIENCE
    return REACHING if isinstance(error, Unreachable) else 1
