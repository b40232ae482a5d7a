"""Rules over what AWS answered before anything is provisioned."""

import pytest

from cloudtrail.partitions import MalformedArn
from cloudtrail.preflight_rules import (
    OtherTrail,
    Standing,
    full_regions,
    global_region,
    second_copies,
    standing_of,
    store_steps,
    trail_steps,
    why_region_unusable,
    why_regions_differ,
)

STATES = {"us-east-1": "opt-in-not-required", "ap-east-1": "not-opted-in", "af-south-1": "opted-in"}
OURS = "arn:aws:cloudtrail:us-east-1:111111111111:trail/meshtrail"


def other(name: str, *, organization: bool = False, management_events: bool = True) -> OtherTrail:
    """A trail that there is already."""
    return OtherTrail(
        arn=f"arn:aws:cloudtrail:us-east-1:111111111111:trail/{name}",
        name=name,
        organization=organization,
        multi_region=True,
        management_events=management_events,
    )


@pytest.mark.parametrize(
    ("account", "standing", "may_span"),
    [
        ("111111111111", Standing.MANAGEMENT, True),
        ("333333333333", Standing.DELEGATED, True),
        ("123456789012", Standing.MEMBER, False),
    ],
)
def test_an_account_has_one_standing(account: str, standing: Standing, *, may_span: bool) -> None:
    """The management account stays it, whoever else is registered."""
    delegated = {"333333333333", "111111111111"}
    found = standing_of(account, management_account="111111111111", delegated=delegated)
    assert found is standing
    assert found.may_span is may_span


def test_a_region_is_full_at_its_quota() -> None:
    """Not below, and beyond it as well."""
    assert full_regions({"us-east-1": 4, "eu-west-1": 6, "af-south-1": 5}, 5) == ("af-south-1", "eu-west-1")


@pytest.mark.parametrize(
    ("region", "usable"),
    [("us-east-1", True), ("af-south-1", True), ("ap-east-1", False), ("eu-nowhere-1", False)],
)
def test_a_region_has_to_be_there_and_enabled(region: str, *, usable: bool) -> None:
    """Opted in, or in need of no opt-in."""
    assert (why_region_unusable(region, STATES) is None) is usable


def test_a_key_has_to_lie_where_the_bucket_does() -> None:
    """Without a key there is nothing to compare; what is no ARN tells no Region."""
    key = "arn:aws:kms:us-east-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert why_regions_differ("us-east-1", None) is None
    assert why_regions_differ("us-east-1", key) is None
    assert "eu-west-1" in (why_regions_differ("eu-west-1", key) or "")
    with pytest.raises(MalformedArn):
        why_regions_differ("us-east-1", "alias/audit")


def test_a_second_copy_is_another_trail_of_management_events() -> None:
    """Neither our own, nor one of data events."""
    trails = [other("z"), other("meshtrail"), other("objects", management_events=False), other("a")]
    assert [trail.name for trail in second_copies(trails, ours=OURS)] == ["a", "z"]


def test_a_trail_of_control_tower_is_told_by_its_name() -> None:
    """It is configured elsewhere than other trails."""
    told = other("aws-controltower-BaselineCloudTrail", organization=True).describe()
    assert told == "organization trail of every Region, made by Control Tower"
    assert other("audit").describe() == "trail of every Region"


def test_an_organizations_trail_is_made_in_the_name_of_the_management_account() -> None:
    """Whoever calls; and CloudTrail's service-linked role in the caller's account."""
    steps = trail_steps(
        home_region="eu-west-1",
        account="333333333333",
        owner="111111111111",
        name="meshtrail",
        organization=True,
    )
    by_action = {step.action: step for step in steps}
    assert by_action["cloudtrail:CreateTrail"].resource == OURS.replace("us-east-1", "eu-west-1")
    role = by_action["iam:CreateServiceLinkedRole"]
    assert role.resource.startswith(
        "arn:aws:iam::333333333333:role/aws-service-role/cloudtrail.amazonaws.com/"
    )
    assert role.region == "us-east-1"


def test_partitions_have_their_own_arns_and_global_regions() -> None:
    """China and GovCloud are not aws."""
    (step,) = store_steps(home_region="us-gov-west-1", owner="111111111111")
    assert step.resource == "arn:aws-us-gov:cloudtrail:us-gov-west-1:111111111111:eventdatastore/*"
    assert [global_region(one) for one in ("aws", "aws-cn", "aws-us-gov")] == [
        "us-east-1",
        "cn-north-1",
        "us-gov-west-1",
    ]
