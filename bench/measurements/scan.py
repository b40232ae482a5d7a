"""Large log files: the whole check, from start to report, against inflating and hashing alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from bench.corpus import write_folder
from bench.measure import in_turns
from bench.measurements.plan import CLOSE_RUNS, SLOW_RUNS
from bench.ours import commands
from bench.peers.floor import floor
from bench.results import Comparison, Requirement

if TYPE_CHECKING:
    from bench.endpoint.client import EndpointClient
    from bench.measurements.plan import Plan

OF_THE_FLOOR: Final = 0.8
"""Which share of the floor's throughput a scan has to reach."""


def scan(plan: Plan, endpoint: EndpointClient) -> Comparison:
    """Check, and search, log files of 40 to 50 MB."""
    spec = plan.large()
    weight = endpoint.serve(spec)
    different = msgspec.structs.replace(spec, bucket="large-bodies", files=spec.bodies)
    folder = write_folder(different, plan.folder)
    integrity = commands.integrity(spec, endpoint.environment, plan.folder, runs=CLOSE_RUNS)
    search = commands.search(spec, endpoint.environment, plan.folder, runs=SLOW_RUNS)
    alone = floor(spec, folder, runs=CLOSE_RUNS)
    mine, found, least = in_turns([integrity, search, alone], endpoint=endpoint, progress=plan.progress)
    required = Requirement(
        says="Scan of large log files: share of the throughput of inflate and SHA-256 alone",
        relation="at least",
        limit=OF_THE_FLOOR,
        figure=least.seconds / mine.seconds,
    )
    return Comparison(
        id="scan",
        title="Scan of large log files",
        files=spec.files,
        inflated_bytes=weight.inflated,
        stored_bytes=weight.stored,
        ours=(mine, found),
        others=(least,),
        requirements=(required,),
    )
