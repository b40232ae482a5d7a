from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.resource_policies import TrailDestination, bucket_policy
from sandbox.provider.registry import AWS
from sandbox.provider.resource_type import PartlyCreated

from .conftest import ACCOUNT, document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.provider.session import Aws

    from .conftest import Provider

TRAIL = "aws:cloudtrail/trail:Trail"
ARN = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/mesh"
ALL = {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}], "name": "all"}
NO_KMS = {
    "fieldSelectors": [
        {"field": "eventCategory", "equals": ["Management"]},
        {"field": "eventSource", "notEquals": ["kms.amazonaws.com"]},
    ]
}


@pytest.fixture
def destination(aws: Aws, bucket: str) -> str:
    """A bucket that lets the trail write."""
    policy = bucket_policy(TrailDestination(bucket=bucket, trail_arn=ARN))
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    return bucket


@pytest.fixture
def operations(aws: Aws) -> Iterator[list[str]]:
    """The names of the CloudTrail operations that are called, in order."""
    called: list[str] = []

    def note(model: Any, **_: Any) -> None:
        called.append(model.name)

    aws.client("cloudtrail").meta.events.register("before-call.cloudtrail", note)
    yield called
    called.clear()


def test_a_trail_lives(provider: Provider, destination: str) -> None:
    """A trail is made, changed in every setting that can change in place, and deleted; its id is its ARN."""
    base = {"name": "mesh", "s3BucketName": destination}
    made = provider.journey(
        TRAIL,
        {**base, "tags": {"a": "1"}, "advancedEventSelectors": [ALL]},
        {
            **base,
            "tags": {"b": "1"},
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "enableLogging": False,
            "s3KeyPrefix": "",
            "advancedEventSelectors": [NO_KMS],
        },
    )
    assert made.id == made.outputs["arn"] == ARN
    assert made.outputs["homeRegion"] == "eu-west-1"


def test_a_trail_is_made_silent_then_logs_then_selects(
    provider: Provider, destination: str, operations: list[str]
) -> None:
    """The order is the real provider's, with its window in which the default selectors hold."""
    provider.create(
        TRAIL,
        {
            "name": "mesh",
            "s3BucketName": destination,
            "advancedEventSelectors": [ALL],
            "insightSelectors": [{"insightType": "ApiCallRateInsight"}],
        },
    )
    assert operations == ["CreateTrail", "StartLogging", "PutEventSelectors", "PutInsightSelectors"]


def test_a_trail_that_is_not_to_log_is_not_started(
    provider: Provider, destination: str, operations: list[str]
) -> None:
    """Without logging and selectors one call is enough."""
    provider.create(TRAIL, {"name": "mesh", "s3BucketName": destination, "enableLogging": False})
    assert operations == ["CreateTrail"]


def test_only_what_changed_is_sent(provider: Provider, destination: str, operations: list[str]) -> None:
    """An update of the selectors does not touch the trail itself."""
    olds = provider.check(TRAIL, {"name": "mesh", "s3BucketName": destination})
    made = AWS.types[TRAIL].create(provider.aws, olds)
    operations.clear()
    news = provider.check(TRAIL, {**olds, "tagsAll": None, "advancedEventSelectors": [NO_KMS]})
    AWS.types[TRAIL].update(provider.aws, made.id, olds, news)
    assert operations == ["PutEventSelectors", "GetTrail"]


def test_taking_selectors_away_brings_the_default_back(
    provider: Provider, aws: Aws, destination: str
) -> None:
    """A trail without selectors records every management event, as a new one does."""
    olds = provider.check(
        TRAIL,
        {
            "name": "mesh",
            "s3BucketName": destination,
            "eventSelectors": [{"readWriteType": "WriteOnly"}],
        },
    )
    made = AWS.types[TRAIL].create(aws, olds)
    provider.expect(TRAIL, made.id, olds, knowing={})
    news = provider.check(TRAIL, {"name": "mesh", "s3BucketName": destination})
    AWS.types[TRAIL].update(aws, made.id, olds, news)
    (selector,) = aws.client("cloudtrail").get_event_selectors(TrailName=made.id)["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)


def test_insights_are_read_back_and_taken_away(provider: Provider, destination: str) -> None:
    """Insight selectors are part of the trail's life."""
    base = {"name": "mesh", "s3BucketName": destination}
    provider.journey(
        TRAIL,
        {**base, "insightSelectors": [{"insightType": "ApiCallRateInsight"}]},
        {
            **base,
            "insightSelectors": [
                {"insightType": "ApiErrorRateInsight"},
                {"insightType": "ApiCallRateInsight"},
            ],
        },
    )


def test_insights_that_were_all_switched_off_are_not_seen(
    provider: Provider, aws: Aws, destination: str
) -> None:
    """The provider's blind spot: where CloudTrail says that there are none, it does not ask for them."""
    kind, put = AWS.types[TRAIL], aws.client("cloudtrail").put_insight_selectors
    both = [{"insightType": "ApiCallRateInsight"}, {"insightType": "ApiErrorRateInsight"}]
    inputs = provider.check(TRAIL, {"name": "mesh", "s3BucketName": destination, "insightSelectors": both})
    made = kind.create(aws, inputs)
    put(TrailName=made.id, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])
    seen = kind.read(aws, made.id, inputs)
    assert seen is not None
    assert kind.diff(seen.outputs, inputs).changed == ("insightSelectors",)
    put(TrailName=made.id, InsightSelectors=[])
    provider.expect(TRAIL, made.id, inputs, knowing=inputs)


def test_a_trail_that_could_not_be_finished_is_not_forgotten(provider: Provider, destination: str) -> None:
    """A trail whose selectors are refused exists, and the failure says so with its id."""
    inputs = provider.check(
        TRAIL,
        {
            "name": "mesh",
            "s3BucketName": destination,
            "advancedEventSelectors": [
                {
                    "fieldSelectors": [
                        {"field": "eventCategory", "equals": ["Management"]},
                        {"field": "eventSource", "equals": ["appmesh.amazonaws.com"]},
                    ]
                }
            ],
        },
    )
    with pytest.raises(PartlyCreated, match="InvalidEventSelectors") as caught:
        AWS.types[TRAIL].create(provider.aws, inputs)
    assert caught.value.state.id == ARN

    mended = provider.check(TRAIL, {**inputs, "tagsAll": None, "advancedEventSelectors": [ALL]})
    AWS.types[TRAIL].update(provider.aws, ARN, {}, mended)
    provider.expect(TRAIL, ARN, mended, knowing={})


def test_a_bucket_without_a_policy_is_cloudtrails_own_refusal(provider: Provider, bucket: str) -> None:
    """What AWS refuses is raised as AWS words it; nothing is retried."""
    with pytest.raises(ClientError, match="InsufficientS3BucketPolicyException"):
        provider.create(TRAIL, {"name": "mesh", "s3BucketName": bucket})


def test_logs_and_topics_reach_the_trail(provider: Provider, aws: Aws, destination: str) -> None:
    """A trail with a log group and a topic shows both, the topic by its ARN too."""
    topic = provider.create("aws:sns/topic:Topic", {"name": "mesh"})
    provider.create(
        "aws:sns/topicPolicy:TopicPolicy",
        {
            "arn": topic.id,
            "policy": document(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "SNS:Publish",
                    "Resource": topic.id,
                }
            ),
        },
    )
    group = provider.create("aws:cloudwatch/logGroup:LogGroup", {"name": "mesh"})
    role = provider.create(
        "aws:iam/role:Role",
        {
            "name": "mesh",
            "assumeRolePolicy": document(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ),
        },
    )
    provider.create(
        "aws:iam/rolePolicy:RolePolicy",
        {
            "role": role.id,
            "policy": document(
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": f"{group.outputs['arn']}:log-stream:{ACCOUNT}_CloudTrail_eu-west-1*",
                }
            ),
        },
    )
    made = provider.create(
        TRAIL,
        {
            "name": "mesh",
            "s3BucketName": destination,
            "snsTopicName": "mesh",
            "cloudWatchLogsGroupArn": f"{group.outputs['arn']}:*",
            "cloudWatchLogsRoleArn": role.outputs["arn"],
        },
    )
    assert made.outputs["snsTopicArn"] == topic.id
    seen = AWS.types[TRAIL].read(aws, made.id, {})
    assert seen is not None
    assert seen.outputs["cloudWatchLogsGroupArn"] == f"{group.outputs['arn']}:*"


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"kmsKeyId": "alias/mesh"}, "kmsKeyId"),
        ({"name": "ab"}, "name"),
        ({"name": "x" * 129}, "name"),
        ({"s3KeyPrefix": "x" * 2001}, "s3KeyPrefix"),
        (
            {
                "cloudWatchLogsGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:mesh",
                "cloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/mesh",
            },
            "cloudWatchLogsGroupArn",
        ),
        ({"cloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/mesh"}, "cloudWatchLogsGroupArn"),
        (
            {"advancedEventSelectors": [ALL], "eventSelectors": [{"readWriteType": "All"}]},
            "advancedEventSelectors",
        ),
        ({"eventSelectors": [{"readWriteType": "Read"}]}, "eventSelectors[0].readWriteType"),
        ({"eventSelectors": [{}] * 6}, "eventSelectors"),
        (
            {"eventSelectors": [{"excludeManagementEventSources": ["sts.amazonaws.com"]}]},
            "eventSelectors[0].excludeManagementEventSources[0]",
        ),
        (
            {"eventSelectors": [{"dataResources": [{"type": "AWS::SQS::Queue", "values": ["x"]}]}]},
            "eventSelectors[0].dataResources[0].type",
        ),
        (
            {"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventtype", "equals": ["x"]}]}]},
            "advancedEventSelectors[0].fieldSelectors[0].field",
        ),
        (
            {"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventName", "equals": [""]}]}]},
            "advancedEventSelectors[0].fieldSelectors[0].equals[0]",
        ),
        (
            {"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventName", "startsWith": ["x"]}]}]},
            "advancedEventSelectors[0].fieldSelectors[0].startsWith",
        ),
        (
            {"advancedEventSelectors": [{"name": "x" * 1001, "fieldSelectors": [{"field": "eventName"}]}]},
            "advancedEventSelectors[0].name",
        ),
        ({"insightSelectors": [{"insightType": "All"}]}, "insightSelectors[0].insightType"),
        ({"isMultiRegionTrail": True, "includeGlobalServiceEvents": False}, "includeGlobalServiceEvents"),
    ],
)
def test_what_the_real_provider_refuses_is_refused(
    provider: Provider, inputs: dict[str, Any], path: str
) -> None:
    """Broken inputs are refused before any call, naming the property."""
    failures = provider.failures(TRAIL, {"s3BucketName": "b", **inputs})
    assert [failure.path for failure in failures] == [path]


def test_the_order_of_values_counts_and_that_of_conditions_does_not(provider: Provider) -> None:
    """The provider keeps field selectors as a set, and the values of each as a list."""
    kms, rds = "kms.amazonaws.com", "rdsdata.amazonaws.com"

    def inputs(*fields: dict[str, Any]) -> dict[str, Any]:
        return provider.check(
            TRAIL,
            {"name": "mesh", "s3BucketName": "b", "advancedEventSelectors": [{"fieldSelectors": [*fields]}]},
        )

    category = {"field": "eventCategory", "equals": ["Management"]}
    first = inputs(category, {"field": "eventSource", "notEquals": [kms, rds]})
    turned = inputs({"field": "eventSource", "notEquals": [kms, rds]}, category)
    other = inputs(category, {"field": "eventSource", "notEquals": [rds, kms]})
    assert AWS.types[TRAIL].diff(first, turned).changed == ()
    assert AWS.types[TRAIL].diff(first, other).changed == ("advancedEventSelectors",)


@pytest.mark.parametrize(
    ("change", "replaces"),
    [({"name": "other"}, True), ({"region": "us-east-1"}, True), ({"s3BucketName": "other"}, False)],
)
def test_only_name_and_region_replace(provider: Provider, change: dict[str, Any], *, replaces: bool) -> None:
    """Everything else of a trail changes in place, its bucket too."""
    olds = provider.check(TRAIL, {"name": "mesh", "s3BucketName": "b"})
    news = provider.check(TRAIL, {"name": "mesh", "s3BucketName": "b", **change})
    assert bool(AWS.types[TRAIL].diff(olds, news).replaces) == replaces
