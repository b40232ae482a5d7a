"""CloudFormation StackSets, and the stacks they keep in accounts.

Source of the rules: CloudFormation API reference, CreateStackSet and CreateStackInstances
(docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from botocore.exceptions import ClientError

from cloudtrail.errors import MeshtrailError
from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import (
    Block,
    Failure,
    Flag,
    Json,
    ListOf,
    MapOfText,
    Properties,
    Property,
    Text,
    Whole,
)
from sandbox.provider.resource_type import REGION, TAGS, ResourceType, State, Values
from sandbox.provider.tags import as_list, as_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "StackSetNotFoundException"
_SERVICE_MANAGED: Final = "SERVICE_MANAGED"
_CALL_AS: Final = Property(kind=Text(choices=("SELF", "DELEGATED_ADMIN")), default="SELF")
_PREFERENCES: Final[Properties] = {
    "failureToleranceCount": Property(kind=Whole(least=0)),
    "failureTolerancePercentage": Property(kind=Whole(least=0, most=100)),
    "maxConcurrentCount": Property(kind=Whole(least=1)),
    "maxConcurrentPercentage": Property(kind=Whole(least=1, most=100)),
    "regionConcurrencyType": Property(kind=Text(choices=("SEQUENTIAL", "PARALLEL"))),
    "regionOrders": Property(kind=ListOf(item=Text())),
}
_CONCURRENCY: Final[Properties] = {
    "concurrencyMode": Property(kind=Text(choices=("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE")))
}


class StackSetFailed(MeshtrailError):
    """An operation of a StackSet did not succeed in as many accounts as it had to."""


class StackSet(ResourceType):
    """A StackSet; its id is its name."""

    type_name: ClassVar[str] = "aws:cloudformation/stackSet:StackSet"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "autoDeployment": Property(
            kind=Block(
                {
                    "dependsOnStackSets": Property(kind=ListOf(item=Text(arn=True), unordered=True)),
                    "enabled": Property(kind=Flag()),
                    "retainStacksOnAccountRemoval": Property(kind=Flag()),
                }
            )
        ),
        "callAs": _CALL_AS,
        "capabilities": Property(
            kind=ListOf(
                item=Text(choices=("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")),
                unordered=True,
            )
        ),
        "description": Property(kind=Text(longest=1024)),
        "managedExecution": Property(kind=Block({"active": Property(kind=Flag())})),
        "name": Property(kind=Text(shortest=1, longest=128, pattern=r"[A-Za-z][A-Za-z0-9-]*"), replaces=True),
        "operationPreferences": Property(kind=Block(_PREFERENCES)),
        "parameters": Property(kind=MapOfText()),
        "permissionModel": Property(
            kind=Text(choices=("SELF_MANAGED", _SERVICE_MANAGED)), default="SELF_MANAGED", replaces=True
        ),
        "region": REGION,
        "tags": TAGS,
        "tagsAll": TAGS,
        "templateBody": Property(kind=Json(), required=True),
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "stackSetId"})
    not_emulated: ClassVar[frozenset[str]] = frozenset(
        {"administrationRoleArn", "executionRoleName", "templateUrl"}
    )

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """What the API refuses."""
        if inputs.get("autoDeployment") and inputs["permissionModel"] != _SERVICE_MANAGED:
            yield Failure("autoDeployment", "needs permissionModel SERVICE_MANAGED")

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateStackSet."""
        client = _client(aws, inputs)
        request = _request(inputs) | {"PermissionModel": inputs["permissionModel"]}
        client.create_stack_set(StackSetName=inputs["name"], CallAs=inputs["callAs"], **request)
        return self.look(aws, inputs["name"], inputs) or State(inputs["name"], dict(inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """DescribeStackSet; what moto does not keep is as it was last known."""
        try:
            found = _client(aws, inputs).describe_stack_set(
                StackSetName=resource_id, CallAs=inputs["callAs"]
            )["StackSet"]
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        seen = {
            "arn": found["StackSetARN"],
            "description": found.get("Description"),
            "name": found["StackSetName"],
            "parameters": {
                each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])
            },
            "permissionModel": found["PermissionModel"],
            "stackSetId": found["StackSetId"],
            "templateBody": found["TemplateBody"],
        }
        return State(resource_id, inputs | seen | aws.seen_tags(as_map(found.get("Tags", []))))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateStackSet, which on AWS updates the stacks as well."""
        del olds
        client = _client(aws, news)
        answer = client.update_stack_set(StackSetName=resource_id, CallAs=news["callAs"], **_request(news))
        _wait(client, resource_id, news, answer)
        state = self.look(aws, resource_id, news)
        return state.outputs if state else news

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteStackSet, which AWS refuses while it has stacks."""
        with gone_is_fine(_NOT_FOUND):
            _client(aws, outputs).delete_stack_set(StackSetName=resource_id, CallAs=outputs["callAs"])


class StackSetInstance(ResourceType):
    """The stacks of a StackSet in the accounts of some units; its id is `NAME,UNIT/UNIT,REGION`."""

    type_name: ClassVar[str] = "aws:cloudformation/stackSetInstance:StackSetInstance"
    properties: ClassVar[Properties] = {
        "callAs": _CALL_AS,
        "deploymentTargets": Property(
            kind=Block(
                {
                    **{name: Property(kind=Text()) for name in ("accountFilterType", "accountsUrl")},
                    "accounts": Property(kind=ListOf(item=Text(pattern=r"\d{12}"), unordered=True)),
                    "organizationalUnitIds": Property(
                        kind=ListOf(
                            item=Text(pattern=r"r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}"),
                            fewest=1,
                            unordered=True,
                        )
                    ),
                }
            ),
            required=True,
            replaces=True,
        ),
        "operationPreferences": Property(kind=Block({**_PREFERENCES, **_CONCURRENCY})),
        "region": REGION,
        "retainStack": Property(kind=Flag(), default=False),
        "stackSetInstanceRegion": Property(kind=Text(shortest=1), replaces=True, computed=True),
        "stackSetName": Property(kind=Text(shortest=1), required=True, replaces=True),
    }
    computed: ClassVar[frozenset[str]] = frozenset({"stackInstanceSummaries"})
    not_emulated: ClassVar[frozenset[str]] = frozenset(
        {"accountId", "organizationalUnitId", "parameterOverrides", "stackId"}
    )

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """What the sandbox does not do."""
        targets = inputs["deploymentTargets"]
        given = targets if isinstance(targets, dict) else {}
        for name in sorted(set(cast("Values", given)) - {"organizationalUnitIds"}):
            yield Failure(f"deploymentTargets.{name}", "is not emulated by the sandbox")

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateStackInstances, and what became of it."""
        client, name = _client(aws, inputs), inputs["stackSetName"]
        request = _targets(inputs, _units(inputs)) | _preferences(inputs)
        _wait(client, name, inputs, client.create_stack_instances(StackSetName=name, **request))
        resource_id = f"{name},{'/'.join(_units(inputs))},{_place(inputs)}"
        return self.look(aws, resource_id, inputs) or State(resource_id, dict(inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """ListStackInstances."""
        name, units, place = resource_id.split(",")
        try:
            found = _client(aws, inputs).list_stack_instances(StackSetName=name, CallAs=inputs["callAs"])
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        stacks = [
            {"accountId": each["Account"], "stackId": each["StackId"]}
            for each in found["Summaries"]
            if each["Region"] == place
        ]
        if not stacks:
            return None
        seen = {
            "deploymentTargets": {"organizationalUnitIds": units.split("/")},
            "stackInstanceSummaries": stacks,
            "stackSetInstanceRegion": place,
            "stackSetName": name,
        }
        return State(resource_id, inputs | seen)

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """What changes in place is about the next operation only."""
        del olds
        state = self.look(aws, resource_id, news)
        return state.outputs if state else news

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteStackInstances."""
        client, (name, units, _) = _client(aws, outputs), resource_id.split(",")
        request = _targets(outputs, units.split("/")) | _preferences(outputs)
        with gone_is_fine(_NOT_FOUND):
            retained = bool(outputs.get("retainStack"))
            answer = client.delete_stack_instances(StackSetName=name, RetainStacks=retained, **request)
            _wait(client, name, outputs, answer)


def _client(aws: Aws, inputs: Values) -> Any:
    return aws.client("cloudformation", inputs["region"])


def _request(inputs: Values) -> Values:
    request: Values = {
        "Capabilities": inputs.get("capabilities") or [],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in sorted(cast("dict[str, str]", inputs.get("parameters") or {}).items())
        ],
        "Tags": as_list(inputs["tagsAll"]),
        "TemplateBody": inputs["templateBody"],
    }
    if inputs.get("description"):
        request["Description"] = inputs["description"]
    if automatic := inputs.get("autoDeployment"):
        request["AutoDeployment"] = _api(automatic)
    if managed := inputs.get("managedExecution"):
        request["ManagedExecution"] = _api(managed)
    return request | _preferences(inputs)


def _preferences(inputs: Values) -> Values:
    chosen = inputs.get("operationPreferences")
    return {"OperationPreferences": _api(chosen)} if chosen else {}


def _targets(inputs: Values, units: list[str]) -> Values:
    return {
        "CallAs": inputs["callAs"],
        "DeploymentTargets": {"OrganizationalUnitIds": units},
        "Regions": [_place(inputs)],
    }


def _units(inputs: Values) -> list[str]:
    return sorted(inputs["deploymentTargets"]["organizationalUnitIds"])


def _place(inputs: Values) -> str:
    return inputs.get("stackSetInstanceRegion") or inputs["region"]


def _api(block: Values) -> Values:
    # The API has the singular for a list that the provider has in the plural.
    return {
        "RegionOrder" if key == "regionOrders" else f"{key[0].upper()}{key[1:]}": value
        for key, value in block.items()
        if value is not None
    }


def _wait(client: Any, name: str, inputs: Values, answer: Values) -> None:
    found = client.describe_stack_set_operation(
        StackSetName=name, OperationId=answer["OperationId"], CallAs=inputs["callAs"]
    )["StackSetOperation"]
    if found["Status"] != "SUCCEEDED":
        raise StackSetFailed(
            f"The operation on the StackSet {name} ended {found['Status']}",
            remedy="List its results: `aws cloudformation list-stack-set-operation-results`.",
        )
