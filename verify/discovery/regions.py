"""The Regions of an account in which App Mesh's events may be.

Source: EC2 API reference, DescribeRegions
(docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html): without `AllRegions` it names those that
are enabled for the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import APP_MESH_REGIONS, partition_of
from verify.aws import asking

if TYPE_CHECKING:
    from verify.aws import Aws

DESCRIBE_REGIONS: Final = "ec2:DescribeRegions"
"""The IAM action that tells which Regions are enabled."""


def first_region(aws: Aws) -> str:
    """The Region to ask first: the session's, or else the first of the partition that every account has."""
    return aws.session.region_name or "us-east-1"


def enabled_regions(aws: Aws) -> tuple[str, ...]:
    """The account's enabled Regions that App Mesh had an endpoint in, by name.

    Raises:
        CannotLook: when EC2 does not say which are enabled; the remedy names `--region`, which needs no answer.
    """
    asked = first_region(aws)
    with asking(DESCRIBE_REGIONS, asked):
        answer = aws.client("ec2", asked).describe_regions()
    enabled = {
        str(region["RegionName"])
        for region in answer["Regions"]
        if region.get("OptInStatus") != "not-opted-in"
    }
    partition = partition_of(asked)
    return tuple(sorted(region for region in enabled & APP_MESH_REGIONS if partition_of(region) == partition))
