"""How far a check is, told some objects at a time and with its share of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from verify.progress import Step
    from verify.window import Window

EVERY: Final = 64
"""After how many objects progress is told: each time costs as much as a small object."""


class Told:
    """Tells a step how far a check is: first through its digest files, then through its log files.

    While digest files are read, the rest of the window is taken to be as dense as what was read of it. What they name
    is known when they are through.

    Args:
        step: Who is told.
        window: The times that are checked.
    """

    def __init__(self, step: Step, window: Window) -> None:
        self._step = step
        self._window = window
        self._digests = self._named = self._logs = self._waiting = 0

    def digest(self, end: datetime, logs: int) -> None:
        """Count a digest file.

        Args:
            end: Where its period ends.
            logs: How many log files it names.
        """
        self._digests += 1
        self._named += logs
        passed = (end - self._window.start) / (self._window.end - self._window.start)
        self._count(1, share=min(max(passed, 0.0), 1.0) * self._digests / (self._digests + self._named))

    def logs(self, count: int) -> None:
        """Count some log files, those among them that nothing names."""
        self._logs += count
        done = self._digests + self._logs
        self._count(count, share=done / max(self._digests + self._named, done))

    def all(self) -> None:
        """Tell what was not told yet."""
        self._step(self._waiting)
        self._waiting = 0

    def _count(self, count: int, *, share: float) -> None:
        self._waiting += count
        if self._waiting >= EVERY:
            self.all()
            self._step.reached(share)
