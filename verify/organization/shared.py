"""The organization's own trails and event data stores, which are asked once for all accounts.

A member sees the shadow of an organization's trail, and whether it delivers; what it selects is told in the management
account, and to a delegated administrator, only. A member does not see the organization's event data stores at all.

Source: CloudTrail user guide, "Creating a trail for an organization" and "Organization event data stores"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/: creating-trail-organization.html and
cloudtrail-lake-organizations.html).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import Arn
from verify.organization.landing import Bucket
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verify.discovery.event_data_stores import FoundStore
    from verify.organization.questions import Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What is known of a trail, wherever it is seen.

    Attributes:
        arn: Its ARN; an organization's trail carries the management account.
        missed: The kinds of events that its selectors drop; or why they are not known.
        bucket: Where it delivers to; or why that is not known.
    """

    arn: str
    missed: frozenset[str] | MeshtrailError
    bucket: Bucket | MeshtrailError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What belongs to the whole organization.

    Attributes:
        trails: Its trails, by ARN.
        stores: Its event data stores.
        unknown: Why there may be other event data stores.
        untold: Why there may be other trails.
    """

    trails: Mapping[str, Trail]
    stores: tuple[FoundStore, ...]
    unknown: tuple[MeshtrailError, ...]
    untold: tuple[MeshtrailError, ...] = ()

    def trail(self, arn: str) -> Trail:
        """An organization's trail that shows in a member; one that nobody told of says why."""
        return self.trails.get(arn) or _not_told(arn, self.untold)


class NotTold(MeshtrailError):
    """An organization's trail shows in a member, and nobody told what it selects."""


async def shared_of(
    questions: Questions, regions: Sequence[str], *, organization: str, homes: Sequence[str] | None = None
) -> Shared:
    """Find what belongs to the whole organization.

    Args:
        questions: To the management account, or to a delegated administrator.
        regions: The Regions asked for: a trail that records one of them shows there.
        organization: The organization's id.
        homes: Where event data stores may be at home; None: in the same Regions.
    """
    shown, listed = await asyncio.gather(
        asyncio.gather(*(questions.trails(region) for region in regions)),
        asyncio.gather(*(questions.stores(region) for region in (regions if homes is None else homes))),
    )
    described = {
        str(one.get("TrailARN", "")): one
        for found in shown
        if not isinstance(found, MeshtrailError)
        for one in found
        if one.get("IsOrganizationTrail")
    }
    trails = await asyncio.gather(*(trail_of(questions, one, organization) for one in described.values()))
    return Shared(
        trails={trail.arn: trail for trail in trails},
        stores=tuple(one for found, _ in listed for one in found if one.promise.organization),
        unknown=tuple(error for _, errors in listed for error in errors),
        untold=tuple(found for found in shown if isinstance(found, MeshtrailError)),
    )


async def trail_of(questions: Questions, described: Mapping[str, Any], organization: str) -> Trail:
    """A trail, asked where it is at home; of one that AWS describes oddly, why nothing is known."""
    arn = str(described.get("TrailARN", ""))
    try:
        with surviving(f"trail {arn}"):
            return await _at_home(questions, described, organization)
    except MeshtrailError as error:
        return Trail(arn=arn, missed=error, bucket=error)


async def _at_home(questions: Questions, described: Mapping[str, Any], organization: str) -> Trail:
    arn, name = str(described["TrailARN"]), str(described["S3BucketName"])
    home = home_of(described)
    missed, region = await asyncio.gather(questions.missed(arn, home), questions.bucket_region(name, home))
    if isinstance(region, MeshtrailError):
        return Trail(arn=arn, missed=missed, bucket=region)
    bucket = Bucket(
        name=name,
        region=region,
        prefix=described.get("S3KeyPrefix") or None,
        organization=organization if described.get("IsOrganizationTrail") else None,
    )
    return Trail(arn=arn, missed=missed, bucket=bucket)


def home_of(described: Mapping[str, Any]) -> str:
    """The Region a trail was made in, and is changed in."""
    return str(described.get("HomeRegion") or Arn.parse(str(described["TrailARN"])).region)


def covers(described: Mapping[str, Any], region: str) -> bool:
    """Whether a trail records what happens in a Region."""
    return bool(described.get("IsMultiRegionTrail")) or home_of(described) == region


def _not_told(arn: str, untold: Sequence[MeshtrailError]) -> Trail:
    """A trail of which nothing is known: nobody may ask, or nobody was answered."""
    why = "its selectors are told in the management account, and to a delegated administrator, only."
    remedy = "Run it in the management account."
    if untold:
        refused = untold[0]
        why, remedy = f"{refused.what} ({refused.where}): {refused.why}", refused.remedy
    error = NotTold(
        "An organization's trail is not known to whoever runs this", where=arn, why=why, remedy=remedy
    )
    return Trail(arn=arn, missed=error, bucket=error)
