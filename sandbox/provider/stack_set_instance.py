"""The stacks that a CloudFormation StackSet keeps in accounts.

Source of the rules: CloudFormation API reference, CreateStackInstances
(docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, cast

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Block, Failure, Flag, ListOf, Properties, Property, Text
from sandbox.provider.resource_type import REGION, ResourceType, State, Values
from sandbox.provider.stack_set_operations import (
    CALL_AS,
    NOT_FOUND,
    PREFERENCES,
    client_of,
    preferences,
    wait,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.provider.session import Aws

_CONCURRENCY: Final[Properties] = {
    "concurrencyMode": Property(kind=Text(choices=("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE")))
}


class StackSetInstance(ResourceType):
    """The stacks of a StackSet in the accounts of some units; its id is `NAME,UNIT/UNIT,REGION`."""

    type_name: ClassVar[str] = "aws:cloudformation/stackSetInstance:StackSetInstance"
    properties: ClassVar[Properties] = {
        "callAs": CALL_AS,
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
        "operationPreferences": Property(kind=Block({**PREFERENCES, **_CONCURRENCY})),
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
        client, name = client_of(aws, inputs), inputs["stackSetName"]
        request = _targets(inputs, _units(inputs)) | preferences(inputs)
        wait(client, name, inputs, client.create_stack_instances(StackSetName=name, **request))
        resource_id = f"{name},{'/'.join(_units(inputs))},{_place(inputs)}"
        return self.look(aws, resource_id, inputs) or State(resource_id, dict(inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """ListStackInstances."""
        name, units, place = resource_id.split(",")
        try:
            found = client_of(aws, inputs).list_stack_instances(StackSetName=name, CallAs=inputs["callAs"])
        except ClientError as error:
            if code_of(error) == NOT_FOUND:
                return None
            raise
        stacks = [
            {"accountId": each["Account"], "stackId": each["StackId"]}
            for each in found["Summaries"]
            if each["Region"] == place and each["OrganizationalUnitId"] in units.split("/")
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
        client, (name, units, _) = client_of(aws, outputs), resource_id.split(",")
        request = _targets(outputs, units.split("/")) | preferences(outputs)
        with gone_is_fine(NOT_FOUND):
            retained = bool(outputs.get("retainStack"))
            answer = client.delete_stack_instances(StackSetName=name, RetainStacks=retained, **request)
            wait(client, name, outputs, answer)


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
