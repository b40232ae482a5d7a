"""Databases and tables of the Glue Data Catalog.

Source: Glue API reference, CreateDatabase and CreateTable (docs.aws.amazon.com/glue/latest/webapi).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from cloudtrail.partitions import Arn
from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.casing import from_aws, to_aws
from sandbox.provider.properties import (
    Block,
    Flag,
    ListOf,
    MapOfText,
    NotEmulated,
    Properties,
    Property,
    Text,
    Whole,
)
from sandbox.provider.resource_type import REGION, TAGS, ResourceType, State, Values
from sandbox.provider.tags import changes

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "EntityNotFoundException"
_NAME: Final = Text(shortest=1, longest=255, pattern=r"[^A-Z]+")
_COLUMN: Final = Block(
    {
        "name": Property(kind=Text(shortest=1, longest=255), required=True),
        "type": Property(kind=Text(longest=131_072)),
        "comment": Property(kind=Text(longest=255)),
        "parameters": Property(kind=MapOfText()),
    }
)
_STORAGE: Final = Block(
    {
        "additionalLocations": Property(kind=NotEmulated()),
        "bucketColumns": Property(kind=NotEmulated()),
        "columns": Property(kind=ListOf(item=_COLUMN)),
        "compressed": Property(kind=Flag()),
        "inputFormat": Property(kind=Text()),
        "location": Property(kind=Text()),
        "numberOfBuckets": Property(kind=Whole()),
        "outputFormat": Property(kind=Text()),
        "parameters": Property(kind=MapOfText()),
        "schemaReference": Property(kind=NotEmulated()),
        "serDeInfo": Property(
            kind=Block(
                {
                    "name": Property(kind=Text()),
                    "parameters": Property(kind=MapOfText()),
                    "serializationLibrary": Property(kind=Text()),
                }
            )
        ),
        "skewedInfo": Property(kind=NotEmulated()),
        "sortColumns": Property(kind=NotEmulated()),
        "storedAsSubDirectories": Property(kind=Flag()),
    }
)
_SPELLINGS: Final = {"serDeInfo": "SerdeInfo"}


class CatalogDatabase(ResourceType):
    """A database; its id is the catalog's, which is the account's, and its name."""

    type_name: ClassVar[str] = "aws:glue/catalogDatabase:CatalogDatabase"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "description": Property(kind=Text(longest=2048)),
        "locationUri": Property(kind=Text(), computed=True),
        "name": Property(kind=_NAME, replaces=True),
        "parameters": Property(kind=MapOfText()),
        "region": REGION,
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "catalogId"})
    not_emulated: ClassVar[frozenset[str]] = frozenset(
        {"catalogId", "createTableDefaultPermissions", "federatedDatabase", "targetDatabase"}
    )

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateDatabase."""
        _glue(aws, inputs).create_database(DatabaseInput=_database(inputs), Tags=inputs["tagsAll"])
        return State(f"{aws.account}:{inputs['name']}", inputs | _seen_database(aws, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetDatabase and its tags."""
        name = resource_id.partition(":")[2]
        glue = _glue(aws, inputs)
        try:
            found = glue.get_database(Name=name)["Database"]
        except ClientError as error:
            if code_of(error) != _NOT_FOUND:
                raise
            return None
        seen = inputs | {
            "name": name,
            "description": found.get("Description"),
            "parameters": found.get("Parameters"),
            "locationUri": found.get("LocationUri"),
        }
        outputs = seen | _seen_database(aws, seen)
        return State(resource_id, outputs | aws.seen_tags(glue.get_tags(ResourceArn=outputs["arn"])["Tags"]))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateDatabase, and the tags."""
        del resource_id
        glue, seen = _glue(aws, news), _seen_database(aws, news)
        glue.update_database(Name=news["name"], DatabaseInput=_database(news))
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            glue.untag_resource(ResourceArn=seen["arn"], TagsToRemove=removed)
        if added:
            glue.tag_resource(ResourceArn=seen["arn"], TagsToAdd=added)
        return news | seen

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteDatabase."""
        with gone_is_fine(_NOT_FOUND):
            _glue(aws, outputs).delete_database(Name=resource_id.partition(":")[2])


class CatalogTable(ResourceType):
    """A table; its id is the catalog's, its database's and its own name."""

    type_name: ClassVar[str] = "aws:glue/catalogTable:CatalogTable"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "databaseName": Property(kind=_NAME, required=True, replaces=True),
        "description": Property(kind=Text(longest=2048)),
        "name": Property(kind=_NAME, replaces=True),
        "owner": Property(kind=Text()),
        "parameters": Property(kind=MapOfText()),
        "partitionKeys": Property(kind=ListOf(item=_COLUMN)),
        "region": REGION,
        "retention": Property(kind=Whole(least=0)),
        "storageDescriptor": Property(kind=_STORAGE),
        "tableType": Property(kind=Text()),
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "catalogId"})
    not_emulated: ClassVar[frozenset[str]] = frozenset(
        {
            *("catalogId", "openTableFormatInput", "partitionIndices", "targetTable"),
            *("viewDefinition", "viewExpandedText", "viewOriginalText"),
        }
    )

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateTable."""
        database, name = inputs["databaseName"], inputs["name"]
        _glue(aws, inputs).create_table(DatabaseName=database, TableInput=_table(inputs))
        return State(f"{aws.account}:{database}:{name}", inputs | _seen_table(aws, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetTable."""
        _, database, name = resource_id.split(":")
        try:
            found = _glue(aws, inputs).get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if code_of(error) != _NOT_FOUND:
                raise
            return None
        told: Values = from_aws({key: found.get(key) for key in _TABLE.values() if key in found}, _SPELLINGS)
        # A map's keys are the owner's: they have no case to change.
        told["parameters"] = found.get("Parameters")
        serde: Values = told.get("storageDescriptor", {}).get("serDeInfo", {})
        if serde:
            serde["parameters"] = found["StorageDescriptor"]["SerdeInfo"].get("Parameters")
        seen = {key: told.get(key) for key in _TABLE} | {"databaseName": database, "region": inputs["region"]}
        return State(resource_id, seen | _seen_table(aws, seen))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """UpdateTable."""
        del resource_id, olds
        _glue(aws, news).update_table(DatabaseName=news["databaseName"], TableInput=_table(news))
        return news | _seen_table(aws, news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteTable."""
        _, database, name = resource_id.split(":")
        with gone_is_fine(_NOT_FOUND):
            _glue(aws, outputs).delete_table(DatabaseName=database, Name=name)


_TABLE: Final = {
    "name": "Name",
    "description": "Description",
    "owner": "Owner",
    "parameters": "Parameters",
    "partitionKeys": "PartitionKeys",
    "retention": "Retention",
    "storageDescriptor": "StorageDescriptor",
    "tableType": "TableType",
}


def _table(inputs: Values) -> Values:
    told = {api: to_aws(inputs[key], _SPELLINGS) for key, api in _TABLE.items() if inputs.get(key)}
    if inputs.get("parameters"):
        told["Parameters"] = inputs["parameters"]
    serde = (inputs.get("storageDescriptor") or {}).get("serDeInfo") or {}
    if serde.get("parameters"):
        told["StorageDescriptor"]["SerdeInfo"]["Parameters"] = serde["parameters"]
    return told


def _database(inputs: Values) -> Values:
    named = {
        "description": "Description",
        "locationUri": "LocationUri",
        "name": "Name",
        "parameters": "Parameters",
    }
    return {api: inputs[key] for key, api in named.items() if inputs.get(key)}


def _seen_database(aws: Aws, inputs: Values) -> Values:
    arn = Arn(aws.partition, "glue", inputs["region"], aws.account, f"database/{inputs['name']}")
    return {"arn": str(arn), "catalogId": aws.account, "locationUri": inputs.get("locationUri")}


def _seen_table(aws: Aws, inputs: Values) -> Values:
    name = f"table/{inputs['databaseName']}/{inputs['name']}"
    return {
        "arn": str(Arn(aws.partition, "glue", inputs["region"], aws.account, name)),
        "catalogId": aws.account,
    }


def _glue(aws: Aws, inputs: Values) -> Any:
    return aws.client("glue", inputs["region"])
