"""Where the facts of log files are kept between runs, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Protocol

from verify.log_files.facts import packed, unpacked

if TYPE_CHECKING:
    from pathlib import Path

    from verify.log_files.facts import LogFileFacts


class Checkpoint(Protocol):
    """A memory of log files that were read; safe to use from many threads."""

    def get(self, stamp: bytes) -> LogFileFacts | None:
        """The facts kept under a stamp, if there are any."""
        ...

    def put(self, stamp: bytes, facts: LogFileFacts) -> None:
        """Keep facts under a stamp: a digest of everything they depend on."""
        ...

    def close(self) -> None:
        """Write down what was not yet written."""
        ...


class SqliteCheckpoint:
    """A checkpoint in a file of SQLite's; without a path in a temporary one that nobody else sees."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path or "", check_same_thread=False)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS facts (stamp BLOB PRIMARY KEY, facts BLOB) WITHOUT ROWID"
        )

    def get(self, stamp: bytes) -> LogFileFacts | None:
        """See `Checkpoint.get`."""
        with self._lock:
            row = self._database.execute("SELECT facts FROM facts WHERE stamp = ?", (stamp,)).fetchone()
        return unpacked(row[0]) if row else None

    def put(self, stamp: bytes, facts: LogFileFacts) -> None:
        """See `Checkpoint.put`."""
        with self._lock, self._database:
            self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (stamp, packed(facts)))

    def close(self) -> None:
        """See `Checkpoint.close`."""
        with self._lock:
            self._database.close()
