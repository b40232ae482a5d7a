"""Calls side by side, on a clock that is only counted: as many as allowed, as fast as allowed, again when throttled."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.organization.virtual_time import run_virtually
from verify.aws import AccessDenied, CannotLook, Throttled, Unreachable
from verify.organization.budget import Budget, Budgets, published_rate
from verify.organization.pool import PATIENCE, REACHING, Ask, Pool, ThreadedCalls, Workers

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")
LATENCY = 0.03
LOOKUP = "cloudtrail:LookupEvents"
DESCRIBE = "cloudtrail:DescribeTrails"


class Simulated:
    """Calls that take a while and say when they began.

    Args:
        refuse: Raises for a call that is refused, told how many calls of its action were made.
    """

    def __init__(self, refuse: Callable[[Ask[Any], int], None] = lambda _ask, _number: None) -> None:
        self.begun: dict[tuple[str, str, str], list[float]] = defaultdict(list)
        self.most = 0
        self._now = 0
        self._refuse = refuse

    async def __call__(self, ask: Ask[Answer], /) -> Answer:
        """Take the latency of one call."""
        times = self.begun[ask.action, ask.account, ask.region]
        times.append(asyncio.get_running_loop().time())
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(LATENCY)
        self._now -= 1
        self._refuse(ask, len(times))
        return ask.make()


def ask(action: str = DESCRIBE, account: str = "123456789012", region: str = "eu-west-1") -> Ask[str]:
    """A call that answers with its action."""
    return Ask(action=action, account=account, region=region, make=lambda: action)


def pool_of(calls: Simulated, workers: int = 4) -> Pool:
    """A pool on the loop's own clock; to be made while it runs."""
    return Pool(calls, workers=workers, clock=asyncio.get_running_loop().time)


def refusal(kind: type[CannotLook], code: str = "Code") -> CannotLook:
    """An error of a kind."""
    return kind(action=DESCRIBE, where="here", code=code, message="no")


def all_of(calls: Simulated, asks: list[Ask[str]], workers: int = 4) -> float:
    """How many seconds it takes to ask all of these at once."""

    async def work() -> None:
        pool = pool_of(calls, workers)
        await asyncio.gather(*(pool.ask(one) for one in asks))

    return run_virtually(work())[1]


def test_never_more_calls_than_workers_and_never_an_idle_one() -> None:
    """Forty calls without a bound but four workers take ten latencies."""
    calls = Simulated()
    took = all_of(calls, [ask(account=f"{number:012}") for number in range(40)])
    assert calls.most == 4
    assert took == pytest.approx(10 * LATENCY)


@given(rate=st.sampled_from([0.5, 1.0, 2.0, 2.5, 10.0, 20.0]), count=st.integers(1, 60))
def test_no_second_has_more_turns_than_the_rate(rate: float, count: int) -> None:
    """Whichever second is looked at; and nobody waits longer than that takes."""
    budget, now, turns = Budget(rate), 100.0, list[float]()
    for _ in range(count):
        now += budget.wait(now)
        budget.take(now)
        turns.append(now)
    bound = max(int(rate), 1)
    assert all(
        later - first >= bound / rate - 1e-5 for first, later in zip(turns, turns[bound:], strict=False)
    )
    assert now - 100 == pytest.approx((count - 1) // bound * bound / rate, abs=1e-3)


def test_what_others_wait_for_goes_first() -> None:
    """Roles and Regions, then Event history, then the rest, each in the order it was asked for."""
    calls = Simulated()
    actions = ("s3:GetObject", DESCRIBE, LOOKUP, "ec2:DescribeRegions", LOOKUP, "sts:AssumeRole")
    order: list[str] = []

    async def work() -> None:
        pool = pool_of(calls, workers=1)
        busy = asyncio.ensure_future(pool.ask(ask("s3:GetObject", account="0" * 12)))
        await asyncio.sleep(0)

        async def one(number: int, action: str) -> None:
            await pool.ask(ask(action, account=f"{number:012}"))
            order.append(f"{action} {number}")

        await asyncio.gather(busy, *(one(number, action) for number, action in enumerate(actions)))

    run_virtually(work())
    assert order == [
        *("ec2:DescribeRegions 3", "sts:AssumeRole 5", f"{LOOKUP} 2", f"{LOOKUP} 4"),
        *("s3:GetObject 0", f"{DESCRIBE} 1"),
    ]


def test_who_gives_up_waiting_takes_no_worker_along() -> None:
    """Whether the worker was given at that moment or not."""

    async def work() -> None:
        workers = Workers(1)
        await workers.take(0)
        early, late = (asyncio.ensure_future(workers.take(rank)) for rank in (0, 1))
        await asyncio.sleep(0)
        early.cancel()
        workers.give_back()  # to `late`, which is given up after it was given, and before it knows
        late.cancel()
        await asyncio.gather(early, late, return_exceptions=True)
        await asyncio.wait_for(workers.take(2), 1)

    run_virtually(work())


def test_the_region_whose_turn_is_soonest() -> None:
    """The first one while it has turns; when none has, the first one again."""

    async def work() -> list[str]:
        pool = pool_of(Simulated(), workers=9)
        found: list[str] = []
        for _ in range(5):
            region = pool.soonest(LOOKUP, "1" * 12, ("us-east-1", "eu-west-1"))
            found.append(region)
            pool.budgets.of(LOOKUP, "1" * 12, region).take(0)
        return found

    assert run_virtually(work())[0] == ["us-east-1"] * 2 + ["eu-west-1"] * 2 + ["us-east-1"]


def test_budgets_are_of_an_account_and_region_and_wait_for_nobody_else() -> None:
    """Ten Regions with six lookups each take as long as one does: three seconds, less what the last two take."""
    calls = Simulated()
    took = all_of(
        calls, [ask(LOOKUP, region=f"eu-west-{n}") for n in range(10) for _ in range(6)], workers=64
    )
    assert took == pytest.approx(2 + LATENCY)


def test_a_call_that_waits_for_its_budget_keeps_no_worker() -> None:
    """With one worker, nineteen calls elsewhere are made while the second pair of lookups waits for its second."""
    calls = Simulated()
    others = [ask(account=f"{number:012}") for number in range(19)]
    took = all_of(calls, [*(ask(LOOKUP) for _ in range(4)), *others], workers=1)
    assert took == pytest.approx(1 + 2 * LATENCY)
    assert all(times[0] < 1 for key, times in calls.begun.items() if key[0] == DESCRIBE)


def test_turns_do_not_pile_up_while_all_workers_are_busy() -> None:
    """Lookups that could have been made long ago still go two in a second once a worker is free."""
    calls = Simulated()
    busy = [ask("s3:GetObject", account=f"{number:012}") for number in range(100)]
    all_of(calls, [*busy, *(ask(LOOKUP) for _ in range(6))], workers=1)
    times = calls.begun[LOOKUP, "123456789012", "eu-west-1"]
    assert all(later - first >= 1 - 1e-6 for first, later in zip(times, times[2:], strict=False))


def test_throttling_halves_the_rate_and_success_brings_it_back_slowly() -> None:
    """Twice refused, a quarter is left; it takes fifteen answers to be where it was."""
    budget = Budget(10)
    budget.too_fast(0)
    assert budget.rate == 5
    assert budget.wait(0) == pytest.approx(0.25)
    budget.too_fast(0.25)
    assert budget.rate == 2.5
    assert budget.wait(0.25) == pytest.approx(0.5)
    answers = next(number for number in itertools.count(1) if (budget.answered(), budget.rate)[1] == 10)
    assert answers == 15


def test_a_budget_never_stops_for_good() -> None:
    """However often it is refused."""
    budget = Budget(2)
    for _ in range(1000):
        budget.too_fast(0)
        budget.answered()
    assert budget.rate >= 2 / 64


def test_who_is_throttled_is_asked_again_and_others_do_not_notice() -> None:
    """Three refusals in one Region; the neighbour's calls go on."""

    def refuse(one: Ask[Any], number: int) -> None:
        if one.region == "eu-west-1" and number <= 3:
            raise refusal(Throttled)

    calls = Simulated(refuse)
    took = all_of(calls, [ask(), ask(region="us-east-1")])
    assert Counter({key[2]: len(times) for key, times in calls.begun.items()}) == {
        "eu-west-1": 4,
        "us-east-1": 1,
    }
    assert took == pytest.approx(0.25 + 0.5 + 1 + 4 * LATENCY)


@pytest.mark.parametrize(
    ("error", "times"),
    [
        pytest.param(refusal(Throttled), PATIENCE, id="throttled"),
        pytest.param(refusal(CannotLook, "InternalFailure"), PATIENCE, id="aws-itself"),
        pytest.param(refusal(Unreachable), REACHING, id="unreachable"),
        pytest.param(refusal(AccessDenied), 1, id="denied"),
    ],
)
def test_what_does_not_pass_is_given_up_and_its_worker_is_free_again(error: CannotLook, times: int) -> None:
    """After as many tries as the failure deserves."""

    def refuse(_ask: Ask[Any], _number: int) -> None:
        raise error

    calls = Simulated(refuse)

    async def work() -> None:
        pool = pool_of(calls, workers=1)
        with pytest.raises(type(error)):
            await pool.ask(ask())
        await pool.spare()

    run_virtually(work())
    assert [len(one) for one in calls.begun.values()] == [times]


def test_a_worker_is_spare_only_when_every_call_has_begun() -> None:
    """Who waits for a spare worker waits behind all calls that were asked for before."""
    calls = Simulated()

    async def work() -> float:
        pool = pool_of(calls, workers=2)
        asked = [asyncio.ensure_future(pool.ask(ask(account=f"{n:012}"))) for n in range(6)]
        await asyncio.sleep(0)
        await pool.spare()
        spare_at = asyncio.get_running_loop().time()
        await asyncio.gather(*asked)
        return spare_at

    assert run_virtually(work())[0] == pytest.approx(3 * LATENCY)


def test_an_account_that_is_done_leaves_no_budget_behind() -> None:
    """The others stay."""
    budgets = Budgets()
    kept = budgets.of(LOOKUP, "111111111111", "us-east-1")
    gone = budgets.of(LOOKUP, "123456789012", "us-east-1")
    budgets.forget("123456789012")
    assert budgets.of(LOOKUP, "111111111111", "us-east-1") is kept
    assert budgets.of(LOOKUP, "123456789012", "us-east-1") is not gone


def test_published_rates() -> None:
    """An action's own, else its service's."""
    assert [
        published_rate(action) for action in (LOOKUP, DESCRIBE, "ec2:DescribeRegions", "sts:AssumeRole")
    ] == [
        2,
        10,
        20,
        600,
    ]


def test_a_defect_in_a_call_is_an_answer_that_is_missing() -> None:
    """Threads make the calls; what nobody foresaw costs the one that met it."""
    threaded = ThreadedCalls(2)

    async def work() -> tuple[str, object]:
        pool = Pool(threaded, workers=2)
        broken = Ask(action=DESCRIBE, account="1" * 12, region="us-east-1", make=lambda: 1 // 0)
        sound, failed = await asyncio.gather(pool.ask(ask()), pool.ask(broken), return_exceptions=True)
        assert isinstance(sound, str)
        return sound, failed

    try:
        sound, failed = asyncio.run(work())
    finally:
        threaded.close()
    assert sound == DESCRIBE
    assert isinstance(failed, CannotLook)
