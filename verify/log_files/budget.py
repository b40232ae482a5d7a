"""A bound on how many bytes are under way, shared by threads."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

SMALL: Final = 256 * 1024
"""An object of up to so many bytes is not counted: a thread each of these is no matter."""


class Budget:
    """So many bytes may be under way at a time.

    Args:
        total: How many; one object that weighs more goes alone.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._free = total
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, size: int) -> Generator[None]:
        """Hold so many bytes while the block runs; waits until there are as many."""
        if size <= SMALL:
            yield
            return
        size = min(size, self._total)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            with self._changed:
                self._free += size
                self._changed.notify_all()
