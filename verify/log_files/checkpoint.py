"""Where the facts of log files are kept between runs, so that an interrupted one goes on where it stopped.

It is a convenience and never a reason to fail or to answer wrongly: what cannot be read from it is read from the
bucket again. How facts are told from those of another version of an object, see `LogFiles`.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path
from sqlite3 import Error as SqliteError
from typing import TYPE_CHECKING, Final, Protocol

import platformdirs

from cloudtrail.errors import MeshtrailError
from verify.log_files.database import MOST_BYTES, MOST_ENTRIES, Database, Untrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from verify.log_files.facts import LogFileFacts

BATCH: Final = 512
"""How many facts are written down together."""
MOST_WAITING: Final = 8 * BATCH
"""From how many facts on everybody waits for the file."""
EVERY: Final = 0.5
"""How long facts wait to be written down at most, in seconds, while more come: so much an interrupt may lose."""


class Checkpoint(Protocol):
    """A memory of log files that were read; safe to use from many threads."""

    def get(self, stamps: Sequence[bytes]) -> Mapping[bytes, LogFileFacts]:
        """The facts that are kept under some stamps, as far as there are any."""
        ...

    def put(self, stamp: bytes, facts: LogFileFacts) -> None:
        """Keep facts under a stamp: a digest of everything they depend on."""
        ...

    def close(self) -> None:
        """Write down what was not yet written; nothing is kept from then on."""
        ...


class NotKept(MeshtrailError):
    """The checkpoint cannot be used, so the next run reads everything again. No verdict depends on it."""


def default_path() -> Path:
    """Where the checkpoint lies by default: among the user's caches, as the platform has them."""
    return Path(platformdirs.user_cache_dir("meshtrail")) / "log-files.sqlite3"


class SqliteCheckpoint:
    """A checkpoint in a file of SQLite's; several processes may share it.

    Facts are written down some at a time. Whatever goes wrong with the file (it is damaged, locked, on a full disk,
    somebody else could have written it) is noticed once, and the run goes on with a temporary one.

    Args:
        path: The file; it and its folder are made for the user alone. None: a temporary one, which nobody else sees and
            which is gone with the process: the run fetches nothing twice, and the next one reads everything.
        notice: Told once why the file is not used.
        most_entries: How many log files are remembered; those that were read longest ago are forgotten.
        most_bytes: How large the file may grow, about.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        notice: Callable[[MeshtrailError], None] = lambda _error: None,
        most_entries: int = MOST_ENTRIES,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._path = path
        self._notice = notice
        self._bounds = (most_entries, most_bytes)
        self._waiting: dict[bytes, LogFileFacts] = {}
        self._adding = threading.Lock()
        self._using = threading.Lock()
        self._written_at = time.monotonic()
        self._writing = False
        self._database: Database | None = None
        try:
            self._database = Database(path, *self._bounds)
        except (OSError, SqliteError, Untrusted) as error:
            self._without_file(error)
        else:
            if self._database.damage:
                notice(
                    NotKept(
                        "What was kept of earlier runs was damaged, and is thrown away",
                        where=str(path),
                        why=str(self._database.damage),
                        remedy="Nothing needs to be done: this run reads everything again.",
                    )
                )

    def get(self, stamps: Sequence[bytes]) -> Mapping[bytes, LogFileFacts]:
        """See `Checkpoint.get`."""
        # What is written down leaves `_waiting` after it is in the file, so it is always in one of them.
        found = {stamp: facts for stamp in stamps if (facts := self._waiting.get(stamp))}
        rest = [stamp for stamp in stamps if stamp not in found]
        if rest:
            with self._using:
                try:
                    found |= self._database.get(rest) if self._database else {}
                except (OSError, SqliteError) as error:
                    self._without_file(error)
        return found

    def put(self, stamp: bytes, facts: LogFileFacts) -> None:
        """See `Checkpoint.put`."""
        with self._adding:
            self._waiting[stamp] = facts
            late = time.monotonic() - self._written_at > EVERY
            due = late or len(self._waiting) >= BATCH
            if self._writing and len(self._waiting) < MOST_WAITING:
                due = False  # one thread writes for all, which go on meanwhile
            self._writing |= due
        if due:
            try:
                self._write()
            finally:
                self._writing = False

    def close(self) -> None:
        """See `Checkpoint.close`."""
        self._write()
        with self._using:
            if self._database:
                with suppress(SqliteError):
                    self._database.close()
            self._database = None

    def _write(self) -> None:
        with self._using:
            waiting = self._waiting
            if not waiting:
                return
            # They stay in sight of get() until they are in the file.
            with self._adding:
                entries = list(waiting.items())
                self._written_at = time.monotonic()
            try:
                if self._database:
                    self._database.put(entries)
            except (OSError, SqliteError) as error:
                self._without_file(error)
                if self._database:
                    with suppress(SqliteError):
                        self._database.put(entries)
            with self._adding:
                for stamp, facts in entries:
                    if waiting.get(stamp) is facts:
                        del waiting[stamp]

    def _without_file(self, error: Exception) -> None:
        """Go on with a temporary database: what the file held is read from the bucket again."""
        if self._database:
            with suppress(SqliteError):
                self._database.close()
        if self._path is not None:
            self._notice(
                NotKept(
                    "What is read is not kept for the next run",
                    where=str(self._path),
                    why=str(error) or type(error).__name__,
                    remedy="Remove the file, or make its folder writable; `--no-cache` does without.",
                )
            )
        self._path = None
        self._database = None
        with suppress(OSError, SqliteError):  # not even a temporary one: then files may be read twice
            self._database = Database(None, *self._bounds)
