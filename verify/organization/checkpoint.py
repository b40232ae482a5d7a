"""Where an interrupted run of many accounts goes on: the rows that were finished, one a line, until the run is whole.

A row counts for as long as everything it depends on is the same: what was asked for, what the organization says of the
account, what its trails and event data stores select. The first line keeps the window of the run that began; the one
that goes on looks at the same, so that all rows speak of one time. Rows that leave a question open are not kept: they
are asked again. Like the checkpoint of log files it is a convenience, and never a reason to fail.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import platformdirs
from pydantic import TypeAdapter, ValidationError

from verify.log_files.checkpoint import NotKept
from verify.organization.matrix import AccountRow, CellState
from verify.window import BadWindow, Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtrail.errors import MeshtrailError

FORMAT: Final = 1
KEPT: Final = timedelta(hours=12)
"""How long after it began an interrupted run may go on: what was found earlier has become old."""

_ROW: Final = TypeAdapter(AccountRow)
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def path_of(key: str, folder: Path | None = None) -> Path:
    """Where the rows of a run lie: among the user's caches, under a digest of what was asked for.

    Args:
        key: What was asked for.
        folder: Where instead.
    """
    place = folder or Path(platformdirs.user_cache_dir("meshtrail"))
    return place / f"organization-{digest_of(key)[:16]}.jsonl"


def digest_of(*parts: object) -> str:
    """A digest of values that JSON can write; what it cannot by their text."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


class AccountCheckpoint:
    """The rows of a run.

    Args:
        path: The file; None: nothing is kept.
        window: The window of this run, if it does not go on with another's.
        now: The present.
        notice: Told once why the file is not used.

    Attributes:
        window: The window that all rows speak of.
        begun: When the run began that is gone on with, or None.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        window: Window,
        now: datetime,
        notice: Callable[[MeshtrailError], None] = lambda _error: None,
    ) -> None:
        self.window = window
        self.begun: datetime | None = None
        self._path = path
        self._notice = notice
        self._rows: dict[tuple[str, str], AccountRow] = {}
        self._file: int | None = None
        if path is not None:
            try:
                self._file = _opened(path)
                self._read(path, now)
            except OSError as error:
                self._without_file(error)

    def row(self, account: str, depends: str) -> AccountRow | None:
        """The finished row of an account, if it still depends on the same."""
        return self._rows.pop((account, depends), None)

    def put(self, row: AccountRow, depends: str) -> None:
        """Keep a row, unless it leaves a question open."""
        if self._file is None or not _settled(row):
            return
        line = {
            "account": row.id,
            "depends": depends,
            "row": _ROW.dump_python(row, mode="json", by_alias=True),
        }
        self._write(line)

    def finish(self) -> None:
        """The run is whole: the next one begins anew."""
        self.close()
        try:
            if self._path is not None:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            self._without_file(error)

    def close(self) -> None:
        """Let go of the file, and leave it for the next run."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _read(self, path: Path, now: datetime) -> None:
        lines = path.read_bytes().split(b"\n")
        began = self._header(_parsed(lines[0]), now)
        if began is None:
            self._begin(now)
            return
        self.begun = began
        for line in lines[1:]:
            known = _parsed(line)  # the last may be cut off
            if known is not None and known.get("sum") == _sum(known):
                try:
                    row = _ROW.validate_json(json.dumps(known["row"]))
                except ValidationError:
                    continue
                self._rows[str(known["account"]), str(known["depends"])] = row
        if lines[-1]:
            self._append(b"\n")

    def _header(self, known: dict[str, Any] | None, now: datetime) -> datetime | None:
        """When the run began whose rows these are, unless it is of no use."""
        if known is None or known.get("format") != FORMAT or known.get("sum") != _sum(known):
            return None
        try:
            began, start, end = (datetime.fromisoformat(known[name]) for name in ("began", "start", "end"))
            window = Window(start, end)
        except (BadWindow, KeyError, TypeError, ValueError):
            return None
        if not timedelta() <= now - began < KEPT:
            return None
        self.window = window
        return began

    def _begin(self, now: datetime) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
        times = {"began": now, "start": self.window.start, "end": self.window.end}
        self._write(
            {"format": FORMAT, **{name: time.astimezone(UTC).isoformat() for name, time in times.items()}}
        )

    def _write(self, line: dict[str, Any]) -> None:
        self._append(json.dumps({**line, "sum": _sum(line)}).encode() + b"\n")

    def _append(self, data: bytes) -> None:
        try:
            if self._file is not None:
                os.write(self._file, data)
        except OSError as error:
            self._without_file(error)

    def _without_file(self, error: OSError) -> None:
        self.close()
        self._notice(
            NotKept(
                "What is found is not kept for the next run",
                where=str(self._path),
                why=error.strerror or str(error),
                remedy="Remove the file, or make its folder writable; `--no-cache` does without.",
            )
        )
        self._path = None


def _settled(row: AccountRow) -> bool:
    return row.reached and all(cell.state is not CellState.UNKNOWN for cell in row.cells)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        known = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, Any]", known) if isinstance(known, dict) else None


def _sum(line: dict[str, Any]) -> str:
    return digest_of({name: value for name, value in line.items() if name != "sum"})[:16]


def _opened(path: Path) -> int:
    """Open the file for the user alone, to be read and appended to.

    Raises:
        OSError: when it cannot be, or others could have written it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    file = os.open(path, flags, 0o600)
    found = os.fstat(file)
    owner = getattr(os, "geteuid", lambda: found.st_uid)()
    if found.st_uid != owner or found.st_mode & _OTHERS_MAY_WRITE:
        os.close(file)
        raise PermissionError("others than its owner may write it, and it decides what is asked again")
    return file
