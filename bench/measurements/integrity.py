"""The integrity of small log files, against `aws cloudtrail validate-logs` on the same endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.measure import in_turns
from bench.measurements.plan import RUNS
from bench.ours import commands
from bench.peers import awscli
from bench.results import Comparison, Measured, Requirement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.corpus import Spec
    from bench.endpoint.client import EndpointClient, Weight
    from bench.measurements.plan import Plan

TIMES_FASTER: Final = 20
"""How many times faster than validate-logs it has to be."""


def near_integrity(plan: Plan, endpoint: EndpointClient) -> Comparison:
    """Check every digest file and every log file, nothing known from before, on an endpoint that answers at once.

    Nothing waits there, so what is compared is processor time; S3 never answers like that, and nothing is required.
    """
    spec = plan.small()
    weight = endpoint.serve(spec)
    title = "Integrity of small log files, every answer at once"
    return _comparison("near-integrity", title, spec, weight, _in_turns(plan, endpoint, spec))


def integrity(plan: Plan, endpoint: EndpointClient, *, latency: float) -> Comparison:
    """The same on an endpoint that holds every answer back, as S3 does.

    Args:
        plan: What is measured.
        endpoint: The endpoint.
        latency: How long it holds an answer back, in seconds.
    """
    spec = plan.small()
    weight = endpoint.serve(spec)
    ours, theirs = _in_turns(plan, endpoint, spec)
    away = f"{latency * 1000:.0f} ms away"
    required = Requirement(
        says=f"Integrity of {spec.files:,} small log files, {away}: times faster than "
        "`aws cloudtrail validate-logs`",
        relation="at least",
        limit=TIMES_FASTER,
        figure=theirs.seconds / ours.seconds,
    )
    title = f"Integrity of small log files, every answer {away}"
    return _comparison("integrity", title, spec, weight, [ours, theirs], required)


def _in_turns(plan: Plan, endpoint: EndpointClient, spec: Spec) -> list[Measured]:
    contenders = [
        commands.integrity(spec, endpoint.environment, plan.folder, runs=RUNS),
        awscli.validate_logs(spec, endpoint.environment, runs=1),
    ]
    return in_turns(contenders, endpoint=endpoint, progress=plan.progress)


def _comparison(
    id: str,  # noqa: A002 -- what the field is called
    title: str,
    spec: Spec,
    weight: Weight,
    measured: Sequence[Measured],
    *requirements: Requirement,
) -> Comparison:
    return Comparison(
        id=id,
        title=title,
        files=spec.files,
        inflated_bytes=weight.inflated,
        stored_bytes=weight.stored,
        ours=(measured[0],),
        others=tuple(measured[1:]),
        requirements=requirements,
    )
