"""Settings of Athena's tables over the log files."""

from typing import Annotated

from pydantic import Field

from components.settings.section import Section

_GIGABYTE = 10**9


class AthenaSettings(Section):
    """Tables of Athena over the trail's log files, for `meshtrail verify --engine athena` and for queries by hand.

    Databases, tables and a workgroup cost nothing; each query is charged by the data it scans.
    """

    enabled: bool = False
    """Whether there are any. With `logArchive` the policies of the bucket and key that are created there then let this
    account read log files, through Athena alone."""
    max_scan_gigabytes: Annotated[int, Field(ge=1, le=7_000_000)] = 100
    """What a query may scan before Athena stops it, in gigabytes. What it has scanned until then is charged."""
    results_days: Annotated[int, Field(ge=1, le=365)] = 7
    """Days until results are deleted: they hold records of events."""

    @property
    def most_bytes(self) -> int:
        """What a query may scan, in bytes."""
        return self.max_scan_gigabytes * _GIGABYTE
