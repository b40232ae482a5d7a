"""Databases, tables, workgroups and saved queries, each through its whole life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.athena.folder import TrailFolder
from cloudtrail.athena.table import log_files_table

from .conftest import ACCOUNT, REGION

if TYPE_CHECKING:
    from .conftest import Provider

DATABASE, TABLE = "aws:glue/catalogDatabase:CatalogDatabase", "aws:glue/catalogTable:CatalogTable"
WORKGROUP, QUERY = "aws:athena/workgroup:Workgroup", "aws:athena/namedQuery:NamedQuery"
RESULTS = {"outputLocation": "s3://results/", "encryptionConfiguration": {"encryptionOption": "SSE_S3"}}


def test_a_database_lives(provider: Provider) -> None:
    """Its id says whose catalog it is in."""
    made = provider.journey(
        DATABASE,
        {"name": "mesh", "tags": {"a": "1"}},
        {"name": "mesh", "description": "audit", "parameters": {"Owner": "me"}, "tags": {"b": "2"}},
    )
    assert made.id == f"{ACCOUNT}:mesh"
    assert made.outputs["arn"] == f"arn:aws:glue:{REGION}:{ACCOUNT}:database/mesh"


def test_a_table_lives(provider: Provider) -> None:
    """Columns, partitions, SerDe and properties come back as they were told; keys of maps keep their case."""
    provider.create(DATABASE, {"name": "mesh"})
    table = log_files_table(
        TrailFolder(bucket="logs", prefix=None, organization=None, account=ACCOUNT, regions=(REGION,))
    )
    told: dict[str, Any] = {
        "databaseName": "mesh",
        "name": table.name,
        "tableType": "EXTERNAL_TABLE",
        "parameters": dict(table.parameters),
        "partitionKeys": [{"name": name, "type": "string"} for name in table.partition_columns],
        "storageDescriptor": {
            "columns": [{"name": name, "type": kind} for name, kind in table.columns],
            "location": table.location,
            "inputFormat": table.input_format,
            "outputFormat": table.output_format,
            "serDeInfo": {"serializationLibrary": table.serde, "parameters": dict(table.serde_parameters)},
        },
    }
    changed = told | {
        "description": "files",
        "parameters": {**table.parameters, "projection.enabled": "false"},
    }
    made = provider.journey(TABLE, told, changed)
    assert made.id == f"{ACCOUNT}:mesh:log_files"


def test_a_workgroup_lives(provider: Provider) -> None:
    """Its limit, where results go and how they are encrypted can change; its id is its name."""
    made = provider.journey(
        WORKGROUP,
        {
            "name": "mesh",
            "configuration": {"bytesScannedCutoffPerQuery": 20_000_000, "resultConfiguration": RESULTS},
            "tags": {"a": "1"},
        },
        {
            "name": "mesh",
            "description": "audit",
            "state": "DISABLED",
            "configuration": {
                "publishCloudwatchMetricsEnabled": False,
                "resultConfiguration": {
                    "outputLocation": "s3://other/",
                    "encryptionConfiguration": {
                        "encryptionOption": "SSE_KMS",
                        "kmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
                    },
                },
            },
            "tags": {"b": "2"},
        },
    )
    assert made.id == "mesh"


def test_a_workgroup_with_queries_goes_only_by_force(provider: Provider) -> None:
    """As in AWS: whatever is saved in it would be lost."""
    group = provider.create(WORKGROUP, {"name": "mesh"})
    query = provider.create(
        QUERY, {"name": "q", "database": "mesh", "query": "SELECT 1", "workgroup": "mesh"}
    )
    with pytest.raises(ClientError, match="not empty"):
        provider.delete(WORKGROUP, group)
    provider.delete(QUERY, query)
    provider.delete(WORKGROUP, group)


def test_a_saved_query_is_replaced_when_anything_changes(provider: Provider) -> None:
    """It cannot be changed in place."""
    inputs = {"name": "q", "database": "mesh", "query": "SELECT 1"}
    made = provider.create(QUERY, inputs)
    first = provider.check(QUERY, inputs)
    provider.expect(QUERY, made.id, first, knowing=first)
    provider.delete(QUERY, made)
    provider.delete(QUERY, made)


def test_a_limit_below_athenas_least_is_refused(provider: Provider) -> None:
    """Before anything is called."""
    (failure,) = provider.failures(WORKGROUP, {"configuration": {"bytesScannedCutoffPerQuery": 5}})
    assert failure.path == "configuration.bytesScannedCutoffPerQuery"
