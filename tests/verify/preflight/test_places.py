"""Regions: those that are asked for, the home Region, and those of bucket and key."""

from dataclasses import replace
from typing import Any

import pytest

from tests.verify.preflight.answers import HOME, KEY, NOT_ENABLED, OTHER, PLAN, one, refused
from verify.preflight.plan import BadPlan, Scope
from verify.verdict import Verdict


def bucket_in(region: str) -> dict[str, Any]:
    """HeadBucket's answer."""
    return {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": region}}}


def test_enabled_regions_pass() -> None:
    """The home Region is among those that are looked at."""
    claim = one("regions-enabled", replace(PLAN, expected_regions=(OTHER,)))
    assert claim.verdict is Verdict.PASS
    assert HOME in claim.summary
    assert OTHER in claim.summary


@pytest.mark.parametrize("region", [NOT_ENABLED, "eu-nowhere-1"])
def test_a_region_that_is_not_enabled_or_not_there_is_named(region: str) -> None:
    """Only that one is."""
    claim = one("regions-enabled", replace(PLAN, expected_regions=(OTHER, region)))
    assert claim.verdict is Verdict.FAIL
    assert region in claim.summary
    assert OTHER not in claim.summary


def test_regions_that_are_not_told_are_not_enabled() -> None:
    """The permission that is missing is named."""
    claim = one("regions-enabled", describe_regions=refused())
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "ec2:DescribeRegions" in (claim.reason or "")


def test_the_home_of_an_organizations_trail_should_need_no_opt_in() -> None:
    """A Region that this account opted in to may be missing in a member."""
    assert one("home-region").verdict is Verdict.PASS
    opted_in = {"Regions": [{"RegionName": NOT_ENABLED, "OptInStatus": "opted-in"}]}
    plan = replace(PLAN, home_region=NOT_ENABLED)
    assert one("home-region", plan, describe_regions=opted_in).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("bucket", "key", "verdict"),
    [
        (None, None, Verdict.NOT_APPLICABLE),
        (HOME, None, Verdict.PASS),
        (OTHER, None, Verdict.FAIL),
        (None, KEY, Verdict.PASS),
        (None, KEY.replace(HOME, OTHER), Verdict.FAIL),
        (OTHER, KEY.replace(HOME, OTHER), Verdict.PASS),
        (OTHER, KEY, Verdict.FAIL),
    ],
)
def test_bucket_and_key_lie_in_one_region(bucket: str | None, key: str | None, verdict: Verdict) -> None:
    """What is not named is created in the home Region."""
    plan = replace(PLAN, bucket=bucket and "logs", key_arn=key)
    assert one("same-region", plan, head_bucket=bucket_in(bucket or HOME)).verdict is verdict


def test_a_bucket_that_is_not_there_fails() -> None:
    """Its name is told; one that may not be looked at still tells its Region."""
    claim = one("same-region", replace(PLAN, bucket="logs"), head_bucket=refused("404", "Not Found"))
    assert claim.verdict is Verdict.FAIL
    assert "logs" in claim.summary


def test_a_bucket_that_is_refused_without_its_region_is_not_judged() -> None:
    """Nothing passes that could not be looked at."""
    claim = one("same-region", replace(PLAN, bucket="logs"), head_bucket=refused("403", "Forbidden"))
    assert claim.verdict is Verdict.UNVERIFIABLE


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"home_region": "Ireland"}, "--region"),
        ({"expected_regions": ("eu-west-1", "x")}, "--expect-region"),
        ({"log_archive": "22222"}, "--log-archive"),
        ({"organization_id": "exampleorgid"}, "--organization-id"),
        ({"key_arn": "alias/audit"}, "--key"),
        ({"key_arn": "arn:aws:s3:::logs"}, "--key"),
        ({"scope": Scope.SINGLE_REGION, "expected_regions": (OTHER,)}, "--expect-region"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any], option: str) -> None:
    """Before anything is asked, naming the option."""
    with pytest.raises(BadPlan) as refusal:
        replace(PLAN, **wrong)
    assert refusal.value.where == option
