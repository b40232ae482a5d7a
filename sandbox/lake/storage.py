"""Where an event data store keeps its events: ORC files in a folder of its own.

Lake keeps events in Apache ORC (CloudTrail user guide, "Working with AWS CloudTrail Lake",
docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake.html), and so does the sandbox: rows wait
in memory until they are due, then a batch of them becomes one immutable file.
"""

from __future__ import annotations

import itertools
import shutil
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from pyarrow import orc

from sandbox.lake.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

BATCH_ROWS: Final = 1000
"""Rows that may wait in memory; the next batch is written then, due or not."""

_MERGE_FILES: Final = 32
"""As many small files are merged into one."""


@dataclass(frozen=True, slots=True)
class OrcFile:
    """One immutable file of events.

    Attributes:
        path: Where it lies.
        rows: How many events it holds.
        visible_at: From when on queries see it, UTC.
        oldest: The earliest event time in it, naive UTC; None when no event in it has one.
        newest: The latest.
        column_bytes: What each column takes of the file, in bytes; they add up to about its size.
    """

    path: Path
    rows: int
    visible_at: datetime
    oldest: datetime | None
    newest: datetime | None
    column_bytes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """An event waiting to be written: its values and from when on queries may see it."""

    values: Mapping[str, Any]
    visible_at: datetime


class StoreFiles:
    """The events of one event data store.

    Safe to use from several threads. Memory is bounded by `BATCH_ROWS` rows.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._waiting: list[Row] = []
        self._files: list[OrcFile] = []
        self._numbers = itertools.count()

    def append(self, row: Row) -> None:
        """Take one event."""
        with self._lock:
            self._waiting.append(row)
            if len(self._waiting) >= BATCH_ROWS:
                self._write(self._waiting)
                self._waiting = []

    def visible(self, now: datetime) -> tuple[OrcFile, ...]:
        """Write what is due by `now` and list the files queries may read."""
        with self._lock:
            due = [row for row in self._waiting if row.visible_at <= now]
            if due:
                self._waiting = [row for row in self._waiting if row.visible_at > now]
                self._write(due)
            files = tuple(file for file in self._files if file.visible_at <= now)
            return files if len(files) < _MERGE_FILES else self._merge(files)

    def flush(self, now: datetime) -> None:
        """Make everything taken so far visible at `now`."""
        with self._lock:
            self._waiting = [Row(row.values, min(row.visible_at, now)) for row in self._waiting]
            self._files = [
                OrcFile(f.path, f.rows, min(f.visible_at, now), f.oldest, f.newest, f.column_bytes)
                for f in self._files
            ]
            self.visible(now)

    def remove(self) -> None:
        """Delete every event."""
        with self._lock:
            self._waiting, self._files = [], []
            shutil.rmtree(self._folder, ignore_errors=True)

    def _merge(self, files: Sequence[OrcFile]) -> tuple[OrcFile, ...]:
        small = [file for file in files if file.rows < BATCH_ROWS]
        if len(small) < _MERGE_FILES:
            return tuple(files)
        merged = self._write_table(read(small), max(file.visible_at for file in small))
        # The merged files stay on disk: a running query may still be reading them.
        self._files = [file for file in self._files if file not in small]
        self._files.append(merged)
        return (*(file for file in files if file not in small), merged)

    def _write(self, rows: Sequence[Row]) -> None:
        table = pa.Table.from_pylist([dict(row.values) for row in rows], schema=SCHEMA)
        self._files.append(self._write_table(table, max(row.visible_at for row in rows)))

    def _write_table(self, table: pa.Table, visible_at: datetime) -> OrcFile:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{next(self._numbers):06}.orc"
        orc.write_table(table, str(path), compression="zlib")
        times = [time for time in table.column("eventtime").to_pylist() if time is not None]
        return OrcFile(
            path=path,
            rows=table.num_rows,
            visible_at=visible_at,
            oldest=min(times, default=None),
            newest=max(times, default=None),
            column_bytes=_column_bytes(table, path.stat().st_size),
        )


def read(files: Iterable[OrcFile], columns: Iterable[str] = SCHEMA.names) -> pa.Table:
    """The events of some files, with the columns asked for, in the schema's order."""
    wanted = set(columns)
    names = [name for name in SCHEMA.names if name in wanted]
    schema = pa.schema([SCHEMA.field(name) for name in names])
    tables = [orc.read_table(str(file.path), columns=names).select(names).cast(schema) for file in files]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def _column_bytes(table: pa.Table, size: int) -> dict[str, int]:
    """Share a file's size out among its columns by their size in memory: ORC's own sizes are not exposed."""
    weights = {name: table.column(name).nbytes for name in table.column_names}
    total = sum(weights.values()) or 1
    return {name: round(size * weight / total) for name, weight in weights.items()}
