"""Threads that do not keep a person waiting who has pressed Ctrl-C."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def threads(count: int, *, name: str) -> Generator[ThreadPoolExecutor]:
    """A pool of threads whose work is waited for at the end, unless somebody interrupts.

    A probe or a query may sleep for a quarter of an hour; the command line ends the process under it.

    Args:
        count: How many; one at least.
        name: What the threads are called.
    """
    pool = ThreadPoolExecutor(max(count, 1), thread_name_prefix=name)
    wait = True
    try:
        yield pool
    except KeyboardInterrupt:
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=not wait)
