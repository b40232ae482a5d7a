"""Where a trail's log files lie, as a table's location and partitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import APP_MESH_REGIONS, partition_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudtrail.manifest import Scope, TrailPromise

DAY: Final = "%Y/%m/%d"
"""A delivery day as the partition column `day` writes it; so written, days sort as text."""

FIRST_DAY: Final = "2013/11/13"
"""CloudTrail's first day: no log file is older, and none must be out of the table's reach."""
_DAYS: Final = f"{FIRST_DAY},NOW+1DAY"
"""CloudTrail rounds a log file's stamp up, at the end of a day into the next day's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFolder:
    """The folder of one trail's log files.

    Attributes:
        bucket: The bucket.
        prefix: The trail's key prefix.
        organization: The organization's id, for an organization's trail: then there is a folder for each account.
        account: The trail's account, which is the only one where there is no organization.
        regions: The Regions that can be asked for.
    """

    bucket: str
    prefix: str | None
    organization: str | None
    account: str
    regions: tuple[str, ...]

    @property
    def root(self) -> str:
        """What all the log files lie under, digest files and those of other accounts too."""
        return f"s3://{self.bucket}/{f'{self.prefix}/' if self.prefix else ''}AWSLogs/"

    @property
    def template(self) -> str:
        """Where the log files of one partition lie. `CloudTrail/` keeps digest files and Insights events out."""
        owner = "${organization}/${account}" if self.organization else "${account}"
        return f"{self.root}{owner}/CloudTrail/${{region}}/${{day}}/"

    @property
    def partition_columns(self) -> tuple[str, ...]:
        """The partition columns, all of type string: of other types Athena prunes late."""
        return (*(("organization",) if self.organization else ()), "account", "region", "day")

    @property
    def projection(self) -> Mapping[str, str]:
        """The table's properties that tell Athena its partitions without a crawler.

        An organization's accounts come and go, so they are taken from the statement (`injected`): each has to name
        the accounts it means. A Region that is not listed would be empty without a word, so `regions` says them all.
        """
        known = {
            "projection.enabled": "true",
            **_enum("region", sorted(self.regions)),
            "projection.day.type": "date",
            "projection.day.format": "yyyy/MM/dd",
            "projection.day.interval": "1",
            "projection.day.interval.unit": "DAYS",
            "projection.day.range": _DAYS,
            "storage.location.template": self.template,
        }
        if self.organization:
            return (
                known | _enum("organization", [self.organization]) | {"projection.account.type": "injected"}
            )
        return known | _enum("account", [self.account])


def folder_of(
    trail: TrailPromise, *, organization: str | None, account: str, regions: Iterable[str] = ()
) -> TrailFolder:
    """The folder of a trail.

    Args:
        trail: What was promised of it.
        organization: The organization's id, where there is one; it counts for an organization's trail only.
        account: The account whose trail it is.
        regions: The Regions that can be asked for besides those of App Mesh.
    """
    return TrailFolder(
        bucket=trail.bucket,
        prefix=trail.prefix,
        organization=organization if trail.scope == "organization" else None,
        account=account,
        regions=regions_of(scope=trail.scope, home_region=trail.home_region, others=regions),
    )


def regions_of(*, scope: Scope, home_region: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    """The Regions a trail delivers from and App Mesh was in, and those that are named.

    Args:
        scope: The trail's scope.
        home_region: Its home Region.
        others: Regions that are named.
    """
    partition = partition_of(home_region)
    everywhere = (region for region in APP_MESH_REGIONS if partition_of(region) == partition)
    reached = () if scope == "single-region" else everywhere
    return tuple(sorted({home_region, *reached, *others}))


def _enum(column: str, values: Iterable[str]) -> dict[str, str]:
    return {f"projection.{column}.type": "enum", f"projection.{column}.values": ",".join(values)}
