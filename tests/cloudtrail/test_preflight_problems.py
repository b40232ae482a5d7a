"""What a stack's own program finds before it makes anything."""

from dataclasses import replace

import pytest

from cloudtrail.preflight_problems import OrganizationTold, organization_problems, region_problems

MANAGEMENT, DELEGATED = "111111111111", "333333333333"
FOUND = OrganizationTold(id="o-exampleorgid", management_account=MANAGEMENT, feature_set="ALL")


def problems(
    found: OrganizationTold = FOUND,
    *,
    account: str = MANAGEMENT,
    meant: str = "o-exampleorgid",
    management_account: str | None = None,
) -> list[str]:
    """The settings that have a problem."""
    return [
        problem.key
        for problem in organization_problems(
            found, account=account, meant=meant, management_account=management_account
        )
    ]


@pytest.mark.parametrize(
    ("account", "given"), [(MANAGEMENT, None), (MANAGEMENT, MANAGEMENT), (DELEGATED, MANAGEMENT)]
)
def test_the_right_account_of_the_right_organization_has_no_problem(account: str, given: str | None) -> None:
    """A delegated administrator names the management account, whose number the trail carries."""
    assert problems(account=account, management_account=given) == []


def test_the_wrong_organization_is_the_only_problem_named() -> None:
    """Whatever else is wrong there is nobody's business."""
    assert problems(replace(FOUND, feature_set="CONSOLIDATED_BILLING"), meant="o-anotherorgid") == [
        "organization.id"
    ]


def test_consolidated_billing_takes_no_organization_trail() -> None:
    """The scope is what has to change, or the organization."""
    assert problems(replace(FOUND, feature_set="CONSOLIDATED_BILLING")) == ["scope"]


@pytest.mark.parametrize(
    ("account", "given"), [(DELEGATED, None), (MANAGEMENT, DELEGATED), (DELEGATED, DELEGATED)]
)
def test_what_is_not_the_management_account_is_not_taken_for_it(account: str, given: str | None) -> None:
    """The trail's ARN, and the policies that name it, would carry the wrong account."""
    assert problems(account=account, management_account=given) == ["organization.managementAccount"]


def test_regions_that_are_not_enabled_are_named_once() -> None:
    """The home Region by its own key."""
    states = {"us-east-1": "opt-in-not-required", "ap-east-1": "not-opted-in"}
    found = region_problems(states, home="ap-east-1", expected=("ap-east-1", "us-east-1", "eu-nowhere-1"))
    told = [(problem.key, problem.message) for problem in found]
    assert told == [
        ("aws:region", "names ap-east-1: it is not enabled in this account."),
        ("regions", "names eu-nowhere-1: the account's partition has no such Region."),
    ]
