"""Every statement is Trino's SQL, and reads the partitions asked for and no others."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from cloudtrail.athena.folder import TrailFolder
from cloudtrail.athena.partitions import MOST_ACCOUNTS, NothingAsked, Partitions
from cloudtrail.athena.queries import coverage_query, records_query
from cloudtrail.athena.saved import saved_queries

START, END = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
QUERIES: tuple[Callable[..., str], ...] = (records_query, coverage_query)
TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from("'\"\\;-/*"),
    min_size=1,
    max_size=12,
)


def partitions(**changed: Any) -> Partitions:
    """Two days of one account in two Regions."""
    asked: dict[str, Any] = {
        "accounts": ("123456789012",),
        "regions": ("us-east-1", "eu-west-1"),
        "first": date(2026, 9, 1),
        "last": date(2026, 9, 2),
    }
    return Partitions(**(asked | changed))


def parsed(query: Callable[..., str], asked: Partitions, dialect: str = "trino", **changed: Any) -> exp.Expr:
    """A statement as sqlglot reads it."""
    told = {"database": "meshtrail", "sources": ["appmesh.amazonaws.com"], "start": START, "end": END}
    return sqlglot.parse_one(query(asked, **(told | changed)), dialect=dialect)


def conditions(tree: exp.Expr) -> list[exp.Expr]:
    """What the innermost SELECT, which reads the table, demands of each row."""
    (scan,) = [select for select in tree.find_all(exp.Select) if isinstance(_from(select), exp.Table)]
    return list(scan.args["where"].this.flatten())


def _from(select: exp.Select) -> Any:
    found = select.args.get("from_")
    return found.this if found else None


@pytest.mark.parametrize("dialect", ["trino", "athena"])
@pytest.mark.parametrize("query", QUERIES)
def test_the_statement_is_trinos(query: Callable[..., str], dialect: str) -> None:
    """Both of sqlglot's dialects read it, as one SELECT, and write it down again the same."""
    tree = parsed(query, partitions(organization="o-exampleorgid"), dialect)
    assert isinstance(tree, exp.Select)
    assert sqlglot.parse_one(tree.sql(dialect), dialect=dialect) == tree


@pytest.mark.parametrize("query", QUERIES)
def test_the_table_is_read_once_and_by_partition(query: Callable[..., str]) -> None:
    """A second read costs as much again; without a predicate every day of every account is read."""
    tree = parsed(query, partitions(organization="o-exampleorgid"))
    assert [table.sql() for table in tree.find_all(exp.Table)] == ['"meshtrail"."log_files"']
    organization, account, region, day = conditions(tree)
    assert organization.sql() == "\"organization\" = 'o-exampleorgid'"
    assert account.sql() == "\"account\" IN ('123456789012')"
    assert region.sql() == "\"region\" IN ('us-east-1', 'eu-west-1')"
    assert day.sql() == "\"day\" BETWEEN '2026/09/01' AND '2026/09/02'"


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_hostile_values_stay_values(account: str, region: str, source: str, database: str) -> None:
    """Whatever a manifest or an option holds, it is compared with and never run."""
    asked = partitions(accounts=(account,), regions=(region,))
    for query in QUERIES:
        tree = parsed(query, asked, sources=[source], database=database)
        plain = parsed(query, partitions(regions=("us-east-1",)))
        assert [type(node) for node in tree.walk()] == [type(node) for node in plain.walk()]
        assert {account, region, source} <= {
            node.this for node in tree.find_all(exp.Literal) if node.is_string
        }
        (table,) = tree.find_all(exp.Table)
        assert table.db == database


@pytest.mark.parametrize(
    "nothing",
    [
        {"accounts": ()},
        {"regions": ()},
        {"first": date(2026, 9, 3)},
        {"accounts": tuple(f"{number:012}" for number in range(MOST_ACCOUNTS + 1))},
    ],
    ids=["no account", "no Region", "no day", "too many accounts"],
)
def test_a_statement_over_nothing_is_refused(nothing: dict[str, Any]) -> None:
    """An empty list of accounts must not become all of them, nor an empty answer."""
    with pytest.raises(NothingAsked):
        partitions(**nothing)


@pytest.mark.parametrize("organization", [None, "o-exampleorgid"])
def test_saved_queries_read_a_week_of_named_partitions(organization: str | None) -> None:
    """Somebody who runs one by a click scans no more than seven days; in an organization the account is asked for."""
    folder = TrailFolder(
        bucket="amzn-audit-bucket",
        prefix=None,
        organization=organization,
        account="123456789012",
        regions=("us-east-1",),
    )
    queries = saved_queries(folder, database="meshtrail")
    assert len({query.name for query in queries}) == len(queries)
    for query in queries:
        tree = sqlglot.parse_one(query.sql, dialect="athena")
        told = {node.this.name for node in conditions(tree)}
        assert told >= {*folder.partition_columns, "eventsource"}
        assert bool(list(tree.find_all(exp.Placeholder))) is (organization is not None)
