"""Keys, their policies and aliases.

Source of the rules: KMS API reference, CreateKey, PutKeyPolicy, CreateAlias
(docs.aws.amazon.com/kms/latest/APIReference).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Failure, Flag, Json, Properties, Property, Text, Whole
from sandbox.provider.resource_type import (
    REGION,
    TAGS,
    PartlyCreated,
    ResourceType,
    State,
    Values,
    differs,
)
from sandbox.provider.tags import as_list, as_map, changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "NotFoundException"


class Key(ResourceType):
    """A key. Deleting it schedules its deletion, 7 to 30 days ahead."""

    type_name: ClassVar[str] = "aws:kms/key:Key"
    properties: ClassVar[Properties] = {
        "bypassPolicyLockoutSafetyCheck": Property(kind=Flag(), default=False),
        "customerMasterKeySpec": Property(kind=Text(), default="SYMMETRIC_DEFAULT", replaces=True),
        "deletionWindowInDays": Property(kind=Whole(least=7, most=30)),
        "description": Property(kind=Text(longest=8192), default="Managed by Pulumi"),
        "enableKeyRotation": Property(kind=Flag(), default=False),
        "isEnabled": Property(kind=Flag(), default=True),
        "keyUsage": Property(
            kind=Text(choices=("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")),
            default="ENCRYPT_DECRYPT",
            replaces=True,
        ),
        "multiRegion": Property(kind=Flag(), default=False, replaces=True),
        "policy": Property(kind=Json(), computed=True),
        "region": REGION,
        "rotationPeriodInDays": Property(kind=Whole(least=90, most=2560), computed=True),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "keyId"})
    not_emulated: ClassVar[frozenset[str]] = frozenset({"customKeyStoreId", "xksKeyId"})

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """A rotation period is one of a key that rotates."""
        if inputs.get("rotationPeriodInDays") is not None and inputs["enableKeyRotation"] is False:
            yield Failure("rotationPeriodInDays", "needs enableKeyRotation")

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateKey, then its rotation and whether it is enabled."""
        kms = _kms(aws, inputs)
        request: Values = {
            "Description": inputs["description"],
            "KeyUsage": inputs["keyUsage"],
            "KeySpec": inputs["customerMasterKeySpec"],
            "MultiRegion": inputs["multiRegion"],
            "BypassPolicyLockoutSafetyCheck": inputs["bypassPolicyLockoutSafetyCheck"],
            "Tags": as_list(inputs["tagsAll"], "TagKey", "TagValue"),
        }
        if inputs.get("policy"):
            request["Policy"] = inputs["policy"]
        made = kms.create_key(**request)["KeyMetadata"]
        outputs = dict(inputs) | {"arn": made["Arn"], "keyId": made["KeyId"]}
        try:
            _set_rotation(kms, made["KeyId"], inputs, created=True)
            if not inputs["isEnabled"]:
                kms.disable_key(KeyId=made["KeyId"])
            outputs["policy"] = _policy(kms, made["KeyId"])
        except ClientError as error:
            raise PartlyCreated(State(made["KeyId"], outputs), error) from error
        return State(made["KeyId"], outputs)

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """DescribeKey, its policy, rotation and tags; a key waiting for its deletion is gone.

        The period of the rotation stays as it was asked for: moto says 365 days whatever it was told.
        """
        kms = _kms(aws, inputs)
        try:
            found = kms.describe_key(KeyId=resource_id)["KeyMetadata"]
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        if found["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}:
            return None
        tags = as_map(kms.list_resource_tags(KeyId=resource_id)["Tags"], "TagKey", "TagValue")
        rotation = kms.get_key_rotation_status(KeyId=resource_id)
        return State(
            found["KeyId"],
            inputs
            | aws.seen_tags(tags)
            | {
                "arn": found["Arn"],
                "keyId": found["KeyId"],
                "customerMasterKeySpec": found.get("KeySpec", "SYMMETRIC_DEFAULT"),
                "description": found.get("Description", ""),
                "enableKeyRotation": rotation["KeyRotationEnabled"],
                "isEnabled": found["Enabled"],
                "keyUsage": found["KeyUsage"],
                "multiRegion": bool(found.get("MultiRegion")),
                "policy": _policy(kms, resource_id),
            },
        )

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Each setting with its own call."""
        kms = _kms(aws, news)
        if differs(olds, news, "isEnabled") and news["isEnabled"]:
            kms.enable_key(KeyId=resource_id)
        if differs(olds, news, "description"):
            kms.update_key_description(KeyId=resource_id, Description=news["description"])
        if differs(olds, news, "enableKeyRotation", "rotationPeriodInDays"):
            _set_rotation(kms, resource_id, news, created=False)
        if news.get("policy") and differs(olds, news, "policy"):
            _put_policy(kms, resource_id, news)
        if differs(olds, news, "isEnabled") and not news["isEnabled"]:
            kms.disable_key(KeyId=resource_id)
        changed, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            kms.untag_resource(KeyId=resource_id, TagKeys=removed)
        if changed:
            kms.tag_resource(KeyId=resource_id, Tags=as_list(changed, "TagKey", "TagValue"))
        arn = kms.describe_key(KeyId=resource_id)["KeyMetadata"]["Arn"]
        policy = {"policy": _policy(kms, resource_id)}
        return dict(news) | {"arn": arn, "keyId": resource_id} | policy

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """ScheduleKeyDeletion."""
        days = outputs.get("deletionWindowInDays") or 30
        with gone_is_fine(_NOT_FOUND, "KMSInvalidStateException"):
            _kms(aws, outputs).schedule_key_deletion(KeyId=resource_id, PendingWindowInDays=days)


class KeyPolicy(ResourceType):
    """A key's policy as a resource of its own; deleting it gives the key back to its account alone."""

    type_name: ClassVar[str] = "aws:kms/keyPolicy:KeyPolicy"
    properties: ClassVar[Properties] = {
        "keyId": Property(kind=Text(shortest=1), required=True, replaces=True),
        "policy": Property(kind=Json(), required=True),
        "bypassPolicyLockoutSafetyCheck": Property(kind=Flag(), default=False),
        "region": REGION,
    }

    def create(self, aws: Aws, inputs: Values) -> State:
        """PutKeyPolicy."""
        return State(inputs["keyId"], self.update(aws, inputs["keyId"], {}, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetKeyPolicy."""
        try:
            policy = _policy(_kms(aws, inputs), resource_id)
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        return State(resource_id, inputs | {"keyId": resource_id, "policy": policy})

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """PutKeyPolicy."""
        del olds
        _put_policy(_kms(aws, news), resource_id, news)
        return dict(news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """PutKeyPolicy with the policy a key has when nobody gives it one."""
        default = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Enable IAM User Permissions",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:{aws.partition}:iam::{aws.account}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        }
        with gone_is_fine(_NOT_FOUND, "KMSInvalidStateException"):
            _put_policy(_kms(aws, outputs), resource_id, {"policy": json.dumps(default)})


class Alias(ResourceType):
    """A name for a key."""

    type_name: ClassVar[str] = "aws:kms/alias:Alias"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "name": Property(
            kind=Text(longest=256, pattern=r"alias/[a-zA-Z0-9/_-]+"), replaces=True, conflicts=("namePrefix",)
        ),
        "namePrefix": Property(kind=Text(longest=230, pattern=r"alias/[a-zA-Z0-9/_-]+"), replaces=True),
        "targetKeyId": Property(kind=Text(shortest=1), required=True),
        "region": REGION,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "targetKeyArn"})

    def make_name(self, name: str, urn: str, inputs: Mapping[str, Any]) -> str:
        """Every alias begins with `alias/`."""
        made = super().make_name(name, urn, inputs)
        return made if made.startswith("alias/") else f"alias/{made}"

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """AWS keeps `alias/aws/` for itself."""
        name = inputs["name"]
        if isinstance(name, str) and name.startswith("alias/aws/"):
            yield Failure("name", "must not begin with alias/aws/, which AWS keeps for itself")

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateAlias."""
        _kms(aws, inputs).create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
        return State(inputs["name"], self._outputs(aws, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """ListAliases."""
        pages = _kms(aws, inputs).get_paginator("list_aliases").paginate()
        for alias in (alias for page in pages for alias in page["Aliases"]):
            if alias["AliasName"] == resource_id:
                found = inputs | {"name": resource_id}
                if not str(inputs.get("targetKeyId", "")).endswith(alias["TargetKeyId"]):
                    found["targetKeyId"] = alias["TargetKeyId"]
                return State(resource_id, self._outputs(aws, found))
        return None

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateAlias."""
        if differs(olds, news, "targetKeyId"):
            _kms(aws, news).update_alias(AliasName=resource_id, TargetKeyId=news["targetKeyId"])
        return self._outputs(aws, news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteAlias."""
        with gone_is_fine(_NOT_FOUND):
            _kms(aws, outputs).delete_alias(AliasName=resource_id)

    def _outputs(self, aws: Aws, inputs: Values) -> Values:
        key = _kms(aws, inputs).describe_key(KeyId=inputs["targetKeyId"])["KeyMetadata"]
        prefix = f"arn:{aws.partition}:kms:{inputs['region']}:{aws.account}"
        return dict(inputs) | {"arn": f"{prefix}:{inputs['name']}", "targetKeyArn": key["Arn"]}


def _kms(aws: Aws, inputs: Values) -> Any:
    return aws.client("kms", inputs["region"])


def _policy(kms: Any, key_id: str) -> str:
    return kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]


def _put_policy(kms: Any, key_id: str, inputs: Values) -> None:
    kms.put_key_policy(
        KeyId=key_id,
        PolicyName="default",
        Policy=inputs["policy"],
        BypassPolicyLockoutSafetyCheck=bool(inputs.get("bypassPolicyLockoutSafetyCheck")),
    )


def _set_rotation(kms: Any, key_id: str, inputs: Values, *, created: bool) -> None:
    if inputs["enableKeyRotation"]:
        period = inputs.get("rotationPeriodInDays")
        kms.enable_key_rotation(KeyId=key_id, **({"RotationPeriodInDays": period} if period else {}))
    elif not created:
        kms.disable_key_rotation(KeyId=key_id)
