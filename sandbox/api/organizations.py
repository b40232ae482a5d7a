"""AWS Organizations: moto's, told to whom AWS tells it, with ids that a test can know beforehand.

moto answers every account about an organization of its own. On AWS the members of an organization are told who
manages it; who else is in it, and where, only the management account and delegated administrators are told.
Sources: Organizations API reference, ListAccounts and LeaveOrganization
(docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from moto.iam.models import iam_backends
from moto.organizations.models import (
    FakeDelegatedAdministrator,
    OrganizationsBackend,
    organizations_backends,
)
from moto.organizations.responses import OrganizationsResponse

from sandbox import stack_sets
from sandbox.api.errors import AwsError
from sandbox.delivery.organizations import CLOUDTRAIL, organization_of

if TYPE_CHECKING:
    from sandbox.state import SandboxState

_OF_EVERY_MEMBER: Final = ("DescribeOrganization", "LeaveOrganization")
_READS: Final = ("Describe", "List")


def register() -> None:
    """Let moto take CloudTrail's delegated administrators, as AWS does. May be called any number of times."""
    services = FakeDelegatedAdministrator.SUPPORTED_SERVICES
    if CLOUDTRAIL not in services:
        services.append(CLOUDTRAIL)


class OrganizationResponses(OrganizationsResponse):
    """Organizations, with the sandbox behind it.

    Attributes:
        state: The sandbox; set on the class that `sandbox.api.responses` makes for it.
    """

    state: ClassVar[SandboxState]

    @property
    def organizations_backend(self) -> OrganizationsBackend:
        """What moto keeps of the caller's organization, if the caller may do what it asks for.

        Raises:
            AwsError: `AWSOrganizationsNotInUseException` or `AccessDeniedException`.
        """
        account, action = self.current_account, str(self._get_action())
        organization = organization_of(account, partition=self.partition)
        if action == "CreateOrganization":
            return organizations_backends[account][self.partition]
        if organization is None:
            raise AwsError(
                "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
            )
        reads = action.startswith(_READS) and organization.answers(account)
        if not (account == organization.management or action in _OF_EVERY_MEMBER or reads):
            raise AwsError("AccessDeniedException", "You don't have permissions to access this resource.")
        return organizations_backends[organization.management][self.partition]

    def create_organization(self) -> str:
        """Make an organization, by the id that was announced for it."""
        answer: Any = json.loads(super().create_organization())
        made, wanted = self.organizations_backend.org, self.state.names.organization
        if made is None or wanted is None:
            return json.dumps(answer)
        made.id, self.state.names.organization = wanted, None
        return json.dumps(made.describe())

    def create_account(self) -> str:
        """Make an account, by the id that was announced for it."""
        answer: Any = json.loads(super().create_account())
        status = answer["CreateAccountStatus"]
        if self.state.names.accounts:
            wanted = self.state.names.accounts.pop(0)
            self._rename(status["AccountId"], wanted)
            status["AccountId"] = wanted
        self._moved()
        return json.dumps(answer)

    def move_account(self) -> str:
        """Put an account into another unit."""
        answer = super().move_account()
        self._moved()
        return answer

    def remove_account_from_organization(self) -> str:
        """Take an account out of the organization."""
        answer = super().remove_account_from_organization()
        self._moved()
        return answer

    def leave_organization(self) -> str:
        """Take the caller's account out of its organization."""
        backend = self.organizations_backend
        if backend.account_id == self.current_account:
            raise AwsError(
                "MasterCannotLeaveOrganizationException",
                "The management account cannot leave its organization.",
            )
        backend.remove_account_from_organization(AccountId=self.current_account)
        stack_sets.follow(backend.account_id, self.partition)
        return "{}"

    def _moved(self) -> None:
        """Let StackSets follow an account that is somewhere else now."""
        stack_sets.follow(self.organizations_backend.account_id, self.partition)

    def _rename(self, made: str, wanted: str) -> None:
        """Give a new account another id: its place in the organization and the role made in it move along."""
        backend = self.organizations_backend
        account = backend.get_account_by_id(made)
        account.id = wanted
        organizations_backends.master_accounts[wanted] = organizations_backends.master_accounts.pop(made)
        for role in list(iam_backends[made][self.partition].roles.values()):
            iam_backends[wanted][self.partition].create_role(
                role_name=role.name,
                assume_role_policy_document=role.assume_role_policy_document,
                path=role.path,
                permissions_boundary=None,
                description="",
                tags=[],
                max_session_duration="3600",
            )
        iam_backends.pop(made)
