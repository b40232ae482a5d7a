"""What a trail can feed besides its bucket: CloudWatch Logs and SNS, each with the permission it needs."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from cloudtrail.partitions import Arn, partition_of
from cloudtrail.resource_policies import log_role_policy, log_role_trust, topic_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the extras of a trail are made.

    Attributes:
        parent: The trail's component.
        name: The component's name, which the resources' names begin with.
        base_name: What the resources' names in AWS begin with, at most 32 characters.
        region: Their Region.
        account: Their account.
        trail_arn: The trail they serve.
        protect: Whether Pulumi refuses to delete or replace what holds events.
        tags: Their tags.
    """

    parent: pulumi.Resource
    name: str
    base_name: str
    region: str
    account: pulumi.Input[str]
    trail_arn: pulumi.Input[str]
    protect: bool
    tags: dict[str, str] | None

    def arn(self, service: str, resource: str) -> pulumi.Output[str]:
        """The ARN of something in this place, computed: a policy may need it before the thing is there."""
        return pulumi.Output.from_input(self.account).apply(
            lambda account: str(Arn(partition_of(self.region), service, self.region, account, resource))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDelivery:
    """The log group a trail writes to, and as whom.

    Attributes:
        group_name: The log group's name.
        group_arn: Its ARN with the closing `:*` that CloudTrail asks for.
        role_arn: The role CloudTrail takes.
        permission: What must be there before the trail: CloudTrail tries the role when the trail is made.
    """

    group_name: pulumi.Output[str]
    group_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    permission: pulumi.Resource


def deliver_to_logs(place: Place, *, retention_days: int, organization_id: str | None) -> LogDelivery:
    """Make the log group, and the role that may write CloudTrail's own streams in it and nothing else."""
    child = pulumi.ResourceOptions(parent=place.parent)
    group_name = f"/meshtrail/{place.base_name}"
    group = aws.cloudwatch.LogGroup(
        f"{place.name}-log-group",
        name=group_name,
        retention_in_days=retention_days,
        region=place.region,
        tags=place.tags,
        opts=pulumi.ResourceOptions(parent=place.parent, protect=place.protect),
    )
    role = aws.iam.Role(
        f"{place.name}-log-role",
        # Roles are global: without the Region two stacks of one account would claim the same name.
        name=f"{place.base_name}-{place.region}-logs",
        description="CloudTrail writes a trail's events to CloudWatch Logs",
        assume_role_policy=json.dumps(log_role_trust()),
        tags=place.tags,
        opts=child,
    )
    policy = aws.iam.RolePolicy(
        f"{place.name}-log-role-policy",
        name="write-log-streams",
        role=role.name,
        policy=pulumi.Output.all(
            group=place.arn("logs", f"log-group:{group_name}"), trail=place.trail_arn
        ).apply(
            lambda known: json.dumps(
                log_role_policy(
                    log_group_arn=known["group"], trail_arn=known["trail"], organization_id=organization_id
                )
            )
        ),
        opts=child,
    )
    return LogDelivery(
        group_name=group.name,
        group_arn=pulumi.Output.concat(group.arn, ":*"),
        role_arn=role.arn,
        permission=policy,
    )


def announce_on_topic(place: Place) -> tuple[aws.sns.Topic, aws.sns.TopicPolicy]:
    """Make the topic on which the trail announces files, and let this trail, and no other, publish to it.

    The topic is not encrypted with the audit key: a message names a bucket and keys, and a key that any
    subscriber must be able to use would be a worse guard of the log files.
    """
    child = pulumi.ResourceOptions(parent=place.parent)
    topic_name = f"{place.base_name}-log-files"
    topic = aws.sns.Topic(
        f"{place.name}-topic", name=topic_name, region=place.region, tags=place.tags, opts=child
    )
    policy = aws.sns.TopicPolicy(
        f"{place.name}-topic-policy",
        arn=topic.arn,
        policy=pulumi.Output.all(topic=place.arn("sns", topic_name), trail=place.trail_arn).apply(
            lambda known: json.dumps(topic_policy(topic_arn=known["topic"], trail_arn=known["trail"]))
        ),
        region=place.region,
        opts=child,
    )
    return topic, policy
