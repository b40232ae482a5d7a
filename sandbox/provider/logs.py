"""CloudWatch log groups.

Source: CloudWatch Logs API reference, CreateLogGroup and PutRetentionPolicy
(docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import gone_is_fine
from sandbox.provider.properties import Flag, Properties, Property, Text, Whole
from sandbox.provider.resource_type import (
    REGION,
    TAGS,
    PartlyCreated,
    ResourceType,
    State,
    Values,
    differs,
)
from sandbox.provider.tags import changes

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "ResourceNotFoundException"
_DAYS: Final = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The only retentions CloudWatch Logs knows; 0 keeps for ever."""


class LogGroup(ResourceType):
    """A log group."""

    type_name: ClassVar[str] = "aws:cloudwatch/logGroup:LogGroup"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "kmsKeyId": Property(kind=Text(arn=True)),
        "logGroupClass": Property(
            kind=Text(choices=("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")), replaces=True, computed=True
        ),
        "name": Property(
            kind=Text(shortest=1, longest=512, pattern=r"[\w./#-]+"), replaces=True, conflicts=("namePrefix",)
        ),
        "namePrefix": Property(kind=Text(longest=505, pattern=r"[\w./#-]+"), replaces=True),
        "region": REGION,
        "retentionInDays": Property(kind=Whole(choices=_DAYS), default=0),
        "skipDestroy": Property(kind=Flag(), default=False),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn"})
    not_emulated: ClassVar[frozenset[str]] = frozenset({"deletionProtectionEnabled"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateLogGroup, then its retention."""
        logs, name = _logs(aws, inputs), inputs["name"]
        optional = {"kmsKeyId": "kmsKeyId", "logGroupClass": "logGroupClass", "tagsAll": "tags"}
        request = {api: inputs[key] for key, api in optional.items() if inputs.get(key)}
        logs.create_log_group(logGroupName=name, **request)
        try:
            _set_retention(logs, name, {}, inputs)
            found = _find(logs, name) or {}
            return State(name, inputs | _seen(found))
        except ClientError as error:
            raise PartlyCreated(State(name, dict(inputs)), error) from error

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """DescribeLogGroups and its tags."""
        logs = _logs(aws, inputs)
        found = _find(logs, resource_id)
        if found is None:
            return None
        seen = inputs | _seen(found) | {"name": resource_id, "kmsKeyId": found.get("kmsKeyId")}
        seen["retentionInDays"] = found.get("retentionInDays", 0)
        tags: dict[str, str] = logs.list_tags_for_resource(resourceArn=seen["arn"])["tags"]
        return State(resource_id, seen | aws.seen_tags(tags))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Retention, key and tags, each with its own call."""
        logs = _logs(aws, news)
        _set_retention(logs, resource_id, olds, news)
        if differs(olds, news, "kmsKeyId"):
            if news.get("kmsKeyId"):
                logs.associate_kms_key(logGroupName=resource_id, kmsKeyId=news["kmsKeyId"])
            elif olds.get("kmsKeyId"):
                logs.disassociate_kms_key(logGroupName=resource_id)
        seen = _seen(_find(logs, resource_id) or {})
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            logs.untag_resource(resourceArn=seen["arn"], tagKeys=removed)
        if added:
            logs.tag_resource(resourceArn=seen["arn"], tags=added)
        return news | seen

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteLogGroup, unless `skipDestroy`."""
        if not outputs.get("skipDestroy"):
            with gone_is_fine(_NOT_FOUND):
                _logs(aws, outputs).delete_log_group(logGroupName=resource_id)


def _logs(aws: Aws, inputs: Values) -> Any:
    return aws.client("logs", inputs["region"])


def _find(logs: Any, name: str) -> Values | None:
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    groups = (group for page in pages for group in page["logGroups"])
    return next((group for group in groups if group["logGroupName"] == name), None)


def _seen(group: Values) -> Values:
    # The provider shows the ARN without the `:*` that CloudTrail wants at its end.
    arn = str(group.get("arn", "")).removesuffix(":*")
    return {"arn": arn, "logGroupClass": group.get("logGroupClass") or "STANDARD"}


def _set_retention(logs: Any, name: str, olds: Values, news: Values) -> None:
    if olds.get("retentionInDays", 0) == news["retentionInDays"]:
        return
    if news["retentionInDays"]:
        logs.put_retention_policy(logGroupName=name, retentionInDays=news["retentionInDays"])
    else:
        logs.delete_retention_policy(logGroupName=name)
