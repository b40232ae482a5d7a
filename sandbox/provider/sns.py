"""Topics and their policies.

Source: SNS API reference, CreateTopic and SetTopicAttributes (docs.aws.amazon.com/sns/latest/api).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from cloudtrail.partitions import Arn
from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Json, Properties, Property, Text, Whole
from sandbox.provider.resource_type import (
    REGION,
    TAGS,
    ResourceType,
    State,
    Values,
    differs,
    known,
)
from sandbox.provider.tags import as_list, as_map, changes

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_NOT_FOUND: Final = ("NotFound", "NotFoundException")
_ATTRIBUTES: Final = {
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_FEEDBACK: Final = ("application", "firehose", "http", "lambda", "sqs")


class Topic(ResourceType):
    """A standard topic; FIFO topics and delivery feedback are not emulated."""

    type_name: ClassVar[str] = "aws:sns/topic:Topic"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "displayName": Property(kind=Text(longest=100)),
        "kmsMasterKeyId": Property(kind=Text()),
        "name": Property(
            kind=Text(shortest=1, longest=256, pattern=r"[\w-]+"), replaces=True, conflicts=("namePrefix",)
        ),
        "namePrefix": Property(kind=Text(longest=230, pattern=r"[\w-]+"), replaces=True),
        "policy": Property(kind=Json(), computed=True),
        "region": REGION,
        "signatureVersion": Property(kind=Whole(choices=(1, 2)), computed=True),
        "tags": TAGS,
        "tagsAll": TAGS,
        "tracingConfig": Property(kind=Text(choices=("Active", "PassThrough")), computed=True),
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "owner"})
    not_emulated: ClassVar[frozenset[str]] = frozenset(
        {
            *("archivePolicy", "beginningArchiveTime", "contentBasedDeduplication", "deliveryPolicy"),
            *("fifoThroughputScope", "fifoTopic", "maximumMessageSize"),
            *(f"{to}{outcome}FeedbackRoleArn" for to in _FEEDBACK for outcome in ("Failure", "Success")),
            *(f"{to}SuccessFeedbackSampleRate" for to in _FEEDBACK),
        }
    )

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateTopic."""
        given = {api: str(inputs[name]) for name, api in _ATTRIBUTES.items() if known(inputs.get(name))}
        answer = _sns(aws, inputs).create_topic(
            Name=inputs["name"], Attributes=given, Tags=as_list(inputs["tagsAll"])
        )
        arn = answer["TopicArn"]
        return State(arn, self._outputs(aws, arn, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetTopicAttributes and its tags."""
        sns = _sns(aws, inputs)
        try:
            found = sns.get_topic_attributes(TopicArn=resource_id)["Attributes"]
        except ClientError as error:
            if code_of(error) in _NOT_FOUND:
                return None
            raise
        tags = as_map(sns.list_tags_for_resource(ResourceArn=resource_id)["Tags"])
        seen = inputs | {name: found.get(api) or None for name, api in _ATTRIBUTES.items()}
        seen["signatureVersion"] = int(found.get("SignatureVersion") or 1)
        seen["name"] = Arn.parse(resource_id).resource
        return State(resource_id, self._outputs(aws, resource_id, seen | aws.seen_tags(tags)))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """SetTopicAttributes for each that changed, and the tags."""
        sns = _sns(aws, news)
        for name, api in _ATTRIBUTES.items():
            dropped = news.get(name) is None and self.properties[name].computed
            if differs(olds, news, name) and not dropped:
                value = "" if news.get(name) is None else str(news[name])
                sns.set_topic_attributes(TopicArn=resource_id, AttributeName=api, AttributeValue=value)
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            sns.untag_resource(ResourceArn=resource_id, TagKeys=removed)
        if added:
            sns.tag_resource(ResourceArn=resource_id, Tags=as_list(added))
        return self._outputs(aws, resource_id, news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteTopic."""
        with gone_is_fine(*_NOT_FOUND):
            _sns(aws, outputs).delete_topic(TopicArn=resource_id)

    def _outputs(self, aws: Aws, arn: str, inputs: Values) -> Values:
        found = _sns(aws, inputs).get_topic_attributes(TopicArn=arn)["Attributes"]
        return inputs | {
            "arn": arn,
            "owner": found["Owner"],
            "policy": inputs.get("policy") or found.get("Policy"),
            "signatureVersion": inputs.get("signatureVersion") or int(found.get("SignatureVersion") or 1),
            "tracingConfig": inputs.get("tracingConfig") or found.get("TracingConfig") or "PassThrough",
        }


class TopicPolicy(ResourceType):
    """A topic's policy as a resource of its own; deleting it leaves the topic to its owner."""

    type_name: ClassVar[str] = "aws:sns/topicPolicy:TopicPolicy"
    properties: ClassVar[Properties] = {
        "arn": Property(kind=Text(arn=True), required=True, replaces=True),
        "policy": Property(kind=Json(), required=True),
        "region": REGION,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"owner"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """SetTopicAttributes."""
        return State(inputs["arn"], self.update(aws, inputs["arn"], {}, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetTopicAttributes."""
        try:
            found = _sns(aws, inputs).get_topic_attributes(TopicArn=resource_id)["Attributes"]
        except ClientError as error:
            if code_of(error) in _NOT_FOUND:
                return None
            raise
        seen = {"arn": resource_id, "policy": found["Policy"], "owner": found["Owner"]}
        return State(resource_id, inputs | seen)

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """SetTopicAttributes."""
        del olds
        _sns(aws, news).set_topic_attributes(
            TopicArn=resource_id, AttributeName="Policy", AttributeValue=news["policy"]
        )
        return news | {"owner": Arn.parse(resource_id).account}

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """SetTopicAttributes with the policy a topic has when nobody gives it one."""
        owner = Arn.parse(resource_id).account
        actions = (
            *("GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission"),
            *("DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"),
        )
        default = {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [f"SNS:{action}" for action in actions],
                    "Resource": resource_id,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": owner}},
                }
            ],
        }
        with gone_is_fine(*_NOT_FOUND):
            _sns(aws, outputs).set_topic_attributes(
                TopicArn=resource_id, AttributeName="Policy", AttributeValue=json.dumps(default)
            )


def _sns(aws: Aws, inputs: Values) -> Any:
    return aws.client("sns", inputs["region"])
