"""How many files, over how many days, and how often: the sizes of which the requirements speak, times the scale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.corpus import Spec, midnight

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bench.measure import Progress

RUNS: Final = 2
"""How often what is quick is run."""

SLOW_RUNS: Final = 1
"""How often what is slow is run."""

CLOSE_RUNS: Final = 3
"""How often those are run whose times lie so near to each other that one slow minute of the machine would decide."""

SERIES_RUNS: Final = 3
"""How often each size of a series is run. The fastest counts, so one quiet run is enough."""

_FEWEST: Final = 100


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one run of the bench measures.

    Attributes:
        scale: 1 for the sizes of which the requirements speak; 0.1 for a quick look.
        folder: Where corpora and manifests are written.
        progress: Told what is being run.
        end: Where every corpus ends.
    """

    scale: float
    folder: Path
    progress: Progress
    end: datetime = field(default_factory=midnight)

    def small(self) -> Spec:
        """20,000 small log files, every one another, over four weeks."""
        return Spec(bucket="small-logs", end=self.end, files=self._files(20_000), days=28)

    def light(self) -> Spec:
        """500 small log files, for the endpoint to show how many it hands out in a second."""
        return Spec(bucket="light-logs", end=self.end, files=500, days=3)

    def heavy(self) -> Spec:
        """One large log file, for the endpoint to show how many bytes it hands out in a second."""
        return Spec(bucket="heavy-logs", end=self.end, files=1, days=1, records=8_000)

    def large(self) -> Spec:
        """600 log files near the largest that CloudTrail writes, four different ones in turn."""
        return Spec(
            bucket="large-logs",
            end=self.end,
            files=max(round(600 * self.scale), 16),
            days=7,
            records=32_000,
            distinct=4,
            mesh_every=4,
        )

    def by_files(self) -> list[Spec]:
        """10,000 to 100,000 log files over the same four weeks."""
        return [self._series(files=files, days=28) for files in (10_000, 25_000, 50_000, 100_000)]

    def by_days(self) -> list[Spec]:
        """A log file every five minutes, over one month to a year."""
        return [self._series(files=288 * days, days=days) for days in (30, 90, 180, 365)]

    def _series(self, *, files: int, days: int) -> Spec:
        return Spec(
            bucket=f"series-{files}-{days}", end=self.end, files=self._files(files), days=days, distinct=2_000
        )

    def _files(self, files: int) -> int:
        return max(round(files * self.scale), _FEWEST)
