"""The KMS key that encrypts log files and the event data store."""

import json
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.athena.access import key_grants
from cloudtrail.partitions import partition_of
from cloudtrail.resource_policies import key_policy


class AuditKeyArgs(TypedDict):
    """What an `AuditKey` is made of. With `existing_arn` nothing is created and the rest is not used."""

    existing_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a key to use instead of a new one. Its policy is the owner's affair."""
    region: str
    """The Region of the key; bucket and event data store lie in it too."""
    account: pulumi.Input[str]
    """The account of the key."""
    alias: NotRequired[str]
    """The key's alias, without `alias/`. Default: the component's name."""
    trail_arn: pulumi.Input[str]
    """The trail that may encrypt with the key."""
    event_data_stores: NotRequired[bool]
    """Whether event data stores may encrypt with it. Default: no."""
    athena_account: NotRequired[pulumi.Input[str] | None]
    """The account, other than the key's, whose Athena may read what it encrypts in S3. Default: none."""
    deletion_window_in_days: NotRequired[int]
    """Days in which a scheduled deletion can be called back, 7 to 30. Default: 30."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace the key. Default: yes."""
    tags: NotRequired[dict[str, str]]
    """Tags of the key."""


class AuditKey(pulumi.ComponentResource):
    """A key whose policy lets CloudTrail, for one trail, encrypt with it; rotated every year."""

    key_arn: pulumi.Output[str]
    """The ARN of the key, created or existing."""

    def __init__(self, name: str, args: AuditKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("meshtrail:index:AuditKey", name, {}, opts)
        existing = args.get("existing_arn")
        self.key_arn = self._create(name, args) if existing is None else pulumi.Output.from_input(existing)
        self.register_outputs({"keyArn": self.key_arn})

    def _create(self, name: str, args: AuditKeyArgs) -> pulumi.Output[str]:
        region = args["region"]
        stores = args.get("event_data_stores", False)
        policy = pulumi.Output.all(
            account=args["account"], trail_arn=args["trail_arn"], athena_account=args.get("athena_account")
        ).apply(
            lambda known: json.dumps(
                key_policy(
                    account=known["account"],
                    partition=partition_of(region),
                    trail_arn=known["trail_arn"],
                    event_data_stores=stores,
                    readers=key_grants(region=region, account=known["athena_account"]),
                )
            )
        )
        key = aws.kms.Key(
            f"{name}-key",
            description=f"Encrypts an audit record ({name})",
            policy=policy,
            enable_key_rotation=True,
            deletion_window_in_days=args.get("deletion_window_in_days", 30),
            region=region,
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self, protect=args.get("protect", True)),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.get('alias', name)}",
            target_key_id=key.key_id,
            region=region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return key.arn
