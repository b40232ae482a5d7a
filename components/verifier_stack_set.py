"""The verifier's role in every account of an organization, by a service-managed CloudFormation StackSet."""

import json
from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.partitions import partition_of
from cloudtrail.verifier_permissions import principal
from cloudtrail.verifier_template import (
    CAPABILITY,
    EXTERNAL_ID_PARAMETER,
    ORGANIZATION_PARAMETER,
    ROLE_NAME_PARAMETER,
    TRUSTED_PARAMETER,
    verifier_template,
)


class VerifierStackSetArgs(TypedDict):
    """What a `VerifierStackSet` is made of."""

    stack_set_name: str
    """The StackSet's name; the stacks in the accounts are named after it."""
    role_name: str
    """The roles' name."""
    region: str
    """The Region the StackSet and its stacks are kept in; the roles themselves are global."""
    trusted: Sequence[str]
    """Who may assume them: accounts, or roles by their ARNs."""
    external_id: str
    """The external id they have to know."""
    organization_id: str
    """The organization they have to be of."""
    organizational_units: Sequence[str]
    """Roots and organizational units whose accounts get the role."""
    call_as: NotRequired[Literal["SELF", "DELEGATED_ADMIN"]]
    """As whom CloudFormation is called: the management account, or its delegated administrator for StackSets.
    Default: `SELF`."""
    tags: NotRequired[dict[str, str]]
    """Tags of the StackSet, which its stacks and roles get too."""


class VerifierStackSet(pulumi.ComponentResource):
    """The same role in every account of some organizational units, by a service-managed StackSet.

    An account that joins gets the role by itself; one that leaves loses it, and with it the organization's way in. The
    management account is left out by CloudFormation: it needs a `VerifierRole` of its own.
    """

    stack_set_name: pulumi.Output[str]
    """The StackSet's name."""

    def __init__(
        self, name: str, args: VerifierStackSetArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("meshtrail:index:VerifierStackSet", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        partition = partition_of(args["region"])
        call_as = args.get("call_as", "SELF")
        stack_set = aws.cloudformation.StackSet(
            f"{name}-stack-set",
            name=args["stack_set_name"],
            description="The role meshtrail verify assumes in every account",
            permission_model="SERVICE_MANAGED",
            auto_deployment={"enabled": True, "retain_stacks_on_account_removal": False},
            managed_execution={"active": True},
            call_as=call_as,
            capabilities=[CAPABILITY],
            template_body=json.dumps(verifier_template()),
            parameters={
                ROLE_NAME_PARAMETER: args["role_name"],
                EXTERNAL_ID_PARAMETER: args["external_id"],
                TRUSTED_PARAMETER: ",".join(principal(each, partition) for each in args["trusted"]),
                ORGANIZATION_PARAMETER: args["organization_id"],
            },
            region=args["region"],
            tags=args.get("tags"),
            opts=child,
        )
        for unit in args["organizational_units"]:
            # One for each unit: a change of targets replaces, and would take the role from the accounts that stay.
            aws.cloudformation.StackSetInstance(
                f"{name}-stacks-{unit}",
                stack_set_name=stack_set.name,
                deployment_targets={"organizational_unit_ids": [unit]},
                # One failing account must not keep the role from all others.
                operation_preferences={
                    "failure_tolerance_percentage": 100,
                    "max_concurrent_percentage": 100,
                    "region_concurrency_type": "PARALLEL",
                },
                stack_set_instance_region=args["region"],
                call_as=call_as,
                region=args["region"],
                opts=child,
            )
        self.stack_set_name = stack_set.name
        self.register_outputs({"stackSetName": self.stack_set_name})
