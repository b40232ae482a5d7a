"""The accounts of an organization: all of them, whatever their state, with what they lie in."""

import pytest

from tests.verify.organization.fakes import (
    JOINED,
    MANAGEMENT,
    ORGANIZATION,
    Client,
    account,
    aws_of,
    organizations,
    refusal,
)
from verify.aws import CannotLook, Throttled
from verify.organization.accounts import (
    NotAdministrator,
    NotInOrganization,
    organization_of,
    tags_of,
)
from verify.organization.listing import accounts_of

HOME = "us-east-1"


def test_the_organization_of_an_account() -> None:
    """Its id, the account that owns it, and whether it has all features."""
    found = organization_of(aws_of(organizations=organizations({})), HOME)
    assert (found.id, found.management_account, found.all_features) == (ORGANIZATION, MANAGEMENT, True)


def test_accounts_are_found_at_every_depth_and_sorted() -> None:
    """Page by page, empty pages among them, each with the ids above it."""
    client = organizations(
        {
            "r-root": (["ou-prod", "ou-empty"], [account(MANAGEMENT)]),
            "ou-prod": (["ou-deep"], [account("333333333333"), account("222222222222")]),
            "ou-empty": ([], []),
            "ou-deep": ([], [account("123456789012", Name="payments")]),
        }
    )
    found = accounts_of(aws_of(organizations=client), HOME)
    assert [one.id for one in found] == [MANAGEMENT, "123456789012", "222222222222", "333333333333"]
    assert found[1].units == ("r-root", "ou-prod", "ou-deep")
    assert (found[1].name, found[1].joined_at, found[1].is_active) == ("payments", JOINED, True)


def test_the_state_counts_before_the_status_it_replaces() -> None:
    """An account that was not activated yet has a status as if it were."""
    client = organizations(
        {
            "r-root": (
                [],
                [
                    account("1" * 12, State="PENDING_ACTIVATION"),
                    account("2" * 12, Status="SUSPENDED"),
                    account("3" * 12, State="CLOSED", Status="SUSPENDED"),
                ],
            )
        }
    )
    states = [one.state for one in accounts_of(aws_of(organizations=client), HOME)]
    assert states == ["PENDING_ACTIVATION", "SUSPENDED", "CLOSED"]


def test_an_account_in_no_organization_is_told_so() -> None:
    """It is a mistake of whoever runs it, not a failure to look."""

    def none() -> None:
        raise refusal("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")

    with pytest.raises(NotInOrganization, match="belongs to no organization") as told:
        organization_of(aws_of(organizations=Client(describe_organization=none)), HOME)
    assert not isinstance(told.value, CannotLook)
    assert "not a member" in told.value.why


def test_a_member_that_may_not_list_accounts_is_told_who_may() -> None:
    """AWS answers a member's call as it answers one without permission."""

    def denied() -> None:
        raise refusal("AccessDeniedException", "You don't have permissions to access this resource.")

    with pytest.raises(NotAdministrator) as told:
        accounts_of(aws_of(organizations=Client(list_roots=denied)), HOME)
    assert "delegated administrator" in told.value.remedy
    assert told.value.why == "AccessDeniedException: You don't have permissions to access this resource."


def test_throttling_is_not_taken_for_a_refusal() -> None:
    """It stays what it is."""

    def throttled() -> None:
        raise refusal("TooManyRequestsException", "slow down")

    with pytest.raises(Throttled):
        accounts_of(aws_of(organizations=Client(list_roots=throttled)), HOME)


def test_tags_of_an_account() -> None:
    """Over all pages."""

    def tags(*, ResourceId: str, NextToken: str | None = None) -> object:  # noqa: N803 -- AWS's names
        assert ResourceId == "123456789012"
        if NextToken is None:
            return {"Tags": [{"Key": "team", "Value": "payments"}], "NextToken": "more"}
        return {"Tags": [{"Key": "stage", "Value": "prod"}]}

    found = tags_of(aws_of(organizations=Client(list_tags_for_resource=tags)), "123456789012", HOME)
    assert found == {"team": "payments", "stage": "prod"}
