"""Athena's tables over the log files, a workgroup that bounds what a query costs, and queries saved in it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from cloudtrail.athena.folder import folder_of
from cloudtrail.athena.table import Table, tables
from cloudtrail.manifest import Manifest
from tests.components.conftest import Run

ACCOUNT = "123456789012"
ENABLED: dict[str, Any] = {"meshtrail:athena": {"enabled": True}}
ORGANIZATION = {"meshtrail:scope": "organization", "meshtrail:organization": {"id": "o-exampleorgid"}}
OWN = {"aws:allowedAccountIds": [ACCOUNT]}
DATABASE, TABLE = "aws:glue/catalogDatabase:CatalogDatabase", "aws:glue/catalogTable:CatalogTable"
WORKGROUP, QUERY = "aws:athena/workgroup:Workgroup", "aws:athena/namedQuery:NamedQuery"


def test_there_are_none_unless_asked_for(run: Callable[..., Run]) -> None:
    """Nobody pays for queries that nobody asked to make possible."""
    found = run()
    assert not found.all(DATABASE)
    assert found.manifest()["athena"] is None


@pytest.mark.parametrize("organization", [False, True], ids=["account", "organization"])
def test_the_tables_are_those_that_a_verification_expects(
    run: Callable[..., Run], *, organization: bool
) -> None:
    """Column by column, as the other side of the house computes them from the manifest."""
    found = run({**ENABLED, **(ORGANIZATION | OWN if organization else {})})
    manifest = Manifest.from_json(json.dumps(found.manifest()), where="test")
    folder = folder_of(
        manifest.trails[0], organization=manifest.organization_id, account=ACCOUNT, regions=manifest.regions
    )
    assert folder.organization == ("o-exampleorgid" if organization else None)
    asked = {request.inputs["name"]: request.inputs for request in found.all(TABLE)}
    assert asked.keys() == {table.name for table in tables(folder)}
    for table in tables(folder):
        assert_is(asked[table.name], table)


def assert_is(inputs: dict[str, Any], table: Table) -> None:
    """What is asked for is that table."""
    storage = inputs["storageDescriptor"]
    assert inputs["tableType"] == "EXTERNAL_TABLE"
    assert inputs["parameters"] == dict(table.parameters)
    assert [key["name"] for key in inputs["partitionKeys"]] == list(table.partition_columns)
    assert [(column["name"], column["type"]) for column in storage["columns"]] == list(table.columns)
    assert storage["location"] == table.location
    assert storage["inputFormat"] == table.input_format
    assert storage["serDeInfo"]["serializationLibrary"] == table.serde
    assert storage["serDeInfo"].get("parameters", {}) == dict(table.serde_parameters)


def test_the_workgroup_bounds_and_encrypts(run: Callable[..., Run]) -> None:
    """Whoever queries can neither scan more nor have results written elsewhere or in the clear."""
    found = run({"meshtrail:athena": {"enabled": True, "maxScanGigabytes": 5}, "meshtrail:name": "my-mesh"})
    group = found.one(WORKGROUP)
    told = group.inputs["configuration"]
    assert told["bytesScannedCutoffPerQuery"] == 5 * 10**9
    assert told["enforceWorkgroupConfiguration"] is True
    results = told["resultConfiguration"]
    assert results["outputLocation"] == f"s3://my-mesh-athena-{ACCOUNT}-us-east-1/"
    assert results["encryptionConfiguration"]["encryptionOption"] == "SSE_KMS"
    assert ":key/" in results["encryptionConfiguration"]["kmsKeyArn"]
    assert found.one(DATABASE).inputs["name"] == "my_mesh"
    promise = found.manifest()["athena"]
    assert promise["workgroup"] == "my-mesh"
    assert promise["database"] == "my_mesh"
    assert promise["mostBytes"] == 5 * 10**9
    assert promise["results"] == results["outputLocation"]


def test_results_are_private_encrypted_and_deleted(run: Callable[..., Run]) -> None:
    """They hold records; the audit bucket is not where they go."""
    found = run({"meshtrail:athena": {"enabled": True, "resultsDays": 3}})
    results = f"meshtrail-athena-{ACCOUNT}-us-east-1"

    def of_results(kind: str) -> dict[str, Any]:
        (inputs,) = [
            one.inputs
            for one in found.all(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}")
            if one.inputs["bucket"] == results
        ]
        return inputs

    assert of_results("BucketPublicAccessBlock")["restrictPublicBuckets"] is True
    (encryption,) = of_results("BucketServerSideEncryptionConfiguration")["rules"]
    assert encryption["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
    (rule,) = of_results("BucketLifecycleConfiguration")["rules"]
    assert rule["expiration"] == {"days": 3}


def test_saved_queries_are_athenas_sql_over_its_tables(run: Callable[..., Run]) -> None:
    """Each is in the workgroup and reads the database's table."""
    found = run(ENABLED)
    queries = found.all(QUERY)
    assert len(queries) == 4
    for query in queries:
        assert query.inputs["workgroup"] == "meshtrail"
        (table,) = sqlglot.parse_one(query.inputs["query"], dialect="athena").find_all(exp.Table)
        assert (table.db, table.name) == ("meshtrail", "records")
