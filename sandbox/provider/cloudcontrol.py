"""Cloud Control: any resource of CloudFormation's schema, of which the sandbox has one, the event data store.

It takes what `aws:cloudtrail/eventDataStore:EventDataStore` refuses, retention beyond 2555 days, and
changes in place what that replaces.
Source: AWS CloudFormation template reference, AWS::CloudTrail::EventDataStore
(docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-eventdatastore.html).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import gone_is_fine
from sandbox.provider.cloudtrail_store import StoreNotReady, find_store, wait_until_ready
from sandbox.provider.properties import (
    Block,
    Failure,
    Flag,
    Json,
    ListOf,
    Properties,
    Property,
    Text,
    Whole,
    object_failures,
)
from sandbox.provider.resource_type import REGION, PartlyCreated, ResourceType, State, Values
from sandbox.provider.tags import as_map, changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.provider.session import Aws

STORE_TYPE: Final = "AWS::CloudTrail::EventDataStore"
_OPERATORS: Final = (*("Equals", "NotEquals", "StartsWith", "NotStartsWith", "EndsWith", "NotEndsWith"),)
_FIELD_SELECTOR: Final = Block(
    {
        "Field": Property(kind=Text(shortest=1, longest=1000), required=True),
        **dict.fromkeys(_OPERATORS, Property(kind=ListOf(item=Text(shortest=1, longest=2048), fewest=1))),
    }
)
_STORE: Final[Properties] = {
    "AdvancedEventSelectors": Property(
        kind=ListOf(
            item=Block(
                {
                    "Name": Property(kind=Text(longest=1000)),
                    "FieldSelectors": Property(kind=ListOf(item=_FIELD_SELECTOR, fewest=1), required=True),
                }
            )
        )
    ),
    "BillingMode": Property(kind=Text()),
    "IngestionEnabled": Property(kind=Flag()),
    "KmsKeyId": Property(kind=Text()),
    "MultiRegionEnabled": Property(kind=Flag()),
    "Name": Property(kind=Text()),
    "OrganizationEnabled": Property(kind=Flag()),
    "RetentionPeriod": Property(kind=Whole()),
    "Tags": Property(
        kind=ListOf(
            item=Block(
                {"Key": Property(kind=Text(), required=True), "Value": Property(kind=Text(), required=True)}
            )
        )
    ),
    "TerminationProtectionEnabled": Property(kind=Flag()),
}
_NOT_EMULATED: Final = (
    *("ContextKeySelectors", "FederationEnabled", "FederationRoleArn"),
    *("InsightSelectors", "InsightsDestination", "MaxEventSize"),
)
_SENT: Final = tuple(name for name in _STORE if name not in {"IngestionEnabled", "Tags"})


class Resource(ResourceType):
    """A resource by its CloudFormation type; types other than an event data store are refused by name."""

    type_name: ClassVar[str] = "aws:cloudcontrol/resource:Resource"
    properties: ClassVar[Properties] = {
        "desiredState": Property(kind=Json(), required=True),
        "region": REGION,
        "roleArn": Property(kind=Text(arn=True)),
        "schema": Property(kind=Text(), computed=True),
        "typeName": Property(kind=Text(), required=True, replaces=True),
        "typeVersionId": Property(kind=Text()),
    }
    computed: ClassVar[frozenset[str]] = frozenset({"properties"})

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """The type must be one the sandbox has, and the desired state must fit its schema."""
        if isinstance(inputs["typeName"], str) and inputs["typeName"] != STORE_TYPE:
            yield Failure("typeName", f"must be {STORE_TYPE}: the sandbox has no {inputs['typeName']}")
        elif isinstance(inputs["desiredState"], str):
            wanted: Values = json.loads(inputs["desiredState"])
            for name in sorted(set(wanted) & set(_NOT_EMULATED)):
                yield Failure(f"desiredState.{name}", "is not emulated by the sandbox")
            rest = {name: value for name, value in wanted.items() if name not in _NOT_EMULATED}
            yield from object_failures(_STORE, rest, "desiredState")

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateEventDataStore, and wait until it is ready."""
        trails, wanted = _cloudtrail(aws, inputs), _desired(inputs)
        request = {name: wanted[name] for name in _SENT if name in wanted}
        if wanted.get("Tags"):
            request["TagsList"] = wanted["Tags"]
        if "IngestionEnabled" in wanted:
            request["StartIngestion"] = wanted["IngestionEnabled"]
        arn = trails.create_event_data_store(**request)["EventDataStoreArn"]
        try:
            wait_until_ready(trails, arn)
            return State(arn, inputs | {"properties": _properties(trails, arn)})
        except (ClientError, StoreNotReady) as error:
            raise PartlyCreated(State(arn, dict(inputs)), error) from error

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetEventDataStore; only `properties` shows it: the desired state stays as it was asked for."""
        trails = _cloudtrail(aws, inputs)
        if find_store(trails, resource_id) is None:
            return None
        seen = {"typeName": STORE_TYPE, "properties": _properties(trails, resource_id)}
        return State(resource_id, inputs | seen)

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateEventDataStore with what changed, then ingestion, then the tags."""
        trails, wanted = _cloudtrail(aws, news), _desired(news)
        before = _desired(olds) if olds else {}
        request = {
            name: wanted[name] for name in _SENT if name in wanted and wanted[name] != before.get(name)
        }
        if request:
            trails.update_event_data_store(EventDataStore=resource_id, **request)
        ingest = wanted.get("IngestionEnabled", True)
        if ingest != before.get("IngestionEnabled", True):
            (trails.start_event_data_store_ingestion if ingest else trails.stop_event_data_store_ingestion)(
                EventDataStore=resource_id
            )
        added, removed = changes(as_map(before.get("Tags", [])), as_map(wanted.get("Tags", [])))
        if removed:
            trails.remove_tags(ResourceId=resource_id, TagsList=[{"Key": key} for key in removed])
        if added:
            tags = [{"Key": key, "Value": value} for key, value in added.items()]
            trails.add_tags(ResourceId=resource_id, TagsList=tags)
        wait_until_ready(trails, resource_id)
        return news | {"properties": _properties(trails, resource_id)}

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteEventDataStore; termination protection refuses."""
        with gone_is_fine("EventDataStoreNotFoundException", "InactiveEventDataStoreException"):
            _cloudtrail(aws, outputs).delete_event_data_store(EventDataStore=resource_id)


def _cloudtrail(aws: Aws, inputs: Values) -> Any:
    return aws.client("cloudtrail", inputs["region"])


def _desired(inputs: Values) -> Values:
    return json.loads(inputs["desiredState"])


def _properties(trails: Any, arn: str) -> str:
    found = trails.get_event_data_store(EventDataStore=arn)
    shown = {name: found[name] for name in ("EventDataStoreArn", "Status", *_SENT) if name in found}
    shown |= {f"{name}Timestamp": found[f"{name}Timestamp"].isoformat() for name in ("Created", "Updated")}
    shown["IngestionEnabled"] = found["Status"] == "ENABLED"
    tags = trails.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
    return json.dumps(shown | {"Tags": tags}, sort_keys=True)
