"""The journal: one file, one line an event, each on the disk before the work goes on.

Lines are numbered without a gap. A crash can tear the last line, and nothing else: the next run ends the torn line
and goes on with its number. So a number that is missing means that a whole line was lost, and is never overlooked.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, cast

from pydantic import ValidationError

from cloudtrail.errors import MeshtrailError
from rollout.events import EVENT, Lost

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from rollout.events import Event

_NUMBER: Final = "n"


class JournalNotUsable(MeshtrailError):
    """The journal cannot be read or written; nothing is changed without it."""


class JournalHeld(MeshtrailError):
    """Another run writes the journal."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a journal.

    Attributes:
        events: The events in their order; a `Lost` where lines are missing.
        next_number: What the next line is numbered.
        whole: Whether the last line ends as a line does.
    """

    events: tuple[Event | Lost, ...]
    next_number: int
    whole: bool

    @property
    def damaged(self) -> bool:
        """Whether lines are missing."""
        return any(isinstance(event, Lost) for event in self.events)


def read(data: bytes) -> Reading:
    """Read a journal, whatever a crash left of it."""
    events: list[Event | Lost] = []
    following = 1
    for line in data.split(b"\n"):
        told = _event_of(line)
        if told is None:
            continue
        number, event = told
        if number != following:
            events.append(Lost())
        events.append(event)
        following = number + 1
    return Reading(tuple(events), following, whole=not data or data.endswith(b"\n"))


def read_file(path: Path) -> Reading:
    """Read a journal's file; one that is not there yet says nothing.

    Raises:
        JournalNotUsable: when it is there and cannot be read.
    """
    try:
        return read(path.read_bytes())
    except FileNotFoundError:
        return read(b"")
    except OSError as error:
        raise _not_usable(path, error) from error


def _event_of(line: bytes) -> tuple[int, Event] | None:
    try:
        document: object = json.loads(line)
        if not isinstance(document, dict):
            return None
        fields = cast("dict[str, object]", document)
        number = fields.pop(_NUMBER, None)
        if not isinstance(number, int):
            return None
        return number, EVENT.validate_python(fields)
    except (ValueError, RecursionError, ValidationError):
        return None


def line_of(number: int, event: Event) -> bytes:
    """An event as a line of the journal."""
    document = {_NUMBER: number, **event.model_dump(mode="json", by_alias=True)}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


class Journal:
    """A journal that this process writes, and no other meanwhile.

    Args:
        path: Its file; it and the folders above it are made if they are not there.

    Raises:
        JournalHeld: when another run writes it.
        JournalNotUsable: when it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._broken = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise _not_usable(path, error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.before = read_file(path)
            _sync_folder(path.parent)
        except BlockingIOError as error:
            os.close(self._file)
            raise JournalHeld(
                "Another rollout is running",
                where=str(path),
                remedy="Wait for it (`meshtrail rollout status` shows how far it is), or give another --directory.",
            ) from error
        except BaseException:
            os.close(self._file)
            raise
        self._next = self.before.next_number
        self._torn = not self.before.whole

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._writing:
            self._broken = True  # a thread that still runs must not write to whatever has the number next
            os.close(self._file)

    def write(self, event: Event) -> None:
        """Write an event, and come back when it is on the disk.

        Raises:
            JournalNotUsable: when that failed, now or before: what was to be written down must not happen.
        """
        with self._writing:
            if self._broken:
                raise _not_usable(self._path, OSError("an earlier line could not be written"))
            self._broken = True
            try:
                self._append(b"\n" * self._torn + line_of(self._next, event))
            except OSError as error:
                raise _not_usable(self._path, error) from error
            self._broken = self._torn = False
            self._next += 1

    def _append(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]
        os.fsync(self._file)


def _sync_folder(folder: Path) -> None:
    """Make sure that the file itself survives, not only what is in it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _not_usable(path: Path, error: OSError) -> JournalNotUsable:
    return JournalNotUsable(
        "The journal cannot be used",
        where=str(path),
        why=error.strerror or str(error),
        remedy="Give --directory a folder that you may write to; nothing is rolled out without a journal.",
    )
