"""What has to be so before a trail or an event data store is provisioned: rules over what AWS answered. Pure.

Sources: CloudTrail user guide, "Quotas in AWS CloudTrail", "Prepare for creating a trail for your organization" and
"Managing CloudTrail trail costs"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html,
creating-an-organizational-trail-prepare.html and cloudtrail-trail-manage-costs.html); CloudFormation user guide,
"Activate trusted access for StackSets with AWS Organizations"
(docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import Arn, bucket_arn, partition_of, trail_arn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

TRAILS_A_REGION: Final = 5
"""Trails a Region can show; AWS does not raise it. A trail counts in every Region and account that it shows in."""
STORES_A_REGION: Final = 10
"""Event data stores of a Region, those that wait for their deletion included; AWS does not raise it."""
CLOUDTRAIL_ACCESS: Final = "cloudtrail.amazonaws.com"
"""Whose trusted access lets CloudTrail make a trail for an organization."""
STACK_SETS_ACCESS: Final = "member.org.stacksets.cloudformation.amazonaws.com"
"""Whose trusted access lets CloudFormation deploy a service-managed StackSet to members."""
NEEDS_NO_OPT_IN: Final = "opt-in-not-required"
NOT_OPTED_IN: Final = "not-opted-in"
_CONTROL_TOWER: Final = "aws-controltower-"


class Standing(StrEnum):
    """What an account is in its organization, as far as CloudTrail is concerned."""

    MANAGEMENT = "management account"
    DELEGATED = "delegated administrator"
    MEMBER = "member"

    @property
    def may_span(self) -> bool:
        """Whether it may create a trail or an event data store of the organization."""
        return self is not Standing.MEMBER

    @property
    def rights(self) -> str:
        """What such an account may do with the trails and event data stores of the organization."""
        return {
            Standing.MANAGEMENT: "create, change and delete them, and convert its own into the organization's",
            Standing.DELEGATED: "create, change and delete them; they belong to the management account all the same",
            Standing.MEMBER: "see its trails; create trails and event data stores of its own only",
        }[self]


def standing_of(account: str, *, management_account: str, delegated: Collection[str]) -> Standing:
    """What an account is in its organization.

    Args:
        account: The account.
        management_account: The organization's.
        delegated: The organization's delegated administrators for CloudTrail.
    """
    if account == management_account:
        return Standing.MANAGEMENT
    return Standing.DELEGATED if account in delegated else Standing.MEMBER


def full_regions(used: Mapping[str, int], quota: int) -> tuple[str, ...]:
    """The Regions in which nothing more can be made, by name."""
    return tuple(sorted(region for region, count in used.items() if count >= quota))


def why_region_unusable(region: str, states: Mapping[str, str]) -> str | None:
    """Why nothing can be recorded in a Region; None: it is enabled.

    Args:
        region: The Region.
        states: The opt-in status of every Region of the account, as EC2's DescribeRegions tells with AllRegions.
    """
    state = states.get(region)
    if state is None:
        return "the account's partition has no such Region"
    return "it is not enabled in this account" if state == NOT_OPTED_IN else None


def why_regions_differ(bucket_region: str, key_arn: str | None) -> str | None:
    """Why CloudTrail cannot encrypt under a key in a bucket; None: both lie in one Region, or there is no key.

    Raises:
        MalformedArn: when the key is no ARN.
    """
    if key_arn is None:
        return None
    key_region = Arn.parse(key_arn).region
    if key_region == bucket_region:
        return None
    return f"the bucket lies in {bucket_region} and the key in {key_region}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTrail:
    """A trail that there is already.

    Attributes:
        arn: Its ARN.
        name: Its name.
        organization: Whether it is an organization's.
        multi_region: Whether it records every Region.
        management_events: Whether its selectors take management events.
    """

    arn: str
    name: str
    organization: bool
    multi_region: bool
    management_events: bool

    @property
    def of_control_tower(self) -> bool:
        """Whether Control Tower made it, by its name."""
        return self.name.startswith(_CONTROL_TOWER)

    def describe(self) -> str:
        """What it is, in a few words."""
        kind = "organization trail" if self.organization else "trail"
        where = "every Region" if self.multi_region else Arn.parse(self.arn).region
        return f"{kind} of {where}{', made by Control Tower' if self.of_control_tower else ''}"


def second_copies(trails: Iterable[OtherTrail], *, ours: str) -> tuple[OtherTrail, ...]:
    """The trails besides our own that take management events: CloudTrail charges for every copy but the first.

    Args:
        trails: The trails that there are.
        ours: The ARN of the one that is to be provisioned, or was.
    """
    return tuple(
        sorted(
            (trail for trail in trails if trail.management_events and trail.arn != ours),
            key=lambda trail: trail.arn,
        )
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One call that provisioning makes.

    Attributes:
        action: Its IAM action.
        resource: The ARN it is made on, or `*` where AWS knows no resource for it.
        region: The Region it is made in, as `aws:RequestedRegion` says.
    """

    action: str
    resource: str
    region: str


def trail_steps(*, home_region: str, account: str, owner: str, name: str, organization: bool) -> list[Step]:
    """The calls that create a trail.

    Args:
        home_region: Its home Region.
        account: The account that calls.
        owner: The account in its ARN: of an organization's trail, the management account.
        name: Its name.
        organization: Whether it is to be the organization's.
    """
    arn = trail_arn(region=home_region, account=owner, name=name)
    calls = ("CreateTrail", "PutEventSelectors", "StartLogging", "AddTags")
    steps = [Step(f"cloudtrail:{call}", arn, home_region) for call in calls]
    if organization:
        partition = partition_of(home_region)
        role = f"role/aws-service-role/{CLOUDTRAIL_ACCESS}/AWSServiceRoleForCloudTrail"
        steps += [
            Step("organizations:DescribeOrganization", "*", global_region(partition)),
            Step(
                "iam:CreateServiceLinkedRole",
                f"arn:{partition}:iam::{account}:{role}",
                global_region(partition),
            ),
        ]
    return steps


def store_steps(*, home_region: str, owner: str) -> list[Step]:
    """The calls that create an event data store, whose id only its creation tells."""
    arn = str(Arn(partition_of(home_region), "cloudtrail", home_region, owner, "eventdatastore/*"))
    return [Step("cloudtrail:CreateEventDataStore", arn, home_region)]


def storage_steps(*, home_region: str, account: str, name: str, bucket: bool, key: bool) -> list[Step]:
    """The calls that create the bucket of the log files, and their key.

    Args:
        home_region: Where they lie.
        account: Whose they are.
        name: What the stack names its resources after.
        bucket: Whether there is to be a bucket.
        key: Whether there is to be a key.
    """
    arn = bucket_arn(f"{name}-{account}-{home_region}", partition_of(home_region))
    calls = ("CreateBucket", "PutBucketPolicy", "PutBucketVersioning", "PutEncryptionConfiguration")
    return [
        *(Step(f"s3:{call}", arn, home_region) for call in calls if bucket),
        *([Step("kms:CreateKey", "*", home_region)] if key else []),
    ]


def global_region(partition: str) -> str:
    """The Region in which a partition answers for its global services, IAM and Organizations among them."""
    return {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}.get(partition, "us-east-1")
