"""Event data stores of an organization: who may have one, and whose events it records.

Source: CloudTrail user guide, "Organization event data stores"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-organizations.html). The organization is
the one moto's AWS Organizations knows. What a delegated administrator makes is the management account's, see
`sandbox.lake.delegation`.
"""

from __future__ import annotations

from sandbox.delivery.organizations import organization_of
from sandbox.lake.errors import (
    CloudTrailAccessNotEnabledException,
    NotOrganizationMasterAccountException,
    OrganizationNotInAllFeaturesModeException,
    OrganizationsNotInUseException,
)


def check_may_own(account: str, *, partition: str) -> None:
    """Refuse an account that cannot own an organization's event data store.

    Raises:
        OrganizationsNotInUseException: when it is in no organization.
        NotOrganizationMasterAccountException: when it is not the organization's management account.
        OrganizationNotInAllFeaturesModeException: when the organization has consolidated billing only.
        CloudTrailAccessNotEnabledException: when trusted access for CloudTrail is off.
    """
    organization = organization_of(account, partition=partition)
    if organization is None:
        raise OrganizationsNotInUseException(f"Account {account} is not part of an organization")
    if organization.management != account:
        raise NotOrganizationMasterAccountException(
            f"Account {account} is not the management account of organization {organization.identifier}"
        )
    if not organization.all_features:
        raise OrganizationNotInAllFeaturesModeException(
            f"Organization {organization.identifier} does not have all features enabled"
        )
    if not organization.trusts_cloudtrail:
        raise CloudTrailAccessNotEnabledException(
            f"Organization {organization.identifier} does not have trusted access for CloudTrail enabled"
        )


def accounts_of(owner: str, *, organization: bool, partition: str) -> frozenset[str]:
    """The accounts whose events a store of `owner` records."""
    found = organization_of(owner, partition=partition) if organization else None
    return found.members if found is not None else frozenset({owner})
