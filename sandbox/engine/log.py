"""What a program logged while it ran."""

from __future__ import annotations

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line.

    Attributes:
        severity: `info`, `warning`, `error`, or `debug` for a traceback.
        message: The text.
        urn: The resource it is about, or empty.
    """

    severity: str
    message: str
    urn: str = ""


class Log:
    """The lines of one run, in order; may be written to from many threads."""

    def __init__(self) -> None:
        self._lines: list[LogLine] = []
        self._lock = threading.Lock()

    def add(self, line: LogLine) -> None:
        """Append a line."""
        with self._lock:
            self._lines.append(line)

    @property
    def lines(self) -> list[LogLine]:
        """A copy of the lines."""
        with self._lock:
            return list(self._lines)
