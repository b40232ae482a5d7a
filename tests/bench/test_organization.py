"""A small organization on a simulated clock: the bound is one, and the survey stays near it."""

from __future__ import annotations

import asyncio

import pytest

from bench import organization
from bench.organization import ENOUGH_WORKERS, LATENCY, LIMITS, StrictCalls, lower_bound, simulate
from bench.organization_of_fakes import REGIONS
from bench.organization_section import organization_section
from bench.results import OrganizationReading, OrganizationScale
from bench.virtual_loop import run_virtually
from verify.aws import Throttled
from verify.organization.pool import Ask

LOOKUP = "cloudtrail:LookupEvents"


@pytest.fixture(scope="module")
def reading() -> OrganizationReading:
    """Sixty accounts."""
    return simulate(60, workers=8)


def test_a_survey_stays_near_the_bound_and_never_below(reading: OrganizationReading) -> None:
    """Every call is made, none is refused, and all cells are caught."""
    assert reading.refused == 0
    assert reading.calls > 60 * (2 + 4 * len(REGIONS))
    assert reading.minimum_seconds <= reading.seconds <= 1.3 * reading.minimum_seconds


def test_the_calls_of_the_bound_are_those_that_are_made(reading: OrganizationReading) -> None:
    """With one worker the bound is the number of calls times their latency."""
    assert lower_bound(60, workers=1) == pytest.approx(reading.calls * LATENCY)


def test_more_workers_lower_the_bound_until_limits_hold() -> None:
    """A third page of Event history comes a second after the first, whoever asks for it."""
    bounds = [lower_bound(1_000, workers=workers) for workers in (32, 256, 10**6)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == lower_bound(1_000) == pytest.approx(1 + 4 * LATENCY)


def test_the_bound_of_limits_knows_when_the_last_role_can_be_assumed() -> None:
    """Six hundred a second in each of seventeen Regions; then the shortest chain there is."""
    regions = len(REGIONS)
    assert lower_bound(600 * regions * 2 + 1) == pytest.approx(2 + 4 * LATENCY)


def test_with_enough_workers_limits_and_latency_alone_set_the_time() -> None:
    """Two hundred accounts, in whatever order they come: a fifth of the workers for a fifth of the accounts."""
    free = simulate(200, workers=ENOUGH_WORKERS // 5)
    assert free.refused == 0
    assert free.limits_seconds <= free.seconds <= 1.3 * free.limits_seconds
    assert free.minimum_seconds == free.limits_seconds


def test_calls_beyond_the_limit_are_refused() -> None:
    """A third LookupEvents within a second is; the one after that second is not."""
    calls = StrictCalls()

    async def ask() -> str:
        return await calls(Ask(action=LOOKUP, account="a", region="r", make=lambda: "answer"))

    async def work() -> list[object]:
        at_once = await asyncio.gather(*(ask() for _ in range(LIMITS[LOOKUP] + 1)), return_exceptions=True)
        await asyncio.sleep(2)
        return [*at_once, await ask()]

    answers, seconds = run_virtually(work())
    assert [isinstance(one, Throttled) for one in answers] == [False, False, True, False]
    assert calls.refused == 1
    assert seconds == pytest.approx(2 + 2 * LATENCY)


def test_the_section_says_what_was_measured(reading: OrganizationReading) -> None:
    """A line for each size; nothing at all where nothing was measured."""
    text = organization_section(OrganizationScale(readings=(reading, reading)))
    assert text.count("| 60 | 17 |") == 2
    assert text.endswith("\n\n")
    assert organization_section(None) == ""


def test_what_is_required_of_the_largest(
    monkeypatch: pytest.MonkeyPatch, reading: OrganizationReading
) -> None:
    """Time against the bound of limits and against those of workers, memory, and a straight line."""

    def run(count: int, workers: int) -> OrganizationReading:
        return OrganizationReading(
            accounts=count,
            regions=reading.regions,
            calls=reading.calls,
            refused=0,
            workers=workers,
            latency=LATENCY,
            minimum_seconds=count / workers,
            seconds=count / workers * 1.2,
            cpu_seconds=0.1,
            peak_bytes=2 * 10**9,
            limits_seconds=count / 10_000,
        )

    monkeypatch.setattr(organization, "_by_itself", run)
    measured = organization.measure((10, 20, 40))
    assert [one.met for one in measured.requirements] == [False, True, True, False, True]
    assert [one.accounts for one in measured.readings] == [10, 20, 40, 40, 40]
