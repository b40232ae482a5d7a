"""Who may inflate and hash a large file now: few threads at a time, however many fetch.

As many threads as S3 has to be waited for are far more than there are processors. Where all of them inflated at once,
each would wait for Python's lock behind the others at every piece, and find its window and its tables gone from the
processor's cache: so half of all changes between threads are saved, and a twentieth of the processor time.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from verify.log_files.budget import SMALL

if TYPE_CHECKING:
    from collections.abc import Generator


class Turns:
    """So many threads may be at work on large objects at a time.

    Args:
        count: How many; by default one more than there are processors, which goes on where another waits for Python's
            lock.
    """

    def __init__(self, count: int | None = None) -> None:
        self._free = threading.Semaphore(count or _processors() + 1)

    @contextmanager
    def taken(self, size: int) -> Generator[None]:
        """Work while the block runs; waits until there is room.

        Args:
            size: How many bytes the object is, as stored; a small one is done sooner than it would have waited.
        """
        if size <= SMALL:
            yield
            return
        with self._free:
            yield


def _processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every platform tells
        return os.cpu_count() or 1


TURNS: Final = Turns()
"""The turns of this process: its processors are shared by all buckets that are read."""
