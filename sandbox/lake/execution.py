"""Running one checked statement with DuckDB: no files, no network, bounded memory, interruptible.

There is one database, in memory, that has been told to touch nothing outside it before it sees the first
statement. Each statement gets a connection of its own: the events it may read are tables of that connection
only, and it can be interrupted alone.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from sandbox.lake.errors import InvalidQueryStatementException
from sandbox.lake.schema import SCHEMA
from sandbox.lake.sql.dialect import to_duckdb, translated
from sandbox.lake.sql.macros import MACROS
from sandbox.lake.sql.window import columns, single_select, window
from sandbox.lake.storage import OrcFile, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.lake.sql.statement import Statement

_MEMORY: Final = "512MB"
_RESULT_BYTES: Final = 256 * 1024 * 1024
_BATCH: Final = 10_000
_OPENING: Final = threading.Lock()
_CLOSED: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": _MEMORY,
    "threads": "1",
    "temp_directory": "",  # nothing spills to disk: a query that needs more memory fails
}
_UNBINDABLE: Final = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


class QueryFailed(Exception):
    """The query ran and failed; the text is for `ErrorMessage`."""


class QueryInterrupted(Exception):
    """The query was stopped while it ran."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement may read of one event data store: its files, and from which event time on (naive UTC)."""

    files: tuple[OrcFile, ...]
    horizon: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement found and what that cost.

    Attributes:
        rows: The result.
        names: What its columns are called, in order.
        bytes_scanned: Bytes of the columns it needed, in the files that could hold a match.
        events_scanned: Events in those files.
        events_matched: Events that met WHERE, where the statement reads a single store; else result rows.
    """

    rows: pa.Table
    names: tuple[str, ...]
    bytes_scanned: int
    events_scanned: int
    events_matched: int


class Execution:
    """One run of one statement.

    Args:
        statement: What to run.
        now: What CURRENT_TIMESTAMP means, aware UTC.
    """

    def __init__(self, statement: Statement, now: datetime) -> None:
        self._statement = statement
        self._now = now
        self._sql = to_duckdb(statement, now)
        self._stopped = False
        self._database = connection()

    def check(self) -> None:
        """Resolve every column, function and type, without data.

        Raises:
            InvalidQueryStatementException: when one cannot be resolved.
        """
        for store_id in self._statement.store_ids:
            self._database.register(store_id, SCHEMA.empty_table())
        try:
            self._database.execute(f"PREPARE checked AS {self._sql}")
        except duckdb.Error as error:
            # Constants are folded while preparing; what fails there fails again, as a failed query.
            if isinstance(error, _UNBINDABLE):
                raise InvalidQueryStatementException(_explained(error)) from error

    def run(self, scopes: Mapping[str, Scope]) -> Outcome:
        """Run the statement over the stores' events.

        Args:
            scopes: By store ID.

        Raises:
            QueryFailed: when a value cannot be computed or the result is too large.
            QueryInterrupted: after `interrupt`.
        """
        try:
            bounds = self._bounds()
            needed = columns(self._statement)
            scanned: list[OrcFile] = []
            for store_id, scope in scopes.items():
                files = [file for file in scope.files if _overlaps(file, *bounds)]
                scanned += files
                events = read(files, needed)
                kept = pc.field("eventtime") >= pa.scalar(scope.horizon, pa.timestamp("ms"))
                self._database.register(store_id, events.filter(kept))
            rows = self._fetch()
            return Outcome(
                rows=rows,
                names=self._names(rows),
                bytes_scanned=sum(f.column_bytes.get(name, 0) for f in scanned for name in needed),
                events_scanned=sum(file.rows for file in scanned),
                events_matched=self._matched(rows),
            )
        except duckdb.InterruptException as error:
            raise QueryInterrupted from error
        except duckdb.OutOfMemoryException as error:
            raise QueryFailed("Query exceeded the memory limit") from error
        except duckdb.Error as error:
            raise QueryFailed(_explained(error)) from error

    def interrupt(self) -> None:
        """Stop the run, from any thread."""
        self._stopped = True
        # The run may end, and close the database, at this very moment.
        with contextlib.suppress(duckdb.Error):
            self._database.interrupt()

    def close(self) -> None:
        """Let go of the events and the connection."""
        self._database.close()

    def _fetch(self) -> pa.Table:
        if self._stopped:
            raise QueryInterrupted
        reader = self._database.sql(self._sql).to_arrow_reader(_BATCH)
        batches: list[pa.RecordBatch] = []
        size = 0
        for batch in reader:
            size += batch.nbytes
            if size > _RESULT_BYTES:
                raise QueryFailed("The result is larger than the sandbox keeps; add conditions or a LIMIT")
            batches.append(batch)
        return pa.Table.from_batches(batches, schema=reader.schema)

    def _names(self, rows: pa.Table) -> tuple[str, ...]:
        # JOIN ... USING and `row.*` have fewer or more columns than the SELECT list tells.
        names = self._statement.names
        return names if len(names) == rows.num_columns else tuple(rows.column_names)

    def _matched(self, rows: pa.Table) -> int:
        select = single_select(self._statement)
        if select is None:
            return rows.num_rows
        counting = exp.select("count(*)", dialect="trino")
        counting.set("from_", select.args["from_"].copy())
        if select.args.get("where") is not None:
            counting.set("where", select.args["where"].copy())
        return int(self._value(translated(counting, self._now)))

    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        asked = window(self._statement)
        return (
            max(self._times(asked.lower), default=None),
            min(self._times(asked.upper), default=None),
        )

    def _times(self, bounds: Sequence[exp.Expr]) -> list[datetime]:
        times: list[datetime] = []
        for bound in bounds:
            try:
                time = self._value(f"SELECT CAST(({translated(bound, self._now)}) AS TIMESTAMP)")
            except duckdb.Error:
                continue
            if isinstance(time, datetime):
                times.append(time)
        return times

    def _value(self, sql: str) -> Any:
        return self._database.execute(sql).fetchall()[0][0]


@functools.cache
def _closed_database() -> duckdb.DuckDBPyConnection:
    """The process's one database, in memory, that touches nothing outside it; opening one takes long."""
    database = duckdb.connect(":memory:", config=dict(_CLOSED))
    for macro in MACROS:
        database.execute(f"CREATE MACRO {macro}")
    for setting in ("TimeZone = 'UTC'", "python_enable_replacements = false", "lock_configuration = true"):
        database.execute(f"SET GLOBAL {setting}")
    return database


def connection() -> duckdb.DuckDBPyConnection:
    """A connection of one's own to the process's one database: what it registers, nobody else sees."""
    with _OPENING:
        return _closed_database().cursor()


def _overlaps(file: OrcFile, lower: datetime | None, upper: datetime | None) -> bool:
    if file.oldest is None or file.newest is None:
        return False
    return not ((lower is not None and file.newest < lower) or (upper is not None and file.oldest > upper))


def _explained(error: duckdb.Error) -> str:
    """The first line of DuckDB's message: the rest quotes the translated SQL, which nobody wrote."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, duckdb.CatalogException):
        text += " (a Trino function the sandbox cannot run)"
    return text[:1000]
