"""Athena's workgroups and saved queries.

Source: Athena API reference, CreateWorkGroup, UpdateWorkGroup and CreateNamedQuery
(docs.aws.amazon.com/athena/latest/APIReference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from cloudtrail.partitions import Arn
from sandbox.provider.aws_errors import code_of, gone_is_fine, message_of
from sandbox.provider.properties import Block, Flag, NotEmulated, Properties, Property, Text, Whole
from sandbox.provider.resource_type import REGION, TAGS, ResourceType, State, Values
from sandbox.provider.tags import as_list, as_map, changes

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_INVALID: Final = "InvalidRequestException"
"""Athena says so of what is not there, too."""
_LEAST_CUTOFF: Final = 10_485_760
"""The provider's least scan limit."""
_RESULTS: Final = Block(
    {
        "aclConfiguration": Property(kind=NotEmulated()),
        "encryptionConfiguration": Property(
            kind=Block(
                {
                    "encryptionOption": Property(kind=Text(choices=("SSE_S3", "SSE_KMS", "CSE_KMS"))),
                    "kmsKeyArn": Property(kind=Text(arn=True)),
                }
            )
        ),
        "expectedBucketOwner": Property(kind=Text()),
        "outputLocation": Property(kind=Text(pattern=r"s3://.+")),
    }
)
_CONFIGURATION: Final = Block(
    {
        "bytesScannedCutoffPerQuery": Property(kind=Whole(least=_LEAST_CUTOFF)),
        "enforceWorkgroupConfiguration": Property(kind=Flag(), default=True),
        "publishCloudwatchMetricsEnabled": Property(kind=Flag(), default=True),
        "requesterPaysEnabled": Property(kind=Flag()),
        "resultConfiguration": Property(kind=_RESULTS),
        **{
            name: Property(kind=NotEmulated(), computed=True)
            for name in (
                *("customerContentEncryptionConfiguration", "enableMinimumEncryptionConfiguration"),
                *("engineVersion", "executionRole", "identityCenterConfiguration"),
                *("managedQueryResultsConfiguration", "monitoringConfiguration"),
                "queryResultsS3AccessGrantsConfiguration",
            )
        },
    }
)


class Workgroup(ResourceType):
    """A workgroup; its id is its name."""

    type_name: ClassVar[str] = "aws:athena/workgroup:Workgroup"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "configuration": Property(kind=_CONFIGURATION),
        "description": Property(kind=Text(longest=1024)),
        "forceDestroy": Property(kind=Flag(), default=False),
        "name": Property(kind=Text(shortest=1, longest=128, pattern=r"[\w.-]+"), replaces=True),
        "region": REGION,
        "state": Property(kind=Text(choices=("ENABLED", "DISABLED")), default="ENABLED"),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateWorkGroup, and its state."""
        athena, name = _athena(aws, inputs), inputs["name"]
        athena.create_work_group(
            Name=name,
            Description=inputs.get("description") or "",
            Configuration=_told(inputs),
            Tags=as_list(inputs["tagsAll"]),
        )
        if inputs["state"] != "ENABLED":
            athena.update_work_group(WorkGroup=name, State=inputs["state"])
        return State(name, inputs | {"arn": _arn(aws, inputs)})

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetWorkGroup and its tags."""
        athena = _athena(aws, inputs)
        try:
            found = athena.get_work_group(WorkGroup=resource_id)["WorkGroup"]
        except ClientError as error:
            if code_of(error) != _INVALID or "not found" not in message_of(error):
                raise
            return None
        seen = inputs | {
            "name": resource_id,
            "description": found.get("Description"),
            "state": found["State"],
            "configuration": _seen(found["Configuration"]),
        }
        arn = _arn(aws, seen)
        return State(resource_id, seen | {"arn": arn} | aws.seen_tags(_tags(athena, arn)))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateWorkGroup, and the tags."""
        athena, arn = _athena(aws, news), _arn(aws, news)
        told = _told(news)
        updates = {name: value for name, value in told.items() if name != "ResultConfiguration"}
        updates["ResultConfigurationUpdates"] = told.get("ResultConfiguration", {})
        if "BytesScannedCutoffPerQuery" not in told:
            updates["RemoveBytesScannedCutoffPerQuery"] = True
        athena.update_work_group(
            WorkGroup=resource_id,
            Description=news.get("description") or "",
            State=news["state"],
            ConfigurationUpdates=updates,
        )
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            athena.untag_resource(ResourceARN=arn, TagKeys=removed)
        if added:
            athena.tag_resource(ResourceARN=arn, Tags=as_list(added))
        return news | {"arn": arn}

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteWorkGroup; with what is in it only by `forceDestroy`."""
        if self.read(aws, resource_id, outputs) is None:
            return
        _athena(aws, outputs).delete_work_group(
            WorkGroup=resource_id, RecursiveDeleteOption=bool(outputs.get("forceDestroy"))
        )


class NamedQuery(ResourceType):
    """A saved query; nothing of it can be changed in place."""

    type_name: ClassVar[str] = "aws:athena/namedQuery:NamedQuery"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "database": Property(kind=Text(shortest=1, longest=255), required=True, replaces=True),
        "description": Property(kind=Text(longest=1024), replaces=True),
        "name": Property(kind=Text(shortest=1, longest=128), replaces=True),
        "query": Property(kind=Text(shortest=1, longest=262_144), required=True, replaces=True),
        "region": REGION,
        "workgroup": Property(kind=Text(), default="primary", replaces=True),
    }

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateNamedQuery."""
        told = {"Description": inputs["description"]} if inputs.get("description") else {}
        answer = _athena(aws, inputs).create_named_query(
            **told,
            Name=inputs["name"],
            Database=inputs["database"],
            QueryString=inputs["query"],
            WorkGroup=inputs["workgroup"],
        )
        return State(answer["NamedQueryId"], inputs)

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetNamedQuery."""
        try:
            found = _athena(aws, inputs).get_named_query(NamedQueryId=resource_id)["NamedQuery"]
        except ClientError as error:
            if code_of(error) != _INVALID:
                raise
            return None
        seen = {
            "name": found["Name"],
            "description": found.get("Description"),
            "database": found["Database"],
            "query": found["QueryString"],
            "workgroup": found["WorkGroup"],
        }
        return State(resource_id, inputs | seen)

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Nothing: whatever changes replaces it."""
        del aws, resource_id, olds
        return news

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteNamedQuery."""
        with gone_is_fine(_INVALID):
            _athena(aws, outputs).delete_named_query(NamedQueryId=resource_id)


_FLAT: Final = {
    "bytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery",
    "enforceWorkgroupConfiguration": "EnforceWorkGroupConfiguration",
    "publishCloudwatchMetricsEnabled": "PublishCloudWatchMetricsEnabled",
    "requesterPaysEnabled": "RequesterPaysEnabled",
}


def _told(inputs: Values) -> Values:
    """A workgroup's configuration, as the API writes it."""
    given: Values = inputs.get("configuration") or {}
    told: Values = {"EnforceWorkGroupConfiguration": True, "PublishCloudWatchMetricsEnabled": True}
    told |= {api: given[name] for name, api in _FLAT.items() if given.get(name) is not None}
    results: Values = given.get("resultConfiguration") or {}
    written: Values = {}
    if results.get("outputLocation"):
        written["OutputLocation"] = results["outputLocation"]
    if results.get("expectedBucketOwner"):
        written["ExpectedBucketOwner"] = results["expectedBucketOwner"]
    if encryption := results.get("encryptionConfiguration"):
        named = {"encryptionOption": "EncryptionOption", "kmsKeyArn": "KmsKey"}
        written["EncryptionConfiguration"] = {
            api: encryption[name] for name, api in named.items() if encryption.get(name)
        }
    return told | ({"ResultConfiguration": written} if written else {})


def _seen(configuration: Values) -> Values:
    seen: Values = {name: configuration.get(api) for name, api in _FLAT.items()}
    results: Values = configuration.get("ResultConfiguration") or {}
    encryption: Values = results.get("EncryptionConfiguration") or {}
    seen["resultConfiguration"] = {
        "outputLocation": results.get("OutputLocation"),
        "expectedBucketOwner": results.get("ExpectedBucketOwner"),
        "encryptionConfiguration": {
            "encryptionOption": encryption.get("EncryptionOption"),
            "kmsKeyArn": encryption.get("KmsKey"),
        },
    }
    return seen


def _tags(athena: Any, arn: str) -> dict[str, str]:
    try:
        return as_map(athena.list_tags_for_resource(ResourceARN=arn)["Tags"])
    except ClientError as error:
        if code_of(error) != _INVALID:  # moto's answer where there are none
            raise
        return {}


def _arn(aws: Aws, inputs: Values) -> str:
    return str(Arn(aws.partition, "athena", inputs["region"], aws.account, f"workgroup/{inputs['name']}"))


def _athena(aws: Aws, inputs: Values) -> Any:
    return aws.client("athena", inputs["region"])
