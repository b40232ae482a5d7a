"""CloudFormation StackSets.

Source of the rules: CloudFormation API reference, CreateStackSet
(docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, cast

from botocore.exceptions import ClientError

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
)
from sandbox.provider.resource_type import REGION, TAGS, ResourceType, State, Values
from sandbox.provider.stack_set_operations import (
    CALL_AS,
    NOT_FOUND,
    PREFERENCES,
    by_api_names,
    client_of,
    preferences,
    wait,
)
from sandbox.provider.tags import as_list, as_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.provider.session import Aws

_SERVICE_MANAGED: Final = "SERVICE_MANAGED"


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
        "callAs": CALL_AS,
        "capabilities": Property(
            kind=ListOf(
                item=Text(choices=("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")),
                unordered=True,
            )
        ),
        "description": Property(kind=Text(longest=1024)),
        "managedExecution": Property(kind=Block({"active": Property(kind=Flag())})),
        "name": Property(kind=Text(shortest=1, longest=128, pattern=r"[A-Za-z][A-Za-z0-9-]*"), replaces=True),
        "operationPreferences": Property(kind=Block(PREFERENCES)),
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
        client = client_of(aws, inputs)
        request = _request(inputs) | {"PermissionModel": inputs["permissionModel"]}
        client.create_stack_set(StackSetName=inputs["name"], CallAs=inputs["callAs"], **request)
        return self.look(aws, inputs["name"], inputs) or State(inputs["name"], dict(inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """DescribeStackSet; what moto does not keep is as it was last known."""
        try:
            found = client_of(aws, inputs).describe_stack_set(
                StackSetName=resource_id, CallAs=inputs["callAs"]
            )["StackSet"]
        except ClientError as error:
            if code_of(error) == NOT_FOUND:
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
        client = client_of(aws, news)
        answer = client.update_stack_set(StackSetName=resource_id, CallAs=news["callAs"], **_request(news))
        wait(client, resource_id, news, answer)
        state = self.look(aws, resource_id, news)
        return state.outputs if state else news

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteStackSet, which AWS refuses while it has stacks."""
        with gone_is_fine(NOT_FOUND):
            client_of(aws, outputs).delete_stack_set(StackSetName=resource_id, CallAs=outputs["callAs"])


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
        request["AutoDeployment"] = by_api_names(automatic)
    if managed := inputs.get("managedExecution"):
        request["ManagedExecution"] = by_api_names(managed)
    return request | preferences(inputs)
