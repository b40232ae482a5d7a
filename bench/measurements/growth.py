"""Time and memory against the number of files, and of days: linear in the one, bounded in the other.

Whether a line is straight is a question about the command and not about the machine, and what else runs on a machine
makes a run slower, never faster. So the fastest of several runs counts, for every size alike; and the sizes take turns,
so that a slow quarter of an hour cannot fall on all runs of one of them.
"""

from __future__ import annotations

from statistics import linear_regression
from typing import TYPE_CHECKING, Final, Literal

from bench.measure import measured
from bench.measurements.plan import SERIES_RUNS
from bench.ours import commands
from bench.results import Measured, Point, Requirement, Run, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.corpus import Spec
    from bench.endpoint.client import EndpointClient
    from bench.measurements.plan import Plan

OFF_THE_LINE: Final = 0.15
"""How far a time may lie off the line through all of them, as a share of it."""
MORE_MEMORY: Final = 0.2
"""How much more, or less, memory ten times the files may take."""


def by_files(plan: Plan, endpoint: EndpointClient) -> Series:
    """The same weeks with more and more files in them."""
    points = _points(plan, endpoint, plan.by_files())
    least, most = points[0], points[-1]
    memory = Requirement(
        says=f"Peak memory at {least.files:,} and at {most.files:,} files: how far apart",
        relation="at most",
        limit=MORE_MEMORY,
        figure=abs(most.measured.peak_bytes / least.measured.peak_bytes - 1),
    )
    title = "Time and memory against the number of log files"
    return series_of("files", title, points, "files", memory)


def by_days(plan: Plan, endpoint: EndpointClient) -> Series:
    """The same rate of delivery over more and more days."""
    points = _points(plan, endpoint, plan.by_days())
    return series_of(
        "days", "Time and memory against the number of days, a log file every five minutes", points, "days"
    )


def _points(plan: Plan, endpoint: EndpointClient, specs: Sequence[Spec]) -> list[Point]:
    contenders = [commands.integrity(spec, endpoint.environment, plan.folder) for spec in specs]
    runs: list[list[Run]] = [[] for _ in specs]
    for _ in range(SERIES_RUNS):
        for spec, contender, its in zip(specs, contenders, runs, strict=True):
            endpoint.serve(spec)
            its.append(measured(contender, endpoint=endpoint))
            plan.progress(f"{spec.files:,} files over {spec.days} days: {its[-1].seconds:.2f} s")
    return [
        Point(
            files=spec.files,
            days=spec.days,
            measured=Measured(name=contender.name, what=contender.what, runs=tuple(its)),
        )
        for spec, contender, its in zip(specs, contenders, runs, strict=True)
    ]


def series_of(
    id: str,  # noqa: A002 -- what the field is called
    title: str,
    points: Sequence[Point],
    axis: Literal["files", "days"],
    *requirements: Requirement,
) -> Series:
    """A series, and what is required of it.

    Args:
        id: A short name.
        title: What grows.
        points: The sizes, growing.
        axis: Which attribute of a point grows.
        requirements: What is required besides a straight line.
    """
    linear = Requirement(
        says=f"Time against the number of {axis}, fastest of {SERIES_RUNS} runs: "
        "how far any point lies off a straight line",
        relation="at most",
        limit=OFF_THE_LINE,
        figure=off_the_line([(float(getattr(point, axis)), point.measured.fastest) for point in points]),
    )
    return Series(id=id, title=title, axis=axis, points=tuple(points), requirements=(linear, *requirements))


def off_the_line(points: Sequence[tuple[float, float]]) -> float:
    """How far the farthest point lies off the straight line that fits all of them best, as a share."""
    slope, start = linear_regression([x for x, _ in points], [y for _, y in points])
    return max(abs(y / (start + slope * x) - 1) for x, y in points)
