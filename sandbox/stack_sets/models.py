"""StackSets of one account in one Region; the names of this module and of what is in it are moto's.

Source: CloudFormation user guide, "Managing stacks across accounts and Regions with StackSets"
(docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.organizations.models import organizations_backends

from cloudtrail.partitions import Arn
from sandbox.stack_sets.exceptions import (
    InvalidRequest,
    NameAlreadyExists,
    OperationNotFound,
    StackSetNotEmpty,
    StackSetNotFound,
)
from sandbox.stack_sets.template import Stack, read_template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEMBER_ACCESS: Final = "member.org.stacksets.cloudformation.amazonaws.com"
"""The service an organization trusts once StackSets are activated for it."""
_ALL: Final = 100


@dataclass(slots=True)
class StackSet:
    """A service-managed StackSet.

    Attributes:
        name: Its name.
        identifier: Its name and a UUID.
        arn: Its ARN.
        settings: What the last request that described it said, by the API's names.
        template: Its template.
        targets: The Regions that it was deployed to in each unit.
        stacks: Its stacks, by account and Region.
        operations: The status of each operation.
    """

    name: str
    identifier: str
    arn: str
    settings: dict[str, Any]
    template: dict[str, Any]
    targets: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    stacks: dict[tuple[str, str], Stack] = field(default_factory=dict[tuple[str, str], Stack])
    operations: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def parameters(self) -> dict[str, str]:
        """Its parameters' values."""
        return {
            each["ParameterKey"]: each["ParameterValue"] for each in self.settings.get("Parameters") or []
        }

    @property
    def tags(self) -> dict[str, str]:
        """Its tags, which its stacks' resources get as well."""
        return {each["Key"]: each["Value"] for each in self.settings.get("Tags") or []}

    @property
    def follows(self) -> bool:
        """Whether accounts that come into its units get stacks by themselves, and those that go lose them."""
        return self._automatic("Enabled")

    @property
    def leaves_behind(self) -> bool:
        """Whether an account that goes keeps what its stacks made."""
        return self._automatic("RetainStacksOnAccountRemoval")

    def _automatic(self, setting: str) -> bool:
        automatic: Mapping[str, Any] = self.settings.get("AutoDeployment") or {}
        return str(automatic.get(setting, False)).lower() == "true"

    def begin(self, preferences: Mapping[str, Any], *, failed: int) -> str:
        """Write down an operation, over already; returns its id."""
        tolerated = int(preferences.get("FailureTolerancePercentage") or 0) == _ALL
        operation = str(uuid.uuid4())
        self.operations[operation] = "FAILED" if failed and not tolerated else "SUCCEEDED"
        return operation


class StackSetsBackend(BaseBackend):
    """The StackSets of one account in one Region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._sets: dict[str, StackSet] = {}

    def create(self, request: Mapping[str, Any]) -> StackSet:
        """CreateStackSet.

        Raises:
            NameAlreadyExists: when the name is taken.
            InvalidRequest: when the organization does not let StackSets in, or the sandbox does not do it.
        """
        name = request["StackSetName"]
        if name in self._sets:
            raise NameAlreadyExists(f"StackSet {name} already exists")
        if request.get("PermissionModel") != "SERVICE_MANAGED":
            raise InvalidRequest("The sandbox does service-managed StackSets only")
        if not self.activated:
            raise InvalidRequest(
                "You must enable organizations access to operate a service managed stack set"
            )
        template = read_template(request["TemplateBody"], request.get("Capabilities") or [])
        identifier = f"{name}:{uuid.uuid4()}"
        arn = Arn(
            self.partition, "cloudformation", self.region_name, self.account_id, f"stackset/{identifier}"
        )
        made = StackSet(name, identifier, str(arn), dict(request), template)
        self._sets[name] = made
        return made

    def find(self, name: str) -> StackSet:
        """A StackSet by its name or its id.

        Raises:
            StackSetNotFound: when there is none.
        """
        found = self._sets.get(name.partition(":")[0])
        if found is None:
            raise StackSetNotFound(f"StackSet {name} not found")
        return found

    def update(self, request: Mapping[str, Any]) -> str:
        """UpdateStackSet, and every stack of it; returns the operation's id."""
        found = self.find(request["StackSetName"])
        found.template = read_template(request["TemplateBody"], request.get("Capabilities") or [])
        found.settings |= request
        for stack in found.stacks.values():
            stack.apply(found.template, found.parameters, found.tags, update=True)
        return found.begin(request.get("OperationPreferences") or {}, failed=0)

    def delete(self, name: str) -> None:
        """DeleteStackSet.

        Raises:
            StackSetNotEmpty: while it has stacks.
        """
        if self.find(name).stacks:
            raise StackSetNotEmpty("StackSet is not empty")
        del self._sets[name]

    def add_stacks(self, request: Mapping[str, Any]) -> str:
        """CreateStackInstances: what is there stays as it is; an account that refuses is counted as failed."""
        found, regions = self.find(request["StackSetName"]), set[str](request["Regions"])
        accounts = self._accounts(request)
        for unit in self._units(request):
            found.targets.setdefault(unit, set()).update(regions)
        failed = sum(
            not self._deploy(found, account, region, unit)
            for account, unit in accounts.items()
            for region in sorted(regions)
        )
        return found.begin(request.get("OperationPreferences") or {}, failed=failed)

    def take_stacks(self, request: Mapping[str, Any], *, retain: bool) -> str:
        """DeleteStackInstances; with `retain` the accounts keep what the stacks made."""
        found = self.find(request["StackSetName"])
        for unit in self._units(request):
            found.targets.get(unit, set()).difference_update(request["Regions"])
        for account in self._accounts(request):
            for region in request["Regions"]:
                stack = found.stacks.pop((account, region), None)
                if stack is not None and not retain:
                    stack.take_away(found.template, found.parameters)
        return found.begin(request.get("OperationPreferences") or {}, failed=0)

    def follow(self) -> None:
        """Let every StackSet that follows the organization's accounts catch up with where they are now."""
        for found in self._sets.values():
            if not found.follows:
                continue
            for (account, region), stack in list(found.stacks.items()):
                if account not in self._below(stack.unit, every=True):
                    del found.stacks[account, region]
                    if not found.leaves_behind:
                        stack.take_away(found.template, found.parameters)
            for unit, regions in found.targets.items():
                for account in self._below(unit):
                    for region in sorted(regions):
                        self._deploy(found, account, region, unit)

    def _deploy(self, found: StackSet, account: str, region: str, unit: str) -> bool:
        """Make a stack, unless it is there; False where the account refuses it."""
        if (account, region) in found.stacks:
            return True
        stack = self._stack(found, account, region, unit)
        try:
            stack.apply(found.template, found.parameters, found.tags, update=False)
        except ServiceException:  # such as a role of that name that somebody else made
            return False
        found.stacks[account, region] = stack
        return True

    def status(self, name: str, operation: str) -> str:
        """How an operation ended.

        Raises:
            OperationNotFound: when there was none of that id.
        """
        operations = self.find(name).operations
        if operation not in operations:
            raise OperationNotFound(f"Operation {operation} not found")
        return operations[operation]

    @property
    def activated(self) -> bool:
        """Whether the organization this account manages lets StackSets into its accounts."""
        organization = self._organization()
        return organization is not None and any(
            each["ServicePrincipal"] == MEMBER_ACCESS for each in organization.services
        )

    def activate(self) -> None:
        """ActivateOrganizationsAccess.

        Raises:
            InvalidRequest: when the account manages no organization.
        """
        organization = self._organization()
        if organization is None:
            raise InvalidRequest("Only the management account of an organization may do this")
        organization.enable_aws_service_access(ServicePrincipal=MEMBER_ACCESS)

    def _organization(self) -> Any:
        if self.account_id not in organizations_backends:
            return None
        backend: Any = organizations_backends[self.account_id][self.partition]
        return backend if backend.org is not None else None

    def _accounts(self, request: Mapping[str, Any]) -> dict[str, str]:
        """The accounts a request means, each with the unit it was named by."""
        return {account: unit for unit in self._units(request) for account in self._below(unit)}

    @staticmethod
    def _units(request: Mapping[str, Any]) -> Sequence[str]:
        """The units that a request names."""
        targets: Mapping[str, Any] = request.get("DeploymentTargets") or {}
        units: Sequence[str] = targets.get("OrganizationalUnitIds") or ()
        if not units:
            raise InvalidRequest("OrganizationalUnitIds are required")
        return units

    def _below(self, unit: str, *, every: bool = False) -> list[str]:
        """The member accounts at or below a unit, active ones or all; never the management account."""
        organization, inside = self._organization(), {unit}
        if organization is None:
            return []
        while more := {each.id for each in organization.ou if each.parent_id in inside} - inside:
            inside |= more
        return sorted(
            each.id
            for each in organization.accounts
            if each.parent_id in inside and each.id != self.account_id and (every or each.state == "ACTIVE")
        )

    def _stack(self, found: StackSet, account: str, region: str, unit: str) -> Stack:
        name = f"StackSet-{found.name}-{uuid.uuid4()}"
        arn = Arn(self.partition, "cloudformation", region, account, f"stack/{name}/{uuid.uuid4()}")
        return Stack(account=account, partition=self.partition, region=region, stack_id=str(arn), unit=unit)


cloudformation_backends = BackendDict(StackSetsBackend, "cloudformation")
"""StackSets by account and Region, reset with the rest of moto."""


def follow(management: str, partition: str) -> None:
    """Let the StackSets of an organization's management account follow its accounts, in whichever Region they are.

    Args:
        management: The management account.
        partition: Its partition.
    """
    for region, backend in list(cloudformation_backends[management].items()):
        if backend.partition == partition and region:
            backend.follow()
