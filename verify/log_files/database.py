"""The checkpoint's file: one table of SQLite's, thrown away when anything about it is not as this version left it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from verify.log_files.facts import FORMAT, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from verify.log_files.facts import LogFileFacts

MOST_ENTRIES: Final = 2_000_000
"""How many log files are remembered."""
MOST_BYTES: Final = 1024 * 1024 * 1024
"""How large the file may grow, in bytes."""

_PATIENCE: Final = 2.0
"""How long another process may keep the file to itself, in seconds."""
_ROWS: Final = 256
"""How many rows one statement writes: less than SQLite's bound on variables, even an old one's."""
_CHECKSUM: Final = 8
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_BROKEN: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Untrusted(Exception):
    """Somebody else could have written the file, and what it says decides whether a log file is read."""


class Database:
    """Facts by their stamps, in a file or, without a path, in a temporary one that SQLite removes by itself.

    Not for many threads at a time.

    Args:
        path: The file.
        most_entries: How many entries are kept, those written last.
        most_bytes: How large the file may grow.

    Attributes:
        damage: What was wrong with the file that lay there, and was replaced.

    Raises:
        OSError: when the file cannot be made.
        sqlite3.Error: when it cannot be used.
        Untrusted: when it is not the user's own.
    """

    def __init__(self, path: Path | None, most_entries: int, most_bytes: int) -> None:
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self.damage: sqlite3.DatabaseError | None = None
        if path is None:
            self._connection = _opened("")
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_others(path)
        try:
            self._connection = _opened(str(path))
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _BROKEN:
                raise
            self.damage = error
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            _refuse_others(path)
            self._connection = _opened(str(path))

    def get(self, stamps: Sequence[bytes]) -> dict[bytes, LogFileFacts]:
        """The facts kept under some stamps; a damaged entry is none.

        Raises:
            sqlite3.Error: when the file cannot be read.
        """
        marks = ",".join("?" * len(stamps))
        query = f"SELECT stamp, facts FROM facts WHERE stamp IN ({marks})"  # noqa: S608 -- question marks only
        found: dict[bytes, LogFileFacts] = {}
        for stamp, data in self._connection.execute(query, stamps):
            with suppress(msgspec.DecodeError, TypeError, ValueError):
                if data[:_CHECKSUM] == _checksum(stamp, data[_CHECKSUM:]):
                    found[stamp] = unpacked(data[_CHECKSUM:])
        return found

    def put(self, entries: Sequence[tuple[bytes, LogFileFacts]]) -> None:
        """Keep entries, all of them or none.

        Raises:
            sqlite3.Error: when they cannot be written.
        """
        with self._connection:
            for start in range(0, len(entries), _ROWS):
                rows = [
                    value for stamp, facts in entries[start : start + _ROWS] for value in _row(stamp, facts)
                ]
                marks = ",".join(["(?,?)"] * (len(rows) // 2))
                self._connection.execute(
                    f"INSERT OR REPLACE INTO facts (stamp, facts) VALUES {marks}",  # noqa: S608 -- the same
                    rows,
                )
            self._prune()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _prune(self) -> None:
        # Asked for together, they would be looked for in every row.
        query = "SELECT (SELECT min(id) FROM facts), (SELECT max(id) FROM facts)"
        oldest, newest = self._connection.execute(query).fetchone()
        count = newest - oldest + 1
        keep = min(count, self._most_entries)
        size = self._bytes()
        if size > self._most_bytes:  # down to three quarters, so as not to do it again at once
            keep = min(keep, count * self._most_bytes * 3 // (size * 4))
        if keep < count:
            self._connection.execute("DELETE FROM facts WHERE id <= ?", (newest - keep,))

    def _bytes(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size


def _row(stamp: bytes, facts: LogFileFacts) -> Iterator[bytes]:
    data = packed(facts)
    yield stamp
    yield _checksum(stamp, data) + data


def _checksum(stamp: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECKSUM, key=stamp).digest()


def _refuse_others(path: Path) -> None:
    """Make the file for the user alone, or see that it is."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    owner = getattr(os, "geteuid", lambda: found.st_uid)()
    if found.st_uid != owner or found.st_mode & _OTHERS_MAY_WRITE:
        raise Untrusted("others than its owner may write it, and it decides what is read again")
    path.chmod(0o600)


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
    try:
        # A crash may lose the last entries, and damages nothing.
        connection.execute("PRAGMA journal_mode = WAL" if path else "PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = NORMAL" if path else "PRAGMA synchronous = OFF")
        with connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                connection.execute("DROP TABLE IF EXISTS facts")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS facts"
                " (id INTEGER PRIMARY KEY AUTOINCREMENT, stamp BLOB NOT NULL UNIQUE, facts BLOB NOT NULL)"
            )
            connection.execute("SELECT stamp, facts FROM facts LIMIT 1").fetchall()  # its columns are these
    except BaseException:
        connection.close()
        raise
    return connection
