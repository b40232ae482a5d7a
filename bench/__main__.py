"""`python -m bench`: measure everything, write build/bench.json and docs/performance.md, and say what falls short."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench import organization, page
from bench.corpus import log_keys
from bench.endpoint.client import EndpointClient, running_endpoint
from bench.endpoint.saturate import CONNECTIONS, PIPELINED, saturated
from bench.event_history import REGIONS, simulate
from bench.machine import commit, this_machine, versions
from bench.measurements.growth import by_days, by_files
from bench.measurements.integrity import integrity, near_integrity
from bench.measurements.plan import Plan
from bench.measurements.scan import scan
from bench.measurements.search import search
from bench.ours import commands
from bench.peers import awscli, trailscraper, zgrep
from bench.results import Bench, HistoryReading, OrganizationScale, Saturation

_ROOT: Final = Path(__file__).parents[1]
_FOLDER: Final = _ROOT / "build" / "bench"
_RESULT: Final = _ROOT / "build" / "bench.json"
_LATENCY: Final = 0.01
"""How long the distant endpoint holds an answer back, in seconds: the least of what AWS says of small objects in S3.

Its median is "often in the tens of milliseconds" ("Timeouts and Retries for Latency-Sensitive Applications"), and
"roughly 100-200 milliseconds" can be counted on (Amazon S3 user guide, "Best practices design patterns: optimizing
Amazon S3 performance").
"""
_SATURATING: Final = 3.0
_EVENTS: Final = 50_000


def main() -> int:
    """Measure, write, and tell.

    Returns:
        0 when every requirement is met; 1 when one is not.
    """
    scale = float(os.environ.get("BENCH_SCALE", "1"))
    plan = Plan(scale=scale, folder=_FOLDER, progress=_say)
    commands.compile_as_installed()
    result = measure(plan)
    _RESULT.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2))
    _say(f"{_RESULT.relative_to(_ROOT)} is written")
    if scale == 1:
        page.write(result)
        _say("docs/performance.md is written")
    missed = [requirement for requirement in result.requirements if not requirement.met]
    for requirement in result.requirements:
        met = "met   " if requirement.met else "MISSED"
        _say(
            f"{met} {requirement.says}: {requirement.figure:.2f} ({requirement.relation} {requirement.limit:g})"
        )
    return 1 if missed else 0


def measure(plan: Plan) -> Bench:
    """Measure everything, one after the other."""
    machine = this_machine()
    tools = {"awscli": awscli.version(), "trailscraper": trailscraper.version(), "zgrep": zgrep.version()}
    with running_endpoint() as endpoint:
        _say("endpoint")
        most = _saturation(plan, endpoint)
        _say("integrity, near")
        comparisons = [near_integrity(plan, endpoint)]
        _say("search")
        comparisons.append(search(plan, endpoint))
        _say("scan")
        comparisons.append(scan(plan, endpoint))
        _say("growth")
        series = (by_files(plan, endpoint), by_days(plan, endpoint))
    with running_endpoint(latency=_LATENCY) as endpoint:
        _say("integrity, from a distance")
        comparisons.append(integrity(plan, endpoint, latency=_LATENCY))
    return Bench(
        measured_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=commit(),
        scale=plan.scale,
        machine=machine,
        versions=versions() | tools,
        saturation=most,
        comparisons=tuple(comparisons),
        series=series,
        event_history=(_history(1), _history(len(REGIONS))),
        organization=_organization(plan.scale),
    )


def _saturation(plan: Plan, endpoint: EndpointClient) -> Saturation:
    small, large = plan.light(), plan.heavy()
    endpoint.serve(small)
    before = endpoint.usage()
    requests, _ = saturated(
        endpoint.port, [f"/{small.bucket}/{key}" for _, key in log_keys(small)], seconds=_SATURATING
    )
    spent = endpoint.usage().since(before)
    endpoint.serve(large)
    _, sent = saturated(
        endpoint.port, [f"/{large.bucket}/{key}" for _, key in log_keys(large)], seconds=_SATURATING
    )
    return Saturation(
        connections=CONNECTIONS,
        pipelined=PIPELINED,
        requests_per_second=requests,
        cpu_seconds_per_request=spent.cpu_seconds / spent.requests,
        bytes_per_second=sent,
    )


def _organization(scale: float) -> OrganizationScale:
    _say("organization")
    return organization.measure([max(round(size * scale), 1) for size in organization.SIZES])


def _history(regions: int) -> HistoryReading:
    found = simulate(_EVENTS, regions=REGIONS[:regions])
    return HistoryReading(
        events=found.events,
        regions=regions,
        minimum_seconds=found.minimum,
        seconds=found.seconds,
        refused=found.throttled,
    )


_BEGAN: Final = time.monotonic()


def _say(text: str) -> None:
    sys.stderr.write(f"{time.monotonic() - _BEGAN:6.1f} s  {text}\n")


if __name__ == "__main__":
    sys.exit(main())
