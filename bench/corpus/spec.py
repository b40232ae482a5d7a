"""What a corpus is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
TRAIL: Final = "bench"
TRAIL_ARN: Final = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{TRAIL}"


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket of one trail in one account and Region.

    Attributes:
        bucket: Its name.
        end: When delivery ends, a full hour, UTC.
        files: How many log files lie in it, spread evenly over the days.
        days: Over how many days they were delivered; one digest file for each hour of them.
        records: How many records a log file holds.
        distinct: How many different bodies there are; the files have them in turn. None: every file its own.
        mesh_every: One body of so many holds App Mesh's events.
        seed: What the made-up content hangs on.
    """

    bucket: str
    end: datetime
    files: int
    days: int
    records: int = 6
    distinct: int | None = None
    mesh_every: int = 50
    seed: int = 20260930

    @property
    def bodies(self) -> int:
        """How many different bodies there are."""
        return min(self.distinct or self.files, self.files)

    @property
    def mesh_files(self) -> int:
        """How many files hold App Mesh's events."""
        whole, rest = divmod(self.files, self.bodies)
        return whole * self.mesh_events + -(-rest // self.mesh_every)

    @property
    def mesh_events(self) -> int:
        """How many different events of App Mesh there are: one in each of the bodies that have any."""
        return -(-self.bodies // self.mesh_every)

    @property
    def start(self) -> datetime:
        """When delivery begins."""
        return self.end - timedelta(days=self.days)


def midnight() -> datetime:
    """The last midnight, UTC: where a corpus ends, so that it lies as recent logs do."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
