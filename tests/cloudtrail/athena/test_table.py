"""The tables' partitions are those of a trail's folder, and nobody has to crawl for them."""

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from cloudtrail.athena.ddl import create_statement, hive_literal
from cloudtrail.athena.folder import TrailFolder, folder_of
from cloudtrail.athena.table import Table, log_files_table, records_table, tables
from cloudtrail.manifest import TrailPromise
from cloudtrail.object_keys import log_prefix

TRAIL = TrailPromise(
    arn="arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail",
    name="meshtrail",
    home_region="us-east-1",
    scope="multi-region",
    bucket="amzn-audit-bucket",
    bucket_region="us-east-1",
)


def folder(organization: str | None = None, prefix: str | None = None) -> TrailFolder:
    """The folder of a trail."""
    scope = "organization" if organization else "multi-region"
    trail = TRAIL.model_copy(update={"scope": scope, "prefix": prefix})
    return folder_of(trail, organization=organization, account="123456789012")


@pytest.mark.parametrize("organization", [None, "o-exampleorgid"])
@pytest.mark.parametrize("prefix", [None, "audit/mesh"])
def test_a_partition_lies_where_cloudtrail_writes(organization: str | None, prefix: str | None) -> None:
    """The template, filled in, is the very prefix under which the local reader lists."""
    told = folder(organization, prefix).template
    for name, value in {
        "organization": "o-exampleorgid",
        "account": "123456789012",
        "region": "eu-west-1",
        "day": "2026/09/01",
    }.items():
        told = told.replace(f"${{{name}}}", value)
    key = log_prefix(account="123456789012", region="eu-west-1", organization=organization, prefix=prefix)
    assert told == f"s3://amzn-audit-bucket/{key}2026/09/01/"


def test_only_an_organization_is_partitioned_by_one() -> None:
    """A trail of one account has no organization in its keys."""
    assert folder().partition_columns == ("account", "region", "day")
    assert folder("o-exampleorgid").partition_columns == ("organization", "account", "region", "day")


def test_every_partition_column_is_projected() -> None:
    """A partition column without a projection would be empty in every query."""
    for each in (folder(), folder("o-exampleorgid")):
        projected = {name.split(".")[1] for name in each.projection if name.endswith(".type")}
        assert projected == set(each.partition_columns)


def test_accounts_of_an_organization_are_taken_from_the_statement() -> None:
    """Accounts come and go: a list in the table would hide a new one."""
    assert folder("o-exampleorgid").projection["projection.account.type"] == "injected"
    assert folder().projection["projection.account.values"] == "123456789012"


def test_tomorrow_can_be_asked_for() -> None:
    """CloudTrail rounds a stamp up into the next day's folder."""
    assert folder().projection["projection.day.range"] == "2013/11/13,NOW+1DAY"


def test_a_trail_of_one_region_has_that_region() -> None:
    """It delivers from its home alone."""
    trail = TRAIL.model_copy(update={"scope": "single-region"})
    assert folder_of(trail, organization=None, account="123456789012").regions == ("us-east-1",)
    assert "eu-west-1" in folder().regions
    assert "cn-north-1" not in folder().regions


@pytest.mark.parametrize(
    "table", tables(folder("o-exampleorgid", "it's/audit")), ids=lambda table: table.name
)
def test_the_statement_is_athenas_ddl(table: Table) -> None:
    """The Athena dialect of sqlglot reads it, and finds the columns and partitions that were meant."""
    statement = sqlglot.parse_one(create_statement(table, database="meshtrail"), dialect="athena")
    assert isinstance(statement, exp.Create)
    assert [column.name for column in statement.this.expressions] == [name for name, _ in table.columns]
    partitioned = statement.find(exp.PartitionedByProperty)
    assert partitioned is not None
    assert [column.name for column in partitioned.find_all(exp.ColumnDef)] == list(table.partition_columns)
    location = statement.find(exp.LocationProperty)
    assert location is not None
    assert location.this.name == "s3://amzn-audit-bucket/it's/audit/AWSLogs/"


def test_a_log_file_is_one_text() -> None:
    """The character it would be taken apart at occurs in no JSON."""
    table = log_files_table(folder())
    assert table.columns == (("line", "string"),)
    assert table.serde_parameters["field.delim"] == "\x01"


def test_no_partition_column_is_a_column_too() -> None:
    """Hive refuses a table that has a name twice."""
    table = records_table(folder("o-exampleorgid"))
    names = [name for name, _ in table.columns]
    assert not {*names} & {*table.partition_columns}
    assert len(names) == len({*names})


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\\;\n")))
def test_nothing_escapes_from_a_literal_of_the_ddl(text: str) -> None:
    """Behind a backslash nothing ends a literal, and every quote in it has one before it."""
    inner = hive_literal(text)[1:-1]
    while inner:
        assert inner[0] != "'"
        inner = inner[2:] if inner[0] == "\\" else inner[1:]
