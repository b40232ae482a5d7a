"""Queries run as Athena runs them: over the partitions asked for, a corrupt file fails the whole."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.athena.partitions import Partitions
from cloudtrail.athena.queries import coverage_query, records_query
from tests.sandbox.athena.conftest import (
    ACCOUNTS,
    BUCKET,
    DATABASE,
    ORGANIZATION,
    REGION,
    World,
    event,
    key_of,
)

ASKED: dict[str, Any] = {
    "database": DATABASE,
    "sources": ["appmesh.amazonaws.com"],
    "start": datetime(2026, 9, 1, tzinfo=UTC),
    "end": datetime(2026, 9, 3, tzinfo=UTC),
}


def partitions(**changed: Any) -> Partitions:
    """The first day of the first account."""
    asked: dict[str, Any] = {
        "accounts": (ACCOUNTS[0],),
        "regions": (REGION,),
        "first": date(2026, 9, 1),
        "last": date(2026, 9, 1),
        "organization": ORGANIZATION,
    }
    return Partitions(**(asked | changed))


def test_only_the_partitions_asked_for_are_scanned(world: World) -> None:
    """Of another account, Region or day nothing is read, and nothing is paid for."""
    size = world.deliver(key_of("mine"), event("1"))
    world.deliver(key_of("other", account=ACCOUNTS[1]), event("2"))
    world.deliver(key_of("far", region="eu-west-1"), event("3"))
    world.deliver(key_of("late", day=2), event("4"))
    rows, scanned = world.ask(records_query(partitions(), **ASKED))
    assert [json.loads(row["record"] or "")["eventID"] for row in rows] == ["1"]
    assert rows[0]["path"] == f"s3://{BUCKET}/{key_of('mine')}"
    assert rows[0]["position"] == "1"
    assert scanned == size


def test_what_is_no_record_of_another_source_comes_along(world: World) -> None:
    """A record without a source, or with an unreadable time, is somebody's to look at; others are left out."""
    records = [
        event("1", eventSource="s3.amazonaws.com"),
        event("2", eventTime="2026-08-01T00:00:00Z"),
        event("3", eventTime="yesterday"),
        {"eventID": "4"},
        event("5", eventSource=7),
        event("6"),
        7,
    ]
    world.deliver(key_of("mixed"), *records)
    rows, _ = world.ask(records_query(partitions(), **ASKED))
    assert sorted(int(row["position"] or "") for row in rows) == [3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "text", [b"{", b"[]", b'{"Records":7}', b"\n\n", b'{"Records":[]}{"Records":[]}'], ids=repr
)
def test_a_file_that_is_no_log_file_is_told(world: World, text: bytes) -> None:
    """Its lines give rows without a record, so that it is not taken for one without events."""
    world.put(key_of("odd"), gzip.compress(text, mtime=0))
    world.deliver(key_of("empty"))
    rows, _ = world.ask(records_query(partitions(), **ASKED))
    assert {(row["path"], row["position"], row["record"]) for row in rows} == {
        (f"s3://{BUCKET}/{key_of('odd')}", None, None)
    }


def test_coverage_counts_each_event_once(world: World) -> None:
    """By account, Region and name; an event that was delivered twice is one."""
    world.deliver(key_of("one"), event("1"), event("2", eventName="DeleteMesh"))
    world.deliver(key_of("two"), event("1"), event("3", eventSource="s3.amazonaws.com"))
    world.deliver(key_of("far", account=ACCOUNTS[1], region="eu-west-1"), event("4"))
    asked = partitions(accounts=ACCOUNTS, regions=(REGION, "eu-west-1"))
    rows, _ = world.ask(coverage_query(asked, **ASKED))
    assert [tuple(row.values()) for row in rows] == [
        (ACCOUNTS[0], REGION, "CreateMesh", "1"),
        (ACCOUNTS[0], REGION, "DeleteMesh", "1"),
        (ACCOUNTS[1], "eu-west-1", "CreateMesh", "1"),
    ]


def test_records_are_rows_of_aws_columns(world: World) -> None:
    """The table for people has the fields by their columns, and open ones as text of JSON."""
    world.deliver(key_of("one"), event("1"))
    rows, _ = world.ask(
        "SELECT eventname, useridentity.arn AS who, json_extract_scalar(requestparameters, '$.meshName') AS mesh, "  # noqa: S608 -- the texts are this module's
        f"readonly, \"day\" FROM {DATABASE}.records WHERE account = '{ACCOUNTS[0]}'"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("CreateMesh", "arn:aws:iam::123456789012:user/diego", "payments", "false", "2026/09/01")
    ]


def test_an_account_has_to_be_named(world: World) -> None:
    """Accounts are injected: Athena does not know them."""
    ended = world.ended(world.start(f"SELECT count(*) FROM {DATABASE}.records WHERE region = '{REGION}'"))  # noqa: S608 -- the texts are this module's
    assert ended["Status"]["State"] == "FAILED"
    assert "CONSTRAINT_VIOLATION" in ended["Status"]["StateChangeReason"]


def test_a_file_that_cannot_be_inflated_fails_the_query(world: World) -> None:
    """Athena leaves no file out by itself."""
    world.put(key_of("broken"), b"\x1f\x8b nothing")
    ended = world.ended(world.start(records_query(partitions(), **ASKED)))
    assert ended["Status"]["State"] == "FAILED"
    assert "HIVE_CURSOR_ERROR" in ended["Status"]["StateChangeReason"]


def test_the_workgroups_limit_stops_a_query(world: World) -> None:
    """A query that would scan more than the workgroup allows is cancelled."""
    world.put(key_of("large"), bytes(11_000_000))
    ended = world.ended(world.start(records_query(partitions(), **ASKED)))
    assert ended["Status"]["State"] == "CANCELLED"
    assert "Bytes scanned limit" in ended["Status"]["StateChangeReason"]


def test_hidden_files_are_not_read(world: World) -> None:
    """Athena leaves out what begins with an underscore or a dot."""
    world.put(f"{key_of('x').rpartition('/')[0]}/_hidden.json.gz", b"")
    assert world.ask(records_query(partitions(), **ASKED)) == ([], 0)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DROP TABLE meshtrail.records", "Only SELECT"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("SELECT read_text('/etc/passwd') FROM meshtrail.records WHERE account = '1'", "not registered"),
        ("SELECT * FROM meshtrail.nothing", "TABLE_NOT_FOUND"),
        ("SELECT * FROM records", "Schema must be specified"),
    ],
)
def test_what_is_no_select_over_known_tables_fails(world: World, statement: str, why: str) -> None:
    """As in Athena the query is started, and fails."""
    ended = world.ended(world.start(statement))
    assert ended["Status"]["State"] == "FAILED"
    assert why in ended["Status"]["StateChangeReason"]


def test_pages_begin_with_the_columns(world: World, day: Callable[[int], date]) -> None:
    """The names are the first row of the first page, and count as one."""
    world.deliver(key_of("one"), *(event(str(number)) for number in range(4)))
    execution = world.start(records_query(partitions(first=day(1)), **ASKED))
    world.ended(execution)
    first = world.athena.get_query_results(QueryExecutionId=execution, MaxResults=2)
    assert [value["VarCharValue"] for value in first["ResultSet"]["Rows"][0]["Data"]] == [
        "path",
        "position",
        "record",
    ]
    second = world.athena.get_query_results(QueryExecutionId=execution, NextToken=first["NextToken"])
    assert len(second["ResultSet"]["Rows"]) == 3
    with pytest.raises(ClientError, match="InvalidRequestException"):
        world.athena.get_query_results(QueryExecutionId=execution, NextToken="elsewhere")


def test_what_is_not_there_is_refused(world: World) -> None:
    """A workgroup, a query: InvalidRequestException, as in AWS."""
    with pytest.raises(ClientError, match="InvalidRequestException"):
        world.athena.start_query_execution(QueryString="SELECT 1", WorkGroup="nobodys")
    with pytest.raises(ClientError, match="InvalidRequestException"):
        world.athena.get_query_execution(QueryExecutionId="nobodys")
    with pytest.raises(ClientError, match="No output location"):
        world.athena.start_query_execution(QueryString="SELECT 1")


def test_a_workgroup_can_be_changed_and_deleted(world: World) -> None:
    """Its limit changes alone; with queries in it, it goes only when told so."""
    world.athena.update_work_group(
        WorkGroup="meshtrail", ConfigurationUpdates={"BytesScannedCutoffPerQuery": 20_000_000}
    )
    found = world.athena.get_work_group(WorkGroup="meshtrail")["WorkGroup"]["Configuration"]
    assert found["BytesScannedCutoffPerQuery"] == 20_000_000
    assert found["ResultConfiguration"]["OutputLocation"] == f"s3://{BUCKET}/athena/"
    query = world.athena.create_named_query(
        Name="q", Database=DATABASE, QueryString="SELECT 1", WorkGroup="meshtrail"
    )["NamedQueryId"]
    with pytest.raises(ClientError, match="not empty"):
        world.athena.delete_work_group(WorkGroup="meshtrail")
    world.athena.delete_named_query(NamedQueryId=query)
    world.athena.delete_work_group(WorkGroup="meshtrail")
    with pytest.raises(ClientError, match="not found"):
        world.athena.get_work_group(WorkGroup="meshtrail")
