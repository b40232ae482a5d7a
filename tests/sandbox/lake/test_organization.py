from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from moto.organizations.models import organizations_backends

from sandbox.lake.errors import (
    CloudTrailAccessNotEnabledException,
    NotOrganizationMasterAccountException,
    OrganizationNotInAllFeaturesModeException,
    OrganizationsNotInUseException,
)
from sandbox.lake.organization import accounts_of, check_may_own

if TYPE_CHECKING:
    from collections.abc import Iterator

MANAGEMENT = "444455556666"


@pytest.fixture
def organization() -> Iterator[Any]:
    """An organization of the management account, as moto keeps it."""
    organizations_backends.reset()
    backend: Any = organizations_backends[MANAGEMENT]["aws"]
    backend.create_organization(region="us-east-1", FeatureSet="ALL")
    yield backend
    organizations_backends.reset()


def test_an_account_without_an_organization_cannot_own_one(organization: Any) -> None:
    """The refusal names the account."""
    assert organization.org is not None
    with pytest.raises(OrganizationsNotInUseException, match="111122223333"):
        check_may_own("111122223333", partition="aws")


def test_trusted_access_is_needed(organization: Any) -> None:
    """The management account may, once the organization trusts CloudTrail."""
    with pytest.raises(CloudTrailAccessNotEnabledException):
        check_may_own(MANAGEMENT, partition="aws")
    organization.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    check_may_own(MANAGEMENT, partition="aws")


def test_a_member_cannot_own_one(organization: Any) -> None:
    """Only the management account may."""
    organization.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    member = organization.create_account(AccountName="m", Email="m@example.com")["CreateAccountStatus"]
    with pytest.raises(NotOrganizationMasterAccountException):
        check_may_own(member["AccountId"], partition="aws")


def test_all_features_are_needed(organization: Any) -> None:
    """Consolidated billing is not enough."""
    organization.org.feature_set = "CONSOLIDATED_BILLING"
    with pytest.raises(OrganizationNotInAllFeaturesModeException):
        check_may_own(MANAGEMENT, partition="aws")


def test_an_organization_store_records_every_member(organization: Any) -> None:
    """Without the option, or without an organization, only the owner's events."""
    status = organization.create_account(AccountName="m", Email="m@example.com")["CreateAccountStatus"]
    member = status["AccountId"]
    assert {MANAGEMENT, member} <= accounts_of(MANAGEMENT, organization=True, partition="aws")
    assert accounts_of(MANAGEMENT, organization=False, partition="aws") == {MANAGEMENT}
    assert accounts_of("111122223333", organization=True, partition="aws") == {"111122223333"}
