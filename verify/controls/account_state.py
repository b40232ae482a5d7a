"""The trails of an account as AWS shows them, Region by Region, whoever made them.

A multi-Region trail shows in every Region and an organization's trail in every member: shadows of one trail, with one
ARN, which only its home Region answers for. Sources: CloudTrail API reference, DescribeTrails
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html) and GetTrailStatus.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.partitions import Arn
from cloudtrail.selectors import read_selectors
from verify.aws import Aws, asking
from verify.controls.trail_state import GET_EVENT_SELECTORS, GET_TRAIL_STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import Manifest
    from cloudtrail.selectors import Selectors
    from verify.controls.trail_state import TrailState

DESCRIBE_TRAILS: Final = "cloudtrail:DescribeTrails"


class AccountTrail:
    """One trail that shows in the account, asked at its home Region.

    Args:
        described: What DescribeTrails tells of it.
        aws: The session to look with.
        known: The same trail where the manifest speaks of it: what was asked about it is not asked again.
    """

    def __init__(self, described: dict[str, Any], *, aws: Aws, known: TrailState | None = None) -> None:
        self.arn = str(described["TrailARN"])
        self.name = str(described.get("Name") or self.arn)
        self.multi_region = bool(described.get("IsMultiRegionTrail"))
        self._home = str(described.get("HomeRegion") or Arn.parse(self.arn).region)
        self._aws = aws
        self._known = known

    @cached_property
    def is_logging(self) -> bool:
        """GetTrailStatus."""
        if self._known is not None:
            return bool(self._known.status.get("IsLogging"))
        with asking(GET_TRAIL_STATUS, f"trail {self.arn}"):
            return bool(self._aws.cloudtrail(self._home).get_trail_status(Name=self.arn).get("IsLogging"))

    @cached_property
    def selectors(self) -> Selectors:
        """GetEventSelectors."""
        if self._known is not None:
            return self._known.event_selectors
        with asking(GET_EVENT_SELECTORS, f"trail {self.arn}"):
            return read_selectors(self._aws.cloudtrail(self._home).get_event_selectors(TrailName=self.arn))


class AccountState:
    """An account's trails; each Region is asked once, when it is first needed.

    Args:
        manifest: What was promised.
        aws: The session to look with.
        trails: The manifest's trails as AWS describes them.
    """

    def __init__(self, manifest: Manifest, *, aws: Aws, trails: Sequence[TrailState] = ()) -> None:
        self.manifest = manifest
        self._known = {trail.promise.arn: trail for trail in trails}
        self._aws = aws
        self._by_region: dict[str, list[AccountTrail]] = {}

    def trails(self, region: str) -> list[AccountTrail]:
        """Every trail that shows in a Region, shadows included, each once.

        Raises:
            CannotLook: when AWS does not answer.
        """
        if region not in self._by_region:
            with asking(DESCRIBE_TRAILS, f"trails in {region}"):
                answer: Any = self._aws.cloudtrail(region).describe_trails(includeShadowTrails=True)
            found = {str(one["TrailARN"]): one for one in answer["trailList"]}
            self._by_region[region] = [
                AccountTrail(one, aws=self._aws, known=self._known.get(arn)) for arn, one in found.items()
            ]
        return self._by_region[region]

    @property
    def regions(self) -> list[str]:
        """The manifest's Regions, and those its trails live in."""
        homes = (trail.home_region for trail in self.manifest.trails)
        return list(dict.fromkeys((*self.manifest.regions, self.manifest.home_region, *homes)))
