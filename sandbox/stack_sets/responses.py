"""StackSets' requests and responses, between HTTP and the store; moto calls a method named after the operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from sandbox.stack_sets.exceptions import InvalidRequest
from sandbox.stack_sets.models import cloudformation_backends

if TYPE_CHECKING:
    from sandbox.stack_sets.models import StackSetsBackend


class StackSetResponse(BaseResponse):
    """One CloudFormation request, as moto's server dispatches it."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")

    def create_stack_set(self) -> ActionResult:
        """Make a StackSet; it has no stacks yet."""
        return ActionResult({"StackSetId": self._backend.create(self._request()).identifier})

    def describe_stack_set(self) -> ActionResult:
        """What a StackSet was last said to be."""
        found = self._backend.find(self._request()["StackSetName"])
        names = ("AutoDeployment", "Capabilities", "Description", "ManagedExecution", "Parameters", "Tags")
        settings = {name: found.settings[name] for name in names if found.settings.get(name) is not None}
        return ActionResult(
            {
                "StackSet": settings
                | {
                    "PermissionModel": "SERVICE_MANAGED",
                    "StackSetARN": found.arn,
                    "StackSetId": found.identifier,
                    "StackSetName": found.name,
                    "Status": "ACTIVE",
                    "TemplateBody": found.settings["TemplateBody"],
                }
            }
        )

    def update_stack_set(self) -> ActionResult:
        """Change a StackSet and its stacks."""
        return ActionResult({"OperationId": self._backend.update(self._request())})

    def delete_stack_set(self) -> EmptyResult:
        """Delete a StackSet that has no stacks."""
        self._backend.delete(self._request()["StackSetName"])
        return EmptyResult()

    def create_stack_instances(self) -> ActionResult:
        """Make the stacks in the accounts of some units."""
        return ActionResult({"OperationId": self._backend.add_stacks(self._request())})

    def delete_stack_instances(self) -> ActionResult:
        """Take the stacks of some units away."""
        retain = bool(self._get_bool_param("RetainStacks"))
        return ActionResult({"OperationId": self._backend.take_stacks(self._request(), retain=retain)})

    def list_stack_instances(self) -> ActionResult:
        """Every stack of a StackSet, in one page."""
        found = self._backend.find(self._request()["StackSetName"])
        return ActionResult(
            {
                "Summaries": [
                    {
                        "Account": stack.account,
                        "OrganizationalUnitId": stack.unit,
                        "Region": stack.region,
                        "StackId": stack.stack_id,
                        "StackInstanceStatus": {"DetailedStatus": "SUCCEEDED"},
                        "StackSetId": found.identifier,
                        "Status": "CURRENT",
                    }
                    for _, stack in sorted(found.stacks.items())
                ]
            }
        )

    def describe_stack_set_operation(self) -> ActionResult:
        """How an operation ended: they are over as soon as they begin."""
        request = self._request()
        status = self._backend.status(request["StackSetName"], request["OperationId"])
        return ActionResult({"StackSetOperation": {"OperationId": request["OperationId"], "Status": status}})

    def activate_organizations_access(self) -> EmptyResult:
        """Let StackSets into the accounts of the organization."""
        self._backend.activate()
        return EmptyResult()

    def describe_organizations_access(self) -> ActionResult:
        """Whether they are let in."""
        return ActionResult({"Status": "ENABLED" if self._backend.activated else "DISABLED"})

    @property
    def _backend(self) -> StackSetsBackend:
        return cloudformation_backends[self.current_account][self.region]

    def _request(self) -> dict[str, Any]:
        request: dict[str, Any] = self._get_params()
        if request.get("CallAs", "SELF") != "SELF":
            raise InvalidRequest("The sandbox does not do CallAs DELEGATED_ADMIN")
        return request
