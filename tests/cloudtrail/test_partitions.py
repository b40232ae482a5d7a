"""Partitions, ARNs and where App Mesh was."""

from typing import Any

import botocore.session
import pytest

from cloudtrail.partitions import (
    APP_MESH_REGIONS,
    Arn,
    MalformedArn,
    bucket_arn,
    dns_suffix,
    is_account,
    is_region,
    partition_of,
    trail_arn,
    why_no_lake,
)

PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


@pytest.mark.parametrize("partition", PARTITIONS)
def test_partitions_agree_with_botocore(partition: str) -> None:
    """Every Region botocore lists for CloudTrail lies in the partition we compute, under its domain."""
    session = botocore.session.get_session()
    regions = session.get_available_regions("cloudtrail", partition_name=partition)
    assert regions
    assert {partition_of(region) for region in regions} == {partition}
    assert all(is_region(region) for region in regions)
    client: Any = session.create_client("cloudtrail", region_name=regions[0])
    assert client.meta.endpoint_url.endswith("." + dns_suffix(partition))


def test_app_mesh_regions_agree_with_botocore() -> None:
    """The frozen list is the one botocore still has."""
    session = botocore.session.get_session()
    listed = {
        region
        for partition in PARTITIONS
        for region in session.get_available_regions("appmesh", partition_name=partition)
    }
    assert listed == APP_MESH_REGIONS


@pytest.mark.parametrize(
    ("region", "start"),
    [("eu-west-1", "arn:aws:"), ("cn-north-1", "arn:aws-cn:"), ("us-gov-west-1", "arn:aws-us-gov:")],
)
def test_arns_carry_the_regions_partition(region: str, start: str) -> None:
    """A trail's and a bucket's ARN are right in every partition."""
    arn = trail_arn(region=region, account="123456789012", name="meshtrail")
    assert arn == f"{start}cloudtrail:{region}:123456789012:trail/meshtrail"
    assert bucket_arn("logs", partition_of(region)) == f"{start}s3:::logs"
    assert str(Arn.parse(arn)) == arn


@pytest.mark.parametrize(
    "text", ["", "arn", "arn:aws:s3", "arn:aws:s3:::", "arn:aws:iam::12:role/x", "arn:x:a:b:c:d"]
)
def test_what_is_no_arn_is_refused(text: str) -> None:
    """The error shows what an ARN looks like."""
    with pytest.raises(MalformedArn, match="is not an ARN"):
        Arn.parse(text)


def test_lake_is_refused_with_a_reason_where_it_never_was() -> None:
    """China has no Lake; elsewhere only AWS can tell."""
    assert "China" in (why_no_lake("cn-north-1") or "")
    assert why_no_lake("us-gov-west-1") is None
    assert why_no_lake("eu-west-1") is None


def test_accounts_are_twelve_digits() -> None:
    """Nothing else is an account."""
    assert is_account("123456789012")
    assert not is_account("12345678901")
    assert not is_account("1234567890123")
