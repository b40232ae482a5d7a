import json
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.selectors import AdvancedEventSelector, FieldSelector, IllegalSelectors
from components.trail import MeshTrail, MeshTrailArgs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Aws, Run

TRAIL = "aws:cloudtrail/trail:Trail"
ORGANIZATION = {"meshtrail:scope": "organization", "meshtrail:organization": {"id": "o-exampleorgid"}}


@pytest.mark.parametrize(
    ("values", "multi_region", "organization"),
    [({"meshtrail:scope": "single-region"}, False, False), ({}, True, False), (ORGANIZATION, True, True)],
)
def test_the_scope_decides_what_the_trail_records(
    run: "Callable[..., Run]", values: dict[str, Any], *, multi_region: bool, organization: bool
) -> None:
    """One Region, all Regions, or all accounts; global services always, as the API demands."""
    inputs = run(values).one(TRAIL).inputs
    assert inputs["isMultiRegionTrail"] is multi_region
    assert inputs["isOrganizationTrail"] is organization
    assert inputs["includeGlobalServiceEvents"] is True


def test_a_trail_logs_and_signs_from_the_start(run: "Callable[..., Run]") -> None:
    """Logging and log file validation are on, and its files are encrypted with the stack's key."""
    inputs = run().one(TRAIL).inputs
    assert inputs["enableLogging"] is True
    assert inputs["enableLogFileValidation"] is True
    assert inputs["kmsKeyId"].startswith("arn:aws:kms:")


def test_a_trail_and_its_log_group_are_protected_unless_told_otherwise(run: "Callable[..., Run]") -> None:
    """Without the trail the record ends, and the log group holds events: Pulumi refuses to delete or replace them."""
    logs = {"cloudWatchLogs": {"enabled": True}}
    protected, unprotected = (run({"meshtrail:trail": {**logs, **more}}) for more in ({}, {"protect": False}))
    for kind in (TRAIL, "aws:cloudwatch/logGroup:LogGroup"):
        assert protected.one(kind).protect
        assert not unprotected.one(kind).protect


def test_a_trails_selectors_are_always_written_out(run: "Callable[..., Run]") -> None:
    """Leaving them out later would be no change to the provider."""
    found = run({"meshtrail:trail": {"exclude": ["kms.amazonaws.com"]}})
    (selector,) = found.one(TRAIL).inputs["advancedEventSelectors"]
    assert selector["fieldSelectors"] == [
        {"field": "eventCategory", "equals": ["Management"]},
        {"field": "eventSource", "notEquals": ["kms.amazonaws.com"]},
    ]


def test_the_trail_waits_for_the_buckets_policy(run: "Callable[..., Run]") -> None:
    """Otherwise AWS refuses it for an insufficient bucket policy."""
    assert "audit-storage-policy" in run().one(TRAIL).dependencies


def test_log_delivery_comes_with_a_role_that_can_do_only_that(run: "Callable[..., Run]") -> None:
    """The group's ARN ends in `:*` as CloudTrail asks; the trail waits for the role's permission."""
    found = run({"meshtrail:trail": {"cloudWatchLogs": {"enabled": True, "retentionDays": 90}}})
    trail = found.one(TRAIL)
    assert trail.inputs["cloudWatchLogsGroupArn"].endswith(":log-group:/meshtrail/meshtrail:*")
    assert "audit-recording-log-role-policy" in trail.dependencies
    assert found.one("aws:cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] == 90
    (statement,) = found.policy("aws:iam/rolePolicy:RolePolicy")["Statement"]
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/meshtrail/meshtrail"
    assert statement["Resource"] == [f"{group}:log-stream:123456789012_CloudTrail_us-east-1*"]
    assert found.manifest()["logGroup"] == "/meshtrail/meshtrail"
    assert found.manifest()["trails"][0]["logRetentionDays"] == 90


@pytest.mark.parametrize("insights", [[], ["api-error-rate"], ["api-call-rate", "api-error-rate"]])
def test_insights_are_promised_as_they_are_set(run: "Callable[..., Run]", insights: list[str]) -> None:
    """On or off; and nothing is promised of a log group that is not there."""
    (trail,) = run({"meshtrail:trail": {"insights": insights}}).manifest()["trails"]
    assert trail["insights"] is bool(insights)
    assert trail["logRetentionDays"] is None


def test_an_organizations_streams_may_be_written_too(run: "Callable[..., Run]") -> None:
    """They begin with the organization's id."""
    found = run({**ORGANIZATION, "meshtrail:trail": {"cloudWatchLogs": {"enabled": True}}})
    (statement,) = found.policy("aws:iam/rolePolicy:RolePolicy")["Statement"]
    assert statement["Resource"][1].endswith(":log-stream:o-exampleorgid_*")


def test_an_organizations_policies_carry_the_management_account(
    run: "Callable[..., Run]", aws: "type[Aws]"
) -> None:
    """Also when a delegated administrator deploys: the trail's ARN is the management account's."""
    found = run(
        {
            **ORGANIZATION,
            "meshtrail:organization": {"id": "o-exampleorgid", "managementAccount": "111122223333"},
        },
        aws=aws(management_account="111122223333"),
    )
    text = json.dumps(found.policy("aws:s3/bucketPolicy:BucketPolicy"))
    assert "arn:aws:cloudtrail:us-east-1:111122223333:trail/meshtrail" in text
    assert "AWSLogs/o-exampleorgid/*" in text
    assert "AWSLogs/111122223333/*" in text


def test_files_are_announced_on_a_topic_of_the_trails_own(run: "Callable[..., Run]") -> None:
    """The topic's policy lets this trail publish, and the trail waits for it."""
    found = run({"meshtrail:trail": {"sns": {"enabled": True}}})
    trail = found.one(TRAIL)
    assert trail.inputs["snsTopicName"] == "meshtrail-log-files"
    assert "audit-recording-topic-policy" in trail.dependencies
    (statement,) = found.policy("aws:sns/topicPolicy:TopicPolicy")["Statement"]
    assert statement["Resource"] == "arn:aws:sns:us-east-1:123456789012:meshtrail-log-files"
    assert statement["Condition"]["StringEquals"]["aws:SourceArn"].endswith(":trail/meshtrail")


def test_insights_are_switched_on_where_asked(run: "Callable[..., Run]") -> None:
    """By the API's names; none by default."""
    found = run({"meshtrail:trail": {"insights": ["api-call-rate", "api-error-rate"]}})
    types = [each["insightType"] for each in found.one(TRAIL).inputs["insightSelectors"]]
    assert types == ["ApiCallRateInsight", "ApiErrorRateInsight"]
    assert "insightSelectors" not in run().one(TRAIL).inputs


def test_selectors_a_trail_cannot_have_are_refused_before_anything_is_registered(
    run: "Callable[..., Run]",
) -> None:
    """Also for who uses the component without the settings."""
    app_mesh_only = AdvancedEventSelector(
        "App Mesh",
        (
            FieldSelector("eventCategory", equals=("Management",)),
            FieldSelector("eventSource", equals=("appmesh.amazonaws.com",)),
        ),
    )
    args: MeshTrailArgs = {
        "trail_name": "mesh",
        "base_name": "mesh",
        "trail_arn": "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh",
        "region": "us-east-1",
        "account": "123456789012",
        "bucket": "audit-logs",
        "key_arn": "arn:aws:kms:us-east-1:123456789012:key/EXAMPLE",
        "selectors": [app_mesh_only],
    }
    seen: list[str] = []
    with pytest.raises(IllegalSelectors, match="eventSource"):
        run(body=lambda: MeshTrail("mesh", args), seen=seen.append)
    assert seen == ["pulumi:pulumi:Stack"]
