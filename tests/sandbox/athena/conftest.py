"""A bucket of log files, moto's Data Catalog over it, and Athena's API."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest

from cloudtrail.athena.folder import TrailFolder
from cloudtrail.athena.table import Table, tables
from cloudtrail.object_keys import LogKey
from sandbox.clients import SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

REGION = "us-east-1"
BUCKET = "amzn-audit-bucket"
DATABASE = "meshtrail"
ACCOUNTS = ("123456789012", "222222222222")
ORGANIZATION = "o-exampleorgid"


def event(event_id: str, **fields: Any) -> dict[str, Any]:
    """An App Mesh event, as CloudTrail writes it."""
    known = {
        "eventVersion": "1.09",
        "eventTime": "2026-09-01T12:00:00Z",
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "CreateMesh",
        "awsRegion": REGION,
        "eventID": event_id,
        "readOnly": False,
        "recipientAccountId": ACCOUNTS[0],
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/diego"},
        "requestParameters": {"meshName": "payments"},
    }
    return known | fields


def key_of(
    name: str, *, account: str = ACCOUNTS[0], region: str = REGION, hour: int = 12, day: int = 1
) -> str:
    """The key of a log file; its name has sixteen characters."""
    return LogKey(
        account=account,
        region=region,
        delivered=datetime(2026, 9, day, hour, 5, tzinfo=UTC),
        unique=f"{name:x<16}",
        organization=ORGANIZATION,
    ).key


class World:
    """A bucket and the tables over it, as an account of the sandbox sees them."""

    def __init__(self, endpoint: str, account: str = ACCOUNTS[0]) -> None:
        root = SandboxClient(endpoint).root(account)
        session: Any = boto3.Session
        self.session = session(**root.credentials)
        self.endpoint = endpoint
        self.s3, self.glue, self.athena = (self.client(name) for name in ("s3", "glue", "athena"))

    def client(self, service: str) -> Any:
        """A client of a service, in the account."""
        return self.session.client(service, region_name=REGION, endpoint_url=self.endpoint)

    def provision(self) -> None:
        """The bucket, the tables of an organization's trail, and a workgroup."""
        self.s3.create_bucket(Bucket=BUCKET)
        self.catalogue()

    def catalogue(self) -> None:
        """The tables and the workgroup alone."""
        self.glue.create_database(DatabaseInput={"Name": DATABASE})
        folder = TrailFolder(
            bucket=BUCKET,
            prefix=None,
            organization=ORGANIZATION,
            account=ACCOUNTS[0],
            regions=(REGION, "eu-west-1"),
        )
        for table in tables(folder):
            self.create_table(table)
        self.athena.create_work_group(
            Name="meshtrail",
            Configuration={
                "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"},
                "BytesScannedCutoffPerQuery": 10_000_000,
            },
        )

    def create_table(self, table: Table) -> None:
        """One of the tables, as Glue takes it."""
        self.glue.create_table(
            DatabaseName=DATABASE,
            TableInput={
                "Name": table.name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": dict(table.parameters),
                "PartitionKeys": [{"Name": name, "Type": "string"} for name in table.partition_columns],
                "StorageDescriptor": {
                    "Columns": [{"Name": name, "Type": kind} for name, kind in table.columns],
                    "Location": table.location,
                    "InputFormat": table.input_format,
                    "OutputFormat": table.output_format,
                    "SerdeInfo": {
                        "SerializationLibrary": table.serde,
                        "Parameters": dict(table.serde_parameters),
                    },
                },
            },
        )

    def deliver(self, key: str, *records: Any) -> int:
        """A log file; how many bytes it takes."""
        return self.put(key, gzip.compress(json.dumps({"Records": records}, separators=(",", ":")).encode()))

    def put(self, key: str, body: bytes) -> int:
        """Any object."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return len(body)

    def start(self, statement: str, **request: Any) -> str:
        """Start a query."""
        return self.athena.start_query_execution(QueryString=statement, WorkGroup="meshtrail", **request)[
            "QueryExecutionId"
        ]

    def ended(self, execution: str) -> dict[str, Any]:
        """How a query ended."""
        for _ in range(5):
            found = self.athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            if found["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                return found
        raise AssertionError("the query never ended")

    def ask(self, statement: str) -> tuple[list[dict[str, str | None]], int]:
        """A query's rows by column, and how many bytes it scanned."""
        execution = self.start(statement)
        ended = self.ended(execution)
        assert ended["Status"]["State"] == "SUCCEEDED", ended["Status"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution)
        header, *rows = [
            [value.get("VarCharValue") for value in row["Data"]]
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]
        return [dict(zip(header, row, strict=True)) for row in rows], ended["Statistics"][
            "DataScannedInBytes"
        ]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as sandbox:
        yield sandbox


@pytest.fixture
def world(running: Sandbox) -> World:
    """A provisioned sandbox without a log file."""
    running.reset()
    world = World(running.endpoint)
    world.provision()
    return world


@pytest.fixture
def day() -> Callable[[int], date]:
    """Days of the month of the events."""
    return lambda number: date(2026, 9, number)
