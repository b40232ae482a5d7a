"""Running a statement: its partitions' files become tables of one connection to DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sandbox.athena import files
from sandbox.athena.errors import QueryCancelled, QueryFailed
from sandbox.athena.hive import arrow_type
from sandbox.delivery.bucket import find_bucket
from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.execution import connection
from sandbox.lake.sql.dialect import translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from moto.s3.models import FakeBucket

    from sandbox.athena.access import Reader
    from sandbox.athena.projection import GlueTable
    from sandbox.athena.statement import Scan, Statement

PATH: Final = "$path"
"""The hidden column that says which file a row is from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement found and what that cost.

    Attributes:
        names: What the result's columns are called.
        rows: The result.
        scanned: Bytes of the files that were read, as they are stored.
    """

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    scanned: int


@dataclass(frozen=True, slots=True)
class _File:
    uri: str
    size: int
    values: dict[str, str]
    object: Any


def run(statement: Statement, *, reader: Reader, now: datetime, cutoff: int | None = None) -> Outcome:
    """Run a statement.

    Args:
        statement: What to run.
        reader: Reads on whose behalf it runs.
        now: What CURRENT_TIMESTAMP means, aware UTC.
        cutoff: How many bytes it may scan; None: without end.

    Raises:
        QueryFailed: when it cannot be run, or a file cannot be read.
        QueryCancelled: when it would scan more than it may.
    """
    database = connection()
    try:
        scanned = 0
        for scan in statement.scans:
            chosen = _chosen(database, scan, reader, now)
            scanned += sum(file.size for file in chosen)
            if cutoff is not None and scanned > cutoff:
                raise QueryCancelled("Query cancelled! : Bytes scanned limit was exceeded")
            database.register(scan.alias, _table(scan.table, chosen))
        found = database.execute(translated(_parsing_json(statement.query), now)).fetchall()
        return Outcome(statement.names, found, scanned)
    except InvalidQueryStatementException as error:
        raise QueryFailed(f"SYNTAX_ERROR: {error.message}") from error
    except (duckdb.Error, SqlglotError) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise QueryFailed(f"GENERIC_USER_ERROR: {text[:500]}") from error
    finally:
        database.close()


def _chosen(database: duckdb.DuckDBPyConnection, scan: Scan, reader: Reader, now: datetime) -> list[_File]:
    """The files of the partitions that the statement asks for, each of them readable."""
    bucket = find_bucket(scan.table.bucket)
    if bucket is None:
        raise QueryFailed(f"The specified bucket does not exist: {scan.table.bucket}")
    reader.list(bucket)
    chosen = _asked_for(database, scan, bucket, now)
    for file in chosen:
        reader.get(bucket, file.object)
    return chosen


def _asked_for(
    database: duckdb.DuckDBPyConnection, scan: Scan, bucket: FakeBucket, now: datetime
) -> list[_File]:
    found = [file for file in _files(scan.table, bucket) if scan.table.holds(file.values, now)]
    if not scan.predicates or not found:
        return found
    columns = list(scan.table.partition_columns)
    partitions = sorted({tuple(file.values[column] for column in columns) for file in found})
    database.register(
        "partitions", pa.Table.from_pylist([dict(zip(columns, one, strict=True)) for one in partitions])
    )
    asked = exp.select(*(exp.column(column, quoted=True) for column in columns)).from_("partitions")
    for predicate in scan.predicates:
        asked = asked.where(predicate.copy())
    kept = {tuple(row) for row in database.execute(translated(asked, now)).fetchall()}
    return [file for file in found if tuple(file.values[column] for column in columns) in kept]


def _files(table: GlueTable, bucket: FakeBucket) -> Iterator[_File]:
    """Every file that lies where a partition could."""
    pattern = table.pattern()
    for key, item in sorted(bucket.keys.items()):
        match = pattern.fullmatch(key)
        if match is not None and not files.is_hidden(match["file"]):
            values = {column: match[column] for column in table.partition_columns}
            yield _File(f"s3://{table.bucket}/{key}", item.size, values, item)


def _parsing_json(query: exp.Query) -> exp.Query:
    """`TRY(json_parse(text))` in words that DuckDB's TRY sees through: it lets errors of casts inside a CASE out."""
    query = query.copy()
    for node in list(query.find_all(exp.ParseJSON)):
        if node.find_ancestor(exp.Try):
            node.replace(exp.TryCast(this=node.this, to=exp.DataType.build("json")))
    return query


def _table(table: GlueTable, chosen: list[_File]) -> pa.Table:
    schema = pa.schema(
        [
            *((name, arrow_type(kind)) for name, kind in table.columns),
            *((name, pa.string()) for name in table.partition_columns),
            (PATH, pa.string()),
        ]
    )
    rows = [
        row | file.values | {PATH: file.uri}
        for file in chosen
        for row in files.rows(table, file.uri, file.object.value)
    ]
    return pa.Table.from_pylist(rows, schema=schema)
