"""The words for what was measured, and what is required of it: what `build/bench.json` holds."""

from __future__ import annotations

import operator
import statistics
from typing import Final, Literal

import msgspec

_HOLDS: Final = {"at least": operator.ge, "at most": operator.le, "more than": operator.gt}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one command as a whole process, from its start to its end.

    Attributes:
        seconds: How long it took.
        cpu_seconds: Its processor time and that of its children.
        peak_bytes: The most memory it had resident; of several processes, the sum of each one's most.
        found: How many of what was looked for it found.
        endpoint_cpu_seconds: The endpoint's processor time meanwhile; 0 when it was not asked.
        endpoint_requests: How many requests the endpoint answered meanwhile.
        endpoint_bytes: How many bytes of bodies it sent.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    found: int
    endpoint_cpu_seconds: float = 0.0
    endpoint_requests: int = 0
    endpoint_bytes: int = 0


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All runs of one command.

    Attributes:
        name: Who was measured.
        what: What exactly ran, and what is inside.
        runs: Its runs.
    """

    name: str
    what: str
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The median time."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def fastest(self) -> float:
        """The time of the fastest run: what else the machine does can only add to it."""
        return min(run.seconds for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        """The median processor time."""
        return statistics.median(run.cpu_seconds for run in self.runs)

    @property
    def peak_bytes(self) -> float:
        """The median of the peaks of memory."""
        return statistics.median(run.peak_bytes for run in self.runs)

    @property
    def spread(self) -> float:
        """How far the fastest and the slowest run lie apart, as a share of the median time."""
        times = [run.seconds for run in self.runs]
        return (max(times) - min(times)) / self.seconds

    @property
    def endpoint_share(self) -> float:
        """How busy the endpoint was: the median share of one processor."""
        return statistics.median(run.endpoint_cpu_seconds / run.seconds for run in self.runs)

    @property
    def endpoint_rate(self) -> float:
        """The median of requests per second."""
        return statistics.median(run.endpoint_requests / run.seconds for run in self.runs)


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """What is required, and what was measured.

    Attributes:
        says: The requirement in words.
        relation: How the figure has to stand to the limit.
        limit: The limit.
        figure: What was measured.
    """

    says: str
    relation: Literal["at least", "at most", "more than"]
    limit: float
    figure: float

    @property
    def met(self) -> bool:
        """Whether the figure keeps the limit."""
        return bool(_HOLDS[self.relation](self.figure, self.limit))


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Several commands with the same task on the same files, run in turns.

    Attributes:
        id: A short name.
        title: The task.
        files: How many log files.
        inflated_bytes: How many bytes of JSON they hold together.
        stored_bytes: How many bytes they weigh in the bucket.
        ours: meshtrail.
        others: Everybody else, the floor included.
        requirements: What is required.
    """

    id: str
    title: str
    files: int
    inflated_bytes: int
    stored_bytes: int
    ours: tuple[Measured, ...]
    others: tuple[Measured, ...]
    requirements: tuple[Requirement, ...] = ()


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One size of a series.

    Attributes:
        files: How many log files.
        days: Over how many days.
        measured: meshtrail at that size.
    """

    files: int
    days: int
    measured: Measured


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The same command at several sizes.

    Attributes:
        id: A short name.
        title: What grows.
        axis: Which attribute of a point grows.
        points: The sizes, growing.
        requirements: What is required.
    """

    id: str
    title: str
    axis: Literal["files", "days"]
    points: tuple[Point, ...]
    requirements: tuple[Requirement, ...] = ()


class HistoryReading(msgspec.Struct, frozen=True, kw_only=True):
    """Reading Event history on a simulated clock.

    Attributes:
        events: How many events, spread evenly over the Regions.
        regions: How many Regions, side by side.
        minimum_seconds: The limit's own minimum.
        seconds: How long it took, on the simulated clock.
        refused: How many calls the limit refused.
    """

    events: int
    regions: int
    minimum_seconds: float
    seconds: float
    refused: int

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """What is required."""
        return (
            Requirement(
                says=f"{self.events:,} events of Event history in {self.regions} Region(s), "
                "against the minimum that LookupEvents' limit sets",
                relation="at most",
                limit=1.1,
                figure=self.seconds / self.minimum_seconds,
            ),
        )


class OrganizationReading(msgspec.Struct, frozen=True, kw_only=True):
    """Surveying an organization on a simulated clock.

    Attributes:
        accounts: How many accounts.
        regions: By how many Regions.
        calls: How many calls to AWS that took.
        refused: How many of them AWS's limits refused.
        workers: How many calls were under way at a time at most.
        latency: How long each took, in seconds.
        minimum_seconds: What no schedule with so many workers can fall below; see `bench.organization.lower_bound`.
        limits_seconds: What no schedule can fall below, however many workers it has; 0 where that was not reckoned.
        seconds: How long it took, on the simulated clock.
        cpu_seconds: What the survey itself cost the processor, calls aside.
        peak_bytes: The most memory it had resident, reports and their rendering included.
    """

    accounts: int
    regions: int
    calls: int
    refused: int
    workers: int
    latency: float
    minimum_seconds: float
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    limits_seconds: float = 0.0


class OrganizationScale(msgspec.Struct, frozen=True, kw_only=True):
    """Surveying organizations of several sizes.

    Attributes:
        readings: The sizes, growing; behind them the largest with more workers, and with more still.
        requirements: What is required.
    """

    readings: tuple[OrganizationReading, ...]
    requirements: tuple[Requirement, ...] = ()


class Saturation(msgspec.Struct, frozen=True, kw_only=True):
    """What the endpoint can do when nothing else is asked of the machine.

    Attributes:
        connections: How many connections asked at once.
        pipelined: How many requests went out at once on each.
        requests_per_second: How many small log files it handed out a second.
        cpu_seconds_per_request: What one of them cost its processor.
        bytes_per_second: How many bytes of large ones it handed out a second.
    """

    connections: int
    pipelined: int
    requests_per_second: float
    cpu_seconds_per_request: float
    bytes_per_second: float


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was measured."""

    processor: str
    cores: int
    memory_bytes: int
    kernel: str
    load_before: float


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `make bench` measured in one run.

    Attributes:
        measured_at: When, UTC.
        commit: Of which state of the project; with `+` when files were changed since.
        scale: 1 for the sizes that the requirements speak of.
        machine: Where.
        versions: Of everything that was measured, by name.
        saturation: What the endpoint can do.
        comparisons: Against peers and floors.
        series: Against size.
        event_history: Against AWS's own limit.
        organization: Against AWS's limits and latency; None: it was measured before there was such a part.
    """

    measured_at: str
    commit: str
    scale: float
    machine: Machine
    versions: dict[str, str]
    saturation: Saturation
    comparisons: tuple[Comparison, ...]
    series: tuple[Series, ...]
    event_history: tuple[HistoryReading, ...]
    organization: OrganizationScale | None = None

    @property
    def requirements(self) -> list[Requirement]:
        """Everything that is required, of all parts."""
        organization = () if self.organization is None else (self.organization,)
        parts = (*self.comparisons, *self.series, *self.event_history, *organization)
        return [requirement for part in parts for requirement in part.requirements]
