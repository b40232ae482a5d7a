"""Finding the trail a request means: where it is seen from, and where it may be changed from.

A multi-Region trail is seen from every Region (there it is a shadow trail), an organization trail from every
member account; both are changed only in their home Region, an organization's only by its management account and
CloudTrail's delegated administrators. What an organization's trail selects no other member is told: AWS documents
nothing of it, and answers them as if there were no such trail
(github.com/turbot/steampipe-plugin-aws/issues/577).
Source: CloudTrail user guide, "Trails"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cloudtrail.exceptions import TrailNotFoundException

from cloudtrail.partitions import partition_of, trail_arn
from sandbox.api.errors import AwsError
from sandbox.delivery.organizations import organization_of
from sandbox.delivery.scope import accounts_of, all_trails

if TYPE_CHECKING:
    from moto.cloudtrail.models import Trail


def trails_seen_from(account: str, region: str) -> list[Trail]:
    """Every trail an account sees in a Region, shadows and its organization's included."""
    return [
        trail
        for trail in all_trails()
        if trail.partition == partition_of(region)
        and (trail.is_multi_region or trail.region_name == region)
        and account in accounts_of(trail)
    ]


def find_trail(name_or_arn: str, *, account: str, region: str) -> Trail:
    """The trail of that ARN, or of that name made here.

    Raises:
        TrailNotFoundException: when none is seen from this account and Region.
        AwsError: `CloudTrailARNInvalidException` when an ARN is none of a trail.
    """
    if name_or_arn.startswith("arn:") and ":trail/" not in name_or_arn:
        raise AwsError("CloudTrailARNInvalidException", f"{name_or_arn} is not the ARN of a trail.")
    own_name = trail_arn(region=region, account=account, name=name_or_arn)
    for trail in trails_seen_from(account, region):
        if trail.arn in (name_or_arn, own_name):
            return trail
    raise TrailNotFoundException(account_id=account, name=name_or_arn)


def find_trail_to_describe(name_or_arn: str, *, account: str, region: str) -> Trail:
    """The trail of that ARN, or of that name made here, if its selectors are told to the account.

    Raises:
        TrailNotFoundException: when none is seen, or it is the organization's and the account a mere member.
        AwsError: `CloudTrailARNInvalidException` when an ARN is none of a trail.
    """
    trail = find_trail(name_or_arn, account=account, region=region)
    if not _is_run_by(trail, account):
        raise TrailNotFoundException(account_id=account, name=name_or_arn)
    return trail


def find_trail_to_change(name_or_arn: str, *, account: str, region: str) -> Trail:
    """The trail of that name or ARN, if it may be changed from here.

    Raises:
        TrailNotFoundException: when none is seen from this account and Region.
        AwsError: `InvalidHomeRegionException` from another Region than the trail's own,
            `NotOrganizationMasterAccountException` from a member account.
    """
    shadow = next(
        (trail for trail in trails_seen_from(account, region) if trail.trail_name == name_or_arn), None
    )
    trail = shadow or find_trail(name_or_arn, account=account, region=region)
    if not _is_run_by(trail, account):
        raise AwsError(
            "NotOrganizationMasterAccountException",
            f"The trail {trail.arn} belongs to the organization; only its management account may change it.",
        )
    if trail.region_name != region:
        raise AwsError(
            "InvalidHomeRegionException",
            f"The trail {trail.trail_name} can only be changed from its home Region {trail.region_name}.",
        )
    return trail


def _is_run_by(trail: Trail, account: str) -> bool:
    if trail.account_id == account:
        return True
    organization = organization_of(account, partition=trail.partition)
    return organization is not None and account in organization.administrators
