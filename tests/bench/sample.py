"""A measurement that nobody made, for tests of what is written from one."""

from bench.results import (
    Bench,
    Comparison,
    HistoryReading,
    Machine,
    Measured,
    Point,
    Requirement,
    Run,
    Saturation,
    Series,
)


def measured(name: str, *seconds: float, requests: int = 1_000) -> Measured:
    """A command that took so long."""
    runs = tuple(
        Run(
            seconds=each,
            cpu_seconds=each,
            peak_bytes=100_000_000,
            found=1,
            endpoint_cpu_seconds=each / 10,
            endpoint_requests=requests,
        )
        for each in seconds
    )
    return Measured(name=name, what=f"`{name}`", runs=runs)


def comparison(name: str, *requirements: Requirement) -> Comparison:
    """Two commands, theirs ten times slower."""
    return Comparison(
        id=name,
        title=f"Title of {name}",
        files=1_000,
        inflated_bytes=8_500_000,
        stored_bytes=1_900_000,
        ours=(measured("ours", 1.0, 2.0, 1.5),),
        others=(measured("theirs", 10.0, 15.0, 20.0, requests=0),),
        requirements=requirements,
    )


def series(axis: str) -> Series:
    """Three sizes, on a line."""
    points = tuple(
        Point(files=100 * size, days=10 * size, measured=measured("ours", float(size))) for size in (1, 2, 3)
    )
    return Series(
        id=axis, title=f"Time against {axis}", axis="days" if axis == "days" else "files", points=points
    )


FASTER = Requirement(says="Times faster than theirs", relation="at least", limit=5, figure=10.0)
"""One that is met."""
SLOWER = Requirement(says="Share of the floor", relation="at least", limit=0.8, figure=0.5)
"""One that is not."""

SAMPLE = Bench(
    measured_at="2026-11-01 12:00 UTC",
    commit="0123456",
    scale=1.0,
    machine=Machine(
        processor="A Processor", cores=2, memory_bytes=8 * 2**30, kernel="Linux 6.1", load_before=0.0
    ),
    versions={"Python": "3.11.7", "awscli": "aws-cli/1.46.3"},
    saturation=Saturation(
        connections=4,
        pipelined=25,
        requests_per_second=50_000.0,
        cpu_seconds_per_request=14e-6,
        bytes_per_second=2e9,
    ),
    comparisons=(
        comparison("integrity", FASTER),
        comparison("search"),
        comparison("scan", SLOWER),
        comparison("near-integrity"),
    ),
    series=(series("files"), series("days")),
    event_history=(
        HistoryReading(events=50_000, regions=1, minimum_seconds=499.0, seconds=499.5, refused=0),
    ),
)
