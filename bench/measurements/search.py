"""App Mesh's events in small log files: meshtrail from the endpoint and from local disk, peers from local disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.corpus import write_folder
from bench.measure import in_turns
from bench.measurements.plan import RUNS, SLOW_RUNS
from bench.ours import commands, local
from bench.peers import duck, trailscraper, zgrep
from bench.results import Comparison, Requirement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.endpoint.client import EndpointClient
    from bench.measurements.plan import Plan
    from bench.results import Measured

PEERS: Final = {
    "trailscraper": "trailscraper",
    "DuckDB": "DuckDB over the gzip files",
    "zgrep": "zgrep on local disk",
}
"""Who has to be behind: how their commands' names begin, and how the requirement calls them."""


def search(plan: Plan, endpoint: EndpointClient) -> Comparison:
    """Find the events of one service among those of all."""
    spec = plan.small()
    weight = endpoint.serve(spec)
    folder = write_folder(spec, plan.folder)
    ours = [
        commands.search(spec, endpoint.environment, plan.folder, runs=RUNS),
        local.search(spec, folder, runs=RUNS),
    ]
    others = [
        trailscraper.select(spec, folder, runs=SLOW_RUNS),
        *(duck.search(spec, folder, form=form, runs=SLOW_RUNS) for form in duck.QUERIES),
        zgrep.zgrep(spec, folder, runs=1),
        zgrep.zcat(spec, folder, runs=RUNS),
    ]
    measured = in_turns([*ours, *others], endpoint=endpoint, progress=plan.progress)
    mine, theirs = measured[: len(ours)], measured[len(ours) :]
    return Comparison(
        id="search",
        title="Search for App Mesh's events in the same files",
        files=spec.files,
        inflated_bytes=weight.inflated,
        stored_bytes=weight.stored,
        ours=tuple(mine),
        others=tuple(theirs),
        requirements=tuple(_required(mine[1], theirs)),
    )


def _required(ours: Measured, theirs: Sequence[Measured]) -> list[Requirement]:
    """Our reader ahead of each peer's best form, all of them over the same files on local disk."""
    return [
        Requirement(
            says=f"Search for App Mesh's events: times faster than {called}",
            relation="more than",
            limit=1.0,
            figure=min(each.seconds for each in theirs if each.name.startswith(begins)) / ours.seconds,
        )
        for begins, called in PEERS.items()
    ]
