"""A plan for people, and for the runners of a CI system. Pure."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import yaml

from verify.report.text import loggable, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rollout.plan import Plan, Wave

GITHUB_JOBS: Final = 256
"""Most jobs that a matrix makes: docs.github.com/en/actions/reference/limits."""
GITLAB_JOBS: Final = 200
"""Most jobs that `parallel:matrix` makes: docs.gitlab.com/ci/yaml/#parallelmatrix."""
GITLAB_JOB: Final = ".meshtrail-rollout"
GITLAB_INCLUDE: Final = "/.gitlab/meshtrail-rollout.yml"


def as_text(plan: Plan) -> str:
    """Waves and stacks, for a terminal."""
    return "\n".join(map(loggable, _lines(plan))) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    settings = plan.settings
    yield (
        f"{settings.project} to {plural(len(plan.stacks), 'account')}"
        f"{f' of {plan.organization}' if plan.organization else ''} in {plural(len(plan.waves), 'wave')}"
    )
    yield f"  role     {settings.role_name or '(none: the credentials have to be those of the account)'}"
    yield f"  backend  {settings.backend or '(wherever `pulumi login` says)'}"
    for wave in plan.waves:
        yield f"  wave {wave.number}{' (canary)' if wave.canary else ''}: {plural(len(wave.stacks), 'stack')}"
        yield from (f"    {stack.name}  {stack.account_name}" for stack in wave.stacks)
    if plan.skipped:
        yield f"  left out: {plural(len(plan.skipped), 'account')}"
        yield from (f"    {one.account}  {one.account_name}: {one.why}" for one in plan.skipped)


def as_github(plan: Plan) -> str:
    """Lines for `$GITHUB_OUTPUT`: `waves`, and for each wave the matrix of its jobs as `wave-<number>`."""
    numbers = [wave.number for wave in plan.waves]
    lines = [f"waves={json.dumps(numbers)}"]
    lines += [
        f"wave-{wave.number}={json.dumps({'include': _jobs(wave, GITHUB_JOBS)}, separators=(',', ':'))}"
        for wave in plan.waves
    ]
    return "\n".join(lines) + "\n"


def as_gitlab(plan: Plan) -> str:
    """A child pipeline: a stage for every wave, so that no wave begins after one that failed.

    What a job runs in, and with which credentials, is the project's own: it defines `.meshtrail-rollout`.
    """
    pipeline: dict[str, Any] = {
        "include": [{"local": GITLAB_INCLUDE}],
        "stages": [f"wave-{wave.number}" for wave in plan.waves],
    }
    for wave in plan.waves:
        jobs = [
            {"WAVE": str(wave.number), "JOB": job["job"], "ROLLOUT_ARGUMENTS": job["arguments"]}
            for job in _jobs(wave, GITLAB_JOBS)
        ]
        pipeline[f"rollout wave {wave.number}"] = {
            "stage": f"wave-{wave.number}",
            "extends": GITLAB_JOB,
            "parallel": {"matrix": jobs},
        }
    return yaml.safe_dump(pipeline, sort_keys=False, width=10_000)


def _jobs(wave: Wave, most: int) -> list[dict[str, Any]]:
    """The wave's stacks, one a job, or as few a job as the system's bound allows."""
    size = math.ceil(len(wave.stacks) / most)
    batches = [wave.stacks[begin : begin + size] for begin in range(0, len(wave.stacks), size)]
    return [
        {
            "wave": wave.number,
            "job": batch[0].name if len(batch) == 1 else f"{batch[0].name} to {batch[-1].name}",
            "arguments": " ".join(f"--only-stack {stack.name}" for stack in batch),
        }
        for batch in batches
    ]
