from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.provider.registry import AWS

from .conftest import ACCOUNT, document

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

    from .conftest import Provider

ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
TOPIC, TOPIC_POLICY = "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"
TRUST = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}
WRITE = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}


def test_a_role_lives(provider: Provider) -> None:
    """A role is made, changed in everything that can change in place, and deleted; its id is its name."""
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    provider.aws.client("iam").create_policy(PolicyName="boundary", PolicyDocument=document(WRITE))
    made = provider.journey(
        ROLE,
        {"name": "mesh", "assumeRolePolicy": document(TRUST), "tags": {"a": "1"}},
        {
            "name": "mesh",
            "assumeRolePolicy": document({**TRUST, "Sid": "trail"}),
            "description": "for the trail",
            "maxSessionDuration": 7200,
            "permissionsBoundary": boundary,
            "tags": {"b": "1"},
        },
    )
    assert made.id == "mesh"
    assert made.outputs["arn"] == f"arn:aws:iam::{ACCOUNT}:role/mesh"
    assert "region" not in made.outputs


def test_the_policies_that_came_with_a_role_go_with_it(provider: Provider, aws: Aws) -> None:
    """Inline and attached policies are set, exchanged and taken off before the role is deleted."""
    iam, kind = aws.client("iam"), AWS.types[ROLE]
    arns = [
        iam.create_policy(PolicyName=name, PolicyDocument=document(WRITE))["Policy"]["Arn"]
        for name in ("one", "two")
    ]
    base = {"name": "mesh", "assumeRolePolicy": document(TRUST)}
    olds = provider.check(
        ROLE,
        {
            **base,
            "managedPolicyArns": [arns[0]],
            "inlinePolicies": [{"name": "a", "policy": document(WRITE)}],
        },
    )
    made = kind.create(aws, olds)
    news = provider.check(
        ROLE,
        {
            **base,
            "managedPolicyArns": [arns[1]],
            "inlinePolicies": [{"name": "b", "policy": document(WRITE)}],
        },
    )
    outputs = kind.update(aws, made.id, olds, news)
    assert iam.list_role_policies(RoleName="mesh")["PolicyNames"] == ["b"]
    attached = iam.list_attached_role_policies(RoleName="mesh")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [arns[1]]
    kind.delete(aws, made.id, outputs)
    assert kind.read(aws, "mesh", {}) is None


def test_a_role_with_strange_policies_is_deleted_only_by_force(provider: Provider, aws: Aws) -> None:
    """Policies somebody else put on a role keep it, unless `forceDetachPolicies`."""
    kind = AWS.types[ROLE]
    made = provider.create(ROLE, {"name": "mesh", "assumeRolePolicy": document(TRUST)})
    aws.client("iam").put_role_policy(RoleName="mesh", PolicyName="x", PolicyDocument=document(WRITE))
    with pytest.raises(ClientError, match="DeleteConflict"):
        kind.delete(aws, made.id, made.outputs)
    kind.delete(aws, made.id, made.outputs | {"forceDetachPolicies": True})
    assert kind.read(aws, "mesh", {}) is None


def test_a_role_policy_lives(provider: Provider) -> None:
    """An inline policy is its role's; its id holds both names."""
    role = provider.create(ROLE, {"name": "mesh", "assumeRolePolicy": document(TRUST)}).id
    made = provider.journey(
        ROLE_POLICY,
        {"name": "logs", "role": role, "policy": document(WRITE)},
        {"name": "logs", "role": role, "policy": document({**WRITE, "Resource": "arn:aws:logs:*:*:*"})},
    )
    assert made.id == "mesh:logs"


def test_a_log_group_lives(provider: Provider) -> None:
    """A log group is made, changed and deleted; its ARN comes without the wildcard."""
    made = provider.journey(
        GROUP,
        {"name": "mesh", "retentionInDays": 7, "tags": {"a": "1"}},
        {"name": "mesh", "retentionInDays": 0, "tags": {"b": "1"}},
    )
    assert made.id == "mesh"
    assert made.outputs["arn"] == f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:mesh"


def test_a_log_group_that_skips_destruction_stays(provider: Provider, aws: Aws) -> None:
    """`skipDestroy` leaves the group and its logs."""
    made = provider.create(GROUP, {"name": "mesh", "skipDestroy": True})
    AWS.types[GROUP].delete(aws, made.id, made.outputs)
    assert AWS.types[GROUP].read(aws, made.id, {}) is not None


def test_a_topic_lives(provider: Provider) -> None:
    """A topic is made, changed and deleted; its id is its ARN."""
    made = provider.journey(
        TOPIC,
        {"name": "mesh", "displayName": "one", "tags": {"a": "1"}},
        {"name": "mesh", "displayName": "two", "kmsMasterKeyId": "alias/mesh", "tags": {"b": "1"}},
    )
    assert made.id == f"arn:aws:sns:eu-west-1:{ACCOUNT}:mesh"
    assert made.outputs["owner"] == ACCOUNT


def test_a_topic_policy_of_its_own_gives_the_topic_back(provider: Provider, aws: Aws) -> None:
    """A policy is put, changed, and its removal leaves the topic to its owner."""
    topic = provider.create(TOPIC, {"name": "mesh"}).id
    publish = {**TRUST, "Action": "SNS:Publish", "Resource": topic}
    made = provider.create(TOPIC_POLICY, {"arn": topic, "policy": document(publish)})
    inputs = provider.check(TOPIC_POLICY, {"arn": topic, "policy": document(publish)})
    provider.expect(TOPIC_POLICY, topic, inputs, knowing={})
    AWS.types[TOPIC_POLICY].delete(aws, made.id, made.outputs)
    left = aws.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    assert "cloudtrail" not in left
    assert "AWS:SourceOwner" in left


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (ROLE, {"name": "x" * 65, "assumeRolePolicy": "{}"}, "name"),
        (ROLE, {"assumeRolePolicy": "{}", "maxSessionDuration": 60}, "maxSessionDuration"),
        (ROLE, {"assumeRolePolicy": "{}", "path": "mesh"}, "path"),
        (ROLE, {}, "assumeRolePolicy"),
        (ROLE_POLICY, {"policy": "{}"}, "role"),
        (GROUP, {"retentionInDays": 8}, "retentionInDays"),
        (GROUP, {"name": "a b"}, "name"),
        (TOPIC, {"fifoTopic": True}, "fifoTopic"),
        (TOPIC, {"name": "a.b"}, "name"),
        (TOPIC_POLICY, {"arn": "mesh", "policy": "{}"}, "arn"),
    ],
)
def test_what_the_real_provider_refuses_is_refused(
    provider: Provider, token: str, inputs: dict[str, Any], path: str
) -> None:
    """Broken inputs are refused before any call, naming the property."""
    assert [failure.path for failure in provider.failures(token, inputs)] == [path]
