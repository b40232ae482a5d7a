# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

import pytest

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.sql.statement import parse

STORE = "ad85f16b-ed48-4cd0-8833-e0d5e6b22725"
OTHER = "0a1b2c3d-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT eventName FROM {STORE}",
        f"select eventname from {STORE.upper()} limit 1;",
        f'SELECT eventName FROM "{STORE}"',
        f"(SELECT eventName FROM {STORE})",
        f"SELECT eventName FROM {STORE} -- the {OTHER}",
        f"/* {OTHER} */ SELECT eventName FROM {STORE} WHERE eventID <> '{OTHER}'",
        f"WITH recent AS (SELECT * FROM {STORE}) SELECT eventName FROM recent",
    ],
)
def test_a_store_is_named_by_its_id_quoted_or_not(text: str) -> None:
    """The ID in FROM is found; the same text in a string or a comment is not taken for one."""
    assert parse(text).store_ids == (STORE,)


def test_several_stores_may_be_read_at_once() -> None:
    """Joins and set operations name several stores, each counted once."""
    text = (
        f"SELECT a.eventID FROM {STORE} a JOIN {OTHER} b ON a.eventID = b.eventID "
        f"UNION ALL SELECT eventID FROM {OTHER}"
    )
    assert parse(text).store_ids == (STORE, OTHER)


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ("userIdentity.principalid, eventName", ("principalid", "eventName")),
        ("element_at(responseElements, 'queryId'), count(*)", ("_col0", "_col1")),
        ("eventName AS what, 1", ("what", "_col1")),
        ("e.EVENTNAME, element_at(resources, 1).arn", ("EVENTNAME", "arn")),
        ("e.userIdentity.sessionContext.sessionIssuer.userName", ("userName",)),
    ],
)
def test_columns_are_called_as_aws_calls_them(columns: str, names: tuple[str, ...]) -> None:
    """A column keeps the query's spelling, a field its last part, and what has no name gets `_colN`."""
    assert parse(f"SELECT {columns} FROM {STORE} AS e").names == names


def test_a_star_stands_for_the_documented_columns() -> None:
    """`*` gives the schema's columns, of a store or through a subquery; unnested resources give four."""
    assert parse(f"SELECT * FROM {STORE}").names[:2] == ("eventversion", "useridentity")
    assert parse(f"SELECT * FROM (SELECT eventName n, awsRegion FROM {STORE})").names == ("n", "awsRegion")
    assert parse(f"WITH x AS (SELECT 1 one FROM {STORE}) SELECT x.*, 2 FROM x").names == ("one", "_col1")
    assert len(parse(f"SELECT r.* FROM {STORE} CROSS JOIN UNNEST(resources) AS r").names) == 4


HOSTILE = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM glob('*')",
    f"SELECT * FROM {STORE}, read_parquet('x')",
    f"SELECT (SELECT content FROM read_text('/etc/passwd')) FROM {STORE}",
    f"SELECT read_csv('x') FROM {STORE}",
    f"SELECT getenv('HOME') FROM {STORE}",
    f"SELECT current_setting('memory_limit') FROM {STORE}",
    f"SELECT * FROM query('SELECT 1'), {STORE}",
    f"SELECT * FROM duckdb_settings(), {STORE}",
    f"SELECT * FROM information_schema.tables, {STORE}",
    f"SELECT * FROM pg_catalog.pg_class, {STORE}",
    f"SELECT * FROM {STORE}; DROP TABLE x",
    f"SELECT * FROM {STORE}; SELECT * FROM {STORE}",
    f"COPY (SELECT * FROM {STORE}) TO '/tmp/out'",
    "ATTACH '/tmp/other.db'",
    "DETACH x",
    "PRAGMA database_list",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit='1TB'",
    "RESET ALL",
    "CALL pragma_version()",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    f"CREATE TABLE x AS SELECT * FROM {STORE}",
    f"CREATE OR REPLACE VIEW x AS SELECT * FROM {STORE}",
    f"INSERT INTO {STORE} SELECT * FROM {STORE}",
    f"DELETE FROM {STORE}",
    f"UPDATE {STORE} SET eventname = 'x'",
    f"MERGE INTO {STORE} USING {STORE} ON true WHEN MATCHED THEN DELETE",
    f"WITH x AS (DELETE FROM {STORE} RETURNING *) SELECT * FROM x",
    f"SELECT * INTO x FROM {STORE}",
    f"SELECT * FROM {STORE} FOR UPDATE",
    f"EXPLAIN SELECT * FROM {STORE}",
    f"EXPLAIN ANALYZE SELECT * FROM {STORE}",
    f"DESCRIBE {STORE}",
    "SHOW TABLES",
    "VALUES (1)",
    f"TABLE {STORE}",
    "GRANT ALL ON x TO y",
    f"SELECT * FROM {STORE} WHERE eventName = ?",
    f"SELECT * FROM {STORE} WHERE eventName = $1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_anything_but_a_select_over_stores_is_refused(text: str) -> None:
    """Nothing reaches a file, a setting, a second statement, or changes anything."""
    with pytest.raises(InvalidQueryStatementException):
        parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "0 characters"),
        ("S" * 10_001, "10001 characters"),
        ("SELECT 1", "names no event data store"),
        ("SELECT * FROM meshes", "line 1:15: Table 'meshes' does not exist"),
        (f"SELECT FROM WHERE {STORE}", "Line 1"),
        (f"SELECT nvl(errorCode, '') FROM {STORE}", "line 1:8: Function 'nvl' not registered"),
        (f"SELECT\n list_filter(resources, r -> true) FROM {STORE}", "line 2:2: Function 'list_filter'"),
        (f"SELECT 'open FROM {STORE}", "Error tokenizing"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(text: str, message: str) -> None:
    """Line and column are those of the text as it was sent."""
    with pytest.raises(InvalidQueryStatementException, match=message):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT {'(' * 4900}1{')' * 4900} FROM {STORE}",
        f"SELECT {'NOT ' * 2400} true FROM {STORE}",
        f"SELECT {'abs(' * 1900}1{')' * 1900} FROM {STORE}",
        "SELECT * FROM " + "(SELECT * FROM " * 550 + STORE + ")" * 550,
    ],
)
def test_deep_nesting_is_refused_and_not_a_crash(text: str) -> None:
    """However deep, the answer is a refusal."""
    with pytest.raises(InvalidQueryStatementException, match="too deeply"):
        parse(text)
