"""What a scan costs, in bytes and units, told before and after; and the bound that refuses one.

Athena and CloudTrail Lake charge by the data that a query scans. What a unit costs changes from Region to Region and
with time, so that no price is told: look it up at aws.amazon.com/athena/pricing or aws.amazon.com/cloudtrail/pricing.
Source: Athena pricing: by the terabyte scanned, rounded up to the next megabyte, 10 MB a query at least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Callable

_MEGABYTE: Final = 10**6
_TERABYTE: Final = 10**12
LEAST: Final = 10 * _MEGABYTE
"""Bytes that a query of Athena is charged for at least."""

_UNITS: Final = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE: Final = re.compile(r"(?P<count>\d{1,15})\s*(?P<unit>|[KMGT]B)", re.IGNORECASE)


class BadSize(MeshtrailError):
    """A text that should be a number of bytes is none."""


class ScanTooLarge(CannotLook):
    """A query was not started: it would scan more than was allowed."""

    default_remedy = (
        "Raise --max-scan, or `athena.maxScanGigabytes` of the stack; ask for a shorter window (--since); or use "
        "--engine local."
    )


def parse_size(text: str) -> int:
    """Read a number of bytes such as `500MB` or `2TB`; units are powers of a thousand, as AWS charges them.

    Raises:
        BadSize: when it is none.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise BadSize(
            f"{text[:40]!r} is not a number of bytes",
            remedy="Write a whole number and KB, MB, GB or TB: 50GB.",
        )
    return int(match["count"]) * _UNITS[match["unit"].upper()]


def size(count: int) -> str:
    """A number of bytes for people, e.g. `1.5 GB`."""
    for unit in ("TB", "GB", "MB", "KB"):
        if count >= _UNITS[unit]:
            return f"{count / _UNITS[unit]:,.1f} {unit}"
    return plural(count, "byte")


def units(scanned: int, *, queries: int = 1) -> str:
    """What Athena charges for, in its unit."""
    charged = max(-(-scanned // _MEGABYTE) * _MEGABYTE, queries * LEAST)
    return f"{charged / _TERABYTE:.6f} TB scanned"


@dataclass(frozen=True, slots=True)
class Meter:
    """What is told of scans, and how large one may be.

    Attributes:
        most: How many bytes a query may scan; None: without end.
        tell: Told a sentence at a time.
    """

    most: int | None
    tell: Callable[[str], None]

    def before(
        self, title: str, *, estimate: int, files: int, where: str, stopped_at: int | None = None
    ) -> None:
        """Tell what a query of Athena is going to scan, and refuse what is too much.

        Args:
            title: What is read.
            estimate: Bytes that lie in the partitions asked for.
            files: How many log files these are.
            where: Who would run it, for the error.
            stopped_at: How many bytes it may scan before Athena stops it, and charges them all the same.

        Raises:
            ScanTooLarge: when it is more than allowed, or Athena would stop it.
        """
        self.tell(
            f"{title}: Athena will scan about {size(estimate)} in {plural(files, 'log file')}, charged as "
            f"{units(estimate)}. An estimate, from the bucket's listing: Athena tells nothing before a query."
        )
        for most, whose in ((self.most, "--max-scan allows"), (stopped_at, "the workgroup allows")):
            if most is not None and estimate > most:
                raise ScanTooLarge(
                    action="athena:StartQueryExecution",
                    where=where,
                    code="MaxScan",
                    message=f"the query would scan about {size(estimate)}, and {whose} {size(most)}",
                )

    def after(self, title: str, *, scanned: int) -> None:
        """Tell what a query of Athena has scanned."""
        self.tell(f"{title}: Athena scanned {size(scanned)}, charged as {units(scanned)}.")

    def lake_before(self, title: str) -> None:
        """Tell that nobody knows what a query of Lake is going to scan."""
        self.tell(f"{title}: how much of it a query scans, CloudTrail Lake tells afterwards only.")

    def lake_after(self, title: str, *, scanned: int) -> None:
        """Tell what a query of Lake has scanned."""
        self.tell(f"{title}: CloudTrail Lake scanned {size(scanned)}, {scanned / _TERABYTE:.6f} TB.")
