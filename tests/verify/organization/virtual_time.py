"""An event loop whose clock is only counted: what would take hours is over at once, and always the same."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Result = TypeVar("Result")


class _Counting(selectors.DefaultSelector):
    """Waits for nothing, and counts what would have been waited."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready at once; nothing comes from outside."""
        if timeout is None:
            raise AssertionError("everybody waits for somebody else")
        self.now += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a clock that is only counted."""

    def __init__(self) -> None:
        self._counting = _Counting()
        super().__init__(self._counting)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._counting.now


def run_virtually(work: Coroutine[object, object, Result]) -> tuple[Result, float]:
    """What a coroutine returns, and how many seconds it would have taken."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work), loop.time()
    finally:
        loop.close()
