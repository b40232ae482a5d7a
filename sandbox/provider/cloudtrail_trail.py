"""Trails.

Sources: CloudTrail API reference, CreateTrail, UpdateTrail, PutEventSelectors, PutInsightSelectors
(docs.aws.amazon.com/awscloudtrail/latest/APIReference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.cloudtrail_selectors import ADVANCED, CLASSIC, INSIGHTS, from_api, to_api
from sandbox.provider.properties import Failure, Flag, Properties, Property, Text
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
    from collections.abc import Iterator

    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "TrailNotFoundException"
_EVERYTHING: Final = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
"""The selector a trail has when nobody gives it one."""

_REQUEST: Final = {
    "s3BucketName": "S3BucketName",
    "s3KeyPrefix": "S3KeyPrefix",
    "snsTopicName": "SnsTopicName",
    "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "isMultiRegionTrail": "IsMultiRegionTrail",
    "isOrganizationTrail": "IsOrganizationTrail",
    "enableLogFileValidation": "EnableLogFileValidation",
    "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
    "cloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "kmsKeyId": "KmsKeyId",
}
"""The properties CreateTrail and UpdateTrail take, under the API's names."""


class Trail(ResourceType):
    """A trail: created silent, then told to log, then given its selectors, in this order."""

    type_name: ClassVar[str] = "aws:cloudtrail/trail:Trail"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "advancedEventSelectors": Property(kind=ADVANCED, conflicts=("eventSelectors",)),
        "cloudWatchLogsGroupArn": Property(kind=Text(arn=True)),
        "cloudWatchLogsRoleArn": Property(kind=Text(arn=True)),
        "enableLogFileValidation": Property(kind=Flag(), default=False),
        "enableLogging": Property(kind=Flag(), default=True),
        "eventSelectors": Property(kind=CLASSIC),
        "includeGlobalServiceEvents": Property(kind=Flag(), default=True),
        "insightSelectors": Property(kind=INSIGHTS),
        "isMultiRegionTrail": Property(kind=Flag(), default=False),
        "isOrganizationTrail": Property(kind=Flag(), default=False),
        "kmsKeyId": Property(kind=Text(arn=True)),
        "name": Property(
            kind=Text(shortest=3, longest=128, pattern=r"[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]"),
            replaces=True,
        ),
        "region": REGION,
        "s3BucketName": Property(kind=Text(shortest=1), required=True),
        "s3KeyPrefix": Property(kind=Text(longest=2000)),
        "snsTopicName": Property(kind=Text(longest=256)),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "homeRegion", "snsTopicArn"})

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """What CloudTrail demands of the log group's ARN and of a trail of all Regions."""
        group = inputs.get("cloudWatchLogsGroupArn")
        if isinstance(group, str) and not group.endswith(":*"):
            yield Failure(
                "cloudWatchLogsGroupArn", "must end in `:*`: CloudTrail wants the log streams' wildcard"
            )
        if (inputs.get("cloudWatchLogsGroupArn") is None) != (inputs.get("cloudWatchLogsRoleArn") is None):
            yield Failure("cloudWatchLogsGroupArn", "and cloudWatchLogsRoleArn need each other")
        if inputs["isMultiRegionTrail"] is True and inputs["includeGlobalServiceEvents"] is False:
            yield Failure("includeGlobalServiceEvents", "must be true for a multi-Region trail")

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateTrail, StartLogging, PutEventSelectors, PutInsightSelectors."""
        trails = _cloudtrail(aws, inputs)
        request = {api: inputs[name] for name, api in _REQUEST.items() if inputs.get(name) is not None}
        tags = {"TagsList": as_list(inputs["tagsAll"])} if inputs["tagsAll"] else {}
        answer = trails.create_trail(Name=inputs["name"], **request, **tags)
        state = State(answer["TrailARN"], _outputs(inputs, answer))
        try:
            if inputs["enableLogging"]:
                trails.start_logging(Name=state.id)
            _put_selectors(trails, state.id, {}, inputs)
            _put_insights(trails, state.id, {}, inputs)
        except ClientError as error:
            raise PartlyCreated(state, error) from error
        return state

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetTrail, GetTrailStatus and the selectors, where the trail has any of its own.

        Where CloudTrail says that it has none, the provider does not ask for them and leaves those it knows in its
        state: selectors that were taken away by hand are no drift, Insights that were switched off neither.
        """
        trails = _cloudtrail(aws, inputs)
        try:
            found = trails.get_trail(Name=resource_id)["Trail"]
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        arn = found["TrailARN"]
        seen = inputs | {name: found.get(api) for name, api in _REQUEST.items()}
        seen["enableLogFileValidation"] = bool(found.get("LogFileValidationEnabled"))
        seen["name"] = found["Name"]
        seen["enableLogging"] = trails.get_trail_status(Name=arn)["IsLogging"]
        seen |= aws.seen_tags(
            as_map(trails.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"])
        )
        if found.get("HasCustomEventSelectors"):
            selectors = trails.get_event_selectors(TrailName=arn)
            seen["eventSelectors"] = from_api(selectors.get("EventSelectors") or []) or None
            seen["advancedEventSelectors"] = from_api(selectors.get("AdvancedEventSelectors") or []) or None
        if found.get("HasInsightSelectors"):
            seen["insightSelectors"] = from_api(
                trails.get_insight_selectors(TrailName=arn)["InsightSelectors"]
            )
        return State(arn, _outputs(seen, found))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateTrail with what changed, then logging, then the selectors."""
        trails = _cloudtrail(aws, news)
        changed = {
            api: news.get(name) if news.get(name) is not None else ""
            for name, api in _REQUEST.items()
            if differs(olds, news, name) and not (news.get(name) is None and not olds)
        }
        if changed:
            trails.update_trail(Name=resource_id, **changed)
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            trails.remove_tags(ResourceId=resource_id, TagsList=[{"Key": key} for key in removed])
        if added:
            trails.add_tags(ResourceId=resource_id, TagsList=as_list(added))
        if differs(olds, news, "enableLogging"):
            (trails.start_logging if news["enableLogging"] else trails.stop_logging)(Name=resource_id)
        _put_selectors(trails, resource_id, olds, news)
        _put_insights(trails, resource_id, olds, news)
        return _outputs(news, trails.get_trail(Name=resource_id)["Trail"])

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteTrail; the log files stay."""
        with gone_is_fine(_NOT_FOUND):
            _cloudtrail(aws, outputs).delete_trail(Name=resource_id)


def _cloudtrail(aws: Aws, inputs: Values) -> Any:
    return aws.client("cloudtrail", inputs["region"])


def _outputs(inputs: Values, trail: Values) -> Values:
    return inputs | {
        "arn": trail["TrailARN"],
        "homeRegion": trail.get("HomeRegion") or inputs["region"],
        "snsTopicArn": trail.get("SnsTopicARN") or "",
    }


def _put_selectors(trails: Any, arn: str, olds: Values, news: Values) -> None:
    if olds and not differs(olds, news, "eventSelectors", "advancedEventSelectors"):
        return
    if news.get("advancedEventSelectors"):
        trails.put_event_selectors(
            TrailName=arn, AdvancedEventSelectors=to_api(news["advancedEventSelectors"])
        )
    elif news.get("eventSelectors"):
        trails.put_event_selectors(TrailName=arn, EventSelectors=to_api(news["eventSelectors"]))
    elif olds:
        trails.put_event_selectors(TrailName=arn, EventSelectors=_EVERYTHING)


def _put_insights(trails: Any, arn: str, olds: Values, news: Values) -> None:
    if (olds and differs(olds, news, "insightSelectors")) or (not olds and news.get("insightSelectors")):
        trails.put_insight_selectors(
            TrailName=arn, InsightSelectors=to_api(news.get("insightSelectors") or [])
        )
