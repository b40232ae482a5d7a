"""How long surveying an organization takes, on a clock that only latency and AWS's limits move.

The survey's own scheduling runs, with its own budgets; only what blocks is replaced, by a wait of the latency and an
answer from memory. Whoever is asked faster than AWS publishes that it answers refuses, as AWS would.

`python -m bench.organization ACCOUNTS WORKERS` is one such run, a process of its own so that its memory is its own.
"""

from __future__ import annotations

import asyncio
import math
import resource
import subprocess
import sys
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import boto3
import msgspec

from bench.measure import BenchFailed
from bench.measurements.growth import OFF_THE_LINE, off_the_line
from bench.organization_of_fakes import (
    MANAGEMENT,
    NOW,
    ORGANIZATION,
    REGIONS,
    AllLanded,
    Sessions,
    accounts,
    is_busy,
    pages_of,
    shared,
)
from bench.results import OrganizationReading, OrganizationScale, Requirement
from bench.virtual_loop import run_virtually
from verify.aws import Throttled
from verify.organization.document import OrganizationReport
from verify.organization.matrix import CellState
from verify.organization.pool import Pool
from verify.organization.render import render
from verify.organization.scope import SurveyScope
from verify.organization.sessions import role_regions
from verify.organization.survey import UNDER_WAY, Survey
from verify.report.parts import Window as ReportedWindow
from verify.stores.event_history import KEPT
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.organization.lasting import Lasting
    from verify.organization.matrix import AccountRow
    from verify.organization.pool import Ask

LATENCY: Final = 0.03
"""How long each call takes, in seconds."""
SIZES: Final = (250, 500, 1_000)
FEW_WORKERS: Final = 32
"""Few enough that they are the limit, so that time grows with the accounts and with nothing else."""
MANY_WORKERS: Final = 256
"""More than one process of Python keeps busy; a schedule that scales keeps near the bound with them, too."""
ENOUGH_WORKERS: Final = 2_048
"""So many that they are the limit no more: what is left are AWS's limits, latency, and what waits for what."""
OFF_THE_BOUND: Final = 1.3
MEMORY: Final = 1e9

LIMITS: Final = {
    "sts:AssumeRole": 600,
    "ec2:DescribeRegions": 20,
    "cloudtrail:DescribeTrails": 10,
    "cloudtrail:GetTrailStatus": 10,
    "cloudtrail:ListEventDataStores": 10,
    "cloudtrail:LookupEvents": 2,
    "s3:GetObject": 5_500,
}
"""Calls a second that AWS publishes for an account and Region; S3's for a prefix. Written down here once more, so that
nothing is measured against itself."""

_ROUNDING: Final = 1e-6
_Answer = TypeVar("_Answer")


class StrictCalls:
    """Calls that take the latency, and are refused beyond AWS's limits."""

    def __init__(self) -> None:
        self.made = Counter[str]()
        self.refused = 0
        self._begun: dict[tuple[str, str, str], deque[float]] = {}

    async def __call__(self, ask: Ask[_Answer], /) -> _Answer:
        """Make one.

        Raises:
            Throttled: It is one more within a second than AWS answers.
        """
        now = asyncio.get_running_loop().time()
        limit = LIMITS[ask.action]
        begun = self._begun.setdefault((ask.action, ask.account, ask.region), deque(maxlen=limit))
        too_fast = len(begun) == limit and begun[0] > now - 1 + _ROUNDING
        begun.append(now)
        self.made[ask.action] += 1
        await asyncio.sleep(LATENCY)
        if too_fast:
            self.refused += 1
            raise Throttled(
                action=ask.action, where=ask.region, code="ThrottlingException", message="Rate exceeded"
            )
        return ask.make()


def simulate(count: int, *, workers: int = FEW_WORKERS) -> OrganizationReading:
    """Survey so many accounts by seventeen Regions, and render what was found.

    Raises:
        BenchFailed: A cell of the matrix is not what it should be.
    """
    calls = StrictCalls()
    rows: list[AccountRow] = []
    began = time.process_time()
    _, seconds = run_virtually(_survey(count, calls, workers, rows))
    cpu_seconds = time.process_time() - began
    report = OrganizationReport.of(
        rows,
        organization=ORGANIZATION,
        management_account=MANAGEMENT,
        regions=REGIONS,
        window=ReportedWindow(start=NOW - KEPT, end=NOW),
        generated_at=NOW,
    )
    caught = sum(cell.state is CellState.CAUGHT for row in report.accounts for cell in row.cells)
    if caught != count * len(REGIONS):
        raise BenchFailed(f"{caught} cells were caught instead of {count * len(REGIONS)}")
    render(report, "json")
    render(report, "html")
    return OrganizationReading(
        accounts=count,
        regions=len(REGIONS),
        calls=calls.made.total(),
        refused=calls.refused,
        workers=workers,
        latency=LATENCY,
        minimum_seconds=lower_bound(count, workers=workers),
        limits_seconds=lower_bound(count),
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


async def _survey(count: int, calls: StrictCalls, workers: int, rows: list[AccountRow]) -> None:
    pool = Pool(calls, workers=workers, clock=asyncio.get_running_loop().time)
    scope = SurveyScope(
        organization=ORGANIZATION,
        caller=MANAGEMENT,
        home="us-east-1",
        regions=REGIONS,
        window=Window(NOW - KEPT, NOW),
        now=NOW,
        role_regions=role_regions("us-east-1", REGIONS),
    )
    survey = Survey(
        scope,
        sessions=Sessions(),
        pool=pool,
        shared=shared(),
        lasting=cast("Lasting", AllLanded()),
        under_way=max(UNDER_WAY, workers),
    )
    await survey.run(accounts(count), rows.append)


def lower_bound(count: int, *, workers: int | None = None) -> float:
    """The seconds that no schedule of these calls can fall below, whatever it does and in whatever order accounts come.

    The first two are AWS's and nobody else's: limits and latency, and what has to wait for what. The third is ours,
    and counts only where `workers` says so.

    1. The last role. Of n calls that one account and Region answers r times a second, the last begins no earlier than
       floor((n - 1) / r) seconds after the first. STS counts all AssumeRole calls for the caller, in each Region by
       itself, so that r is its rate times the Regions. Whichever account comes last, what follows in it takes no less
       than the shortest chain there is: its role, its Regions, its trails, a trail's status, L each.
    2. The longest chain. Whichever account has it, and if it comes first: its role and its Regions, L each; of k pages
       of Event history the last begins no earlier than floor((k - 1) / 2) seconds after the first, and takes L; the
       events are looked for when they are known, which takes L.
    3. Workers. No more than `workers` calls are under way at a time and each takes the latency L, so N calls take
       N * L / workers.
    """
    last_role = (count - 1) // (LIMITS["sts:AssumeRole"] * len(REGIONS)) * 1.0
    chains = [_chain(account.id, region) for account in accounts(count) for region in REGIONS]
    # An account's chain is the longest of its Regions'; the shortest of all chains is no more than that of any account.
    of_limits = max(last_role + 2 * LATENCY + min(chains), 2 * LATENCY + max(chains))
    return of_limits if workers is None else max(of_limits, _calls(count) * LATENCY / workers)


def _calls(count: int) -> int:
    """How many calls the survey needs."""
    places = [(account.id, region) for account in accounts(count) for region in REGIONS]
    return 2 * count + sum(3 + pages_of(*place) + is_busy(*place) for place in places)


def _chain(account: str, region: str) -> float:
    """How long what follows one another in a Region takes, once its account's Regions are known."""
    pages = pages_of(account, region)
    turns = max(math.floor((pages - 1) / LIMITS["cloudtrail:LookupEvents"]) * 1.0, (pages - 1) * LATENCY)
    return max(2 * LATENCY, turns + LATENCY + is_busy(account, region) * LATENCY)


def measure(sizes: Sequence[int] = SIZES) -> OrganizationScale:
    """Each size with few workers, and the largest with many, and with as many as it takes."""
    grown = [_by_itself(size, FEW_WORKERS) for size in sizes]
    hurried = _by_itself(sizes[-1], MANY_WORKERS)
    free = _by_itself(sizes[-1], ENOUGH_WORKERS)
    largest = grown[-1]
    what = f"{largest.accounts:,} accounts by {largest.regions} Regions"
    return OrganizationScale(
        readings=(*grown, hurried, free),
        requirements=(
            Requirement(
                says=(
                    f"{what}, {free.workers:,} workers: time against the bound of AWS's limits and latency alone, "
                    "workers aside"
                ),
                relation="at most",
                limit=OFF_THE_BOUND,
                figure=free.seconds / free.limits_seconds,
            ),
            *(
                Requirement(
                    says=f"{what}, {one.workers} workers: time against the bound that they, latency and limits set",
                    relation="at most",
                    limit=OFF_THE_BOUND,
                    figure=one.seconds / one.minimum_seconds,
                )
                for one in (largest, hurried)
            ),
            Requirement(
                says=f"{what}: peak memory in GB",
                relation="at most",
                limit=1,
                figure=max(one.peak_bytes for one in (largest, hurried, free)) / MEMORY,
            ),
            Requirement(
                says="Time against the number of accounts: how far any point lies off a straight line",
                relation="at most",
                limit=OFF_THE_LINE,
                figure=off_the_line([(float(one.accounts), one.seconds) for one in grown]),
            ),
        ),
    )


def _by_itself(count: int, workers: int) -> OrganizationReading:
    command = (sys.executable, "-m", "bench.organization", str(count), str(workers))
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise BenchFailed(done.stderr.decode(errors="replace")[-2_000:])
    return msgspec.json.decode(done.stdout, type=OrganizationReading)


def main() -> None:
    """One run, to stdout. Clients of every Region are held meanwhile, as a real run holds them."""
    session: Any = boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="example")  # noqa: S106 -- signs nothing
    held = [session.client("cloudtrail", region_name=region) for region in REGIONS]
    reading = simulate(int(sys.argv[1]), workers=int(sys.argv[2]))
    del held
    sys.stdout.buffer.write(msgspec.json.encode(reading))


if __name__ == "__main__":
    main()
