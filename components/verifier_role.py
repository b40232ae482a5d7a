"""The role `meshtrail verify` assumes, in one account."""

import json
from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.partitions import partition_of
from cloudtrail.verifier_permissions import POLICY_NAME, verifier_policy, verifier_trust


class VerifierRoleArgs(TypedDict):
    """What a `VerifierRole` is made of."""

    role_name: str
    """The role's name."""
    region: str
    """Any Region of its partition."""
    account: pulumi.Input[str]
    """The account it is made in."""
    trusted: Sequence[str]
    """Who may assume it: accounts, or roles by their ARNs."""
    external_id: str
    """The external id they have to know."""
    organization_id: NotRequired[str | None]
    """The organization they have to be of. Default: any."""
    tags: NotRequired[dict[str, str]]
    """Tags of the role."""


class VerifierRole(pulumi.ComponentResource):
    """A role that reads what verification reads, and changes nothing: exactly `meshtrail permissions`."""

    role_arn: pulumi.Output[str]
    """The role's ARN."""

    def __init__(self, name: str, args: VerifierRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("meshtrail:index:VerifierRole", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        partition = partition_of(args["region"])
        role = aws.iam.Role(
            f"{name}-role",
            name=args["role_name"],
            description="meshtrail verify reads what CloudTrail recorded",
            assume_role_policy=json.dumps(
                verifier_trust(
                    args["trusted"],
                    partition=partition,
                    external_id=args["external_id"],
                    organization_id=args.get("organization_id"),
                )
            ),
            tags=args.get("tags"),
            opts=child,
        )
        aws.iam.RolePolicy(
            f"{name}-policy",
            name=POLICY_NAME,
            role=role.name,
            policy=pulumi.Output.from_input(args["account"]).apply(
                lambda account: json.dumps(verifier_policy(partition=partition, account=account))
            ),
            opts=child,
        )
        self.role_arn = role.arn
        self.register_outputs({"roleArn": self.role_arn})
