"""CloudTrail's delegated administrators.

Source: CloudTrail API reference, RegisterOrganizationDelegatedAdmin
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RegisterOrganizationDelegatedAdmin.html).
"""

from __future__ import annotations

from typing import Any, Final

from moto.organizations.models import organizations_backends

from sandbox.api.base import StatefulCloudTrailResponse
from sandbox.api.errors import AwsError
from sandbox.delivery.organizations import CLOUDTRAIL, Organization, organization_of

MOST_ADMINISTRATORS: Final = 3
"""Delegated administrators that CloudTrail takes of one organization."""


class DelegationResponses(StatefulCloudTrailResponse):
    """Who administers an organization's CloudTrail besides the management account."""

    def register_organization_delegated_admin(self) -> str:
        """Let a member make and change the organization's trails and event data stores."""
        organization, account = self._managed(), str(self.parameters().get("MemberAccountId"))
        if account == organization.management:
            raise AwsError(
                "CannotDelegateManagementAccountException", f"{account} is the management account itself."
            )
        if account not in organization.members:
            raise AwsError("AccountNotFoundException", f"{account} is not in {organization.identifier}.")
        if account in organization.administrators:
            raise AwsError("AccountRegisteredException", f"{account} is registered already.")
        if len(organization.administrators) >= MOST_ADMINISTRATORS:
            raise AwsError(
                "DelegatedAdminAccountLimitExceededException",
                f"{organization.identifier} has {MOST_ADMINISTRATORS} delegated administrators for CloudTrail.",
            )
        self._backend().register_delegated_administrator(AccountId=account, ServicePrincipal=CLOUDTRAIL)
        return "{}"

    def deregister_organization_delegated_admin(self) -> str:
        """Take that back; the organization's trails stay as they are."""
        organization, account = self._managed(), str(self.parameters().get("DelegatedAdminAccountId"))
        if account not in organization.members:
            raise AwsError("AccountNotFoundException", f"{account} is not in {organization.identifier}.")
        if account not in organization.administrators:
            raise AwsError("AccountNotRegisteredException", f"{account} is not registered.")
        self._backend().deregister_delegated_administrator(AccountId=account, ServicePrincipal=CLOUDTRAIL)
        return "{}"

    def _managed(self) -> Organization:
        """The organization that the caller manages, ready for delegation."""
        organization = organization_of(self.current_account, partition=self.partition)
        if organization is None:
            raise AwsError("OrganizationsNotInUseException", f"{self.current_account} is in no organization.")
        if organization.management != self.current_account:
            raise AwsError(
                "NotOrganizationManagementAccountException",
                f"{self.current_account} is not the management account of {organization.identifier}.",
            )
        if not organization.all_features:
            raise AwsError(
                "OrganizationNotInAllFeaturesModeException", "The organization does not have all features on."
            )
        if not organization.trusts_cloudtrail:
            raise AwsError(
                "CloudTrailAccessNotEnabledException", f"The organization does not trust {CLOUDTRAIL}."
            )
        return organization

    def _backend(self) -> Any:
        return organizations_backends[self.current_account][self.partition]
