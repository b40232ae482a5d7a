"""What StackSets and their stacks have in common: how operations are asked for, and waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from sandbox.provider.properties import ListOf, Properties, Property, Text, Whole

if TYPE_CHECKING:
    from sandbox.provider.resource_type import Values
    from sandbox.provider.session import Aws

NOT_FOUND: Final = "StackSetNotFoundException"
CALL_AS: Final = Property(kind=Text(choices=("SELF", "DELEGATED_ADMIN")), default="SELF")
PREFERENCES: Final[Properties] = {
    "failureToleranceCount": Property(kind=Whole(least=0)),
    "failureTolerancePercentage": Property(kind=Whole(least=0, most=100)),
    "maxConcurrentCount": Property(kind=Whole(least=1)),
    "maxConcurrentPercentage": Property(kind=Whole(least=1, most=100)),
    "regionConcurrencyType": Property(kind=Text(choices=("SEQUENTIAL", "PARALLEL"))),
    "regionOrders": Property(kind=ListOf(item=Text())),
}


class StackSetFailed(MeshtrailError):
    """An operation of a StackSet did not succeed in as many accounts as it had to."""


def client_of(aws: Aws, inputs: Values) -> Any:
    """CloudFormation where the StackSet is kept."""
    return aws.client("cloudformation", inputs["region"])


def preferences(inputs: Values) -> Values:
    """How an operation is to go about it, as the API asks."""
    chosen = inputs.get("operationPreferences")
    return {"OperationPreferences": by_api_names(chosen)} if chosen else {}


def by_api_names(block: Values) -> Values:
    """A nested object by the API's names."""
    # The API has the singular for a list that the provider has in the plural.
    return {
        "RegionOrder" if key == "regionOrders" else f"{key[0].upper()}{key[1:]}": value
        for key, value in block.items()
        if value is not None
    }


def wait(client: Any, name: str, inputs: Values, answer: Values) -> None:
    """See how an operation ended.

    Raises:
        StackSetFailed: when it did not succeed.
    """
    found = client.describe_stack_set_operation(
        StackSetName=name, OperationId=answer["OperationId"], CallAs=inputs["callAs"]
    )["StackSetOperation"]
    if found["Status"] != "SUCCEEDED":
        raise StackSetFailed(
            f"The operation on the StackSet {name} ended {found['Status']}",
            remedy="List its results: `aws cloudformation list-stack-set-operation-results`.",
        )
