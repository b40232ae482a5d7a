"""An event loop on a clock that only simulated waiting moves: what would take minutes is over as soon as it is counted.

When nobody has anything to do, the clock moves on to whoever is due first. The work itself takes no time on it.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

_Answer = TypeVar("_Answer")


class _Clock(selectors.DefaultSelector):
    """Waits for nothing, and counts what would have been waited."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        self.now += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop."""

    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(self._clock)

    def time(self) -> float:
        """Simulated seconds since the loop was made."""
        return self._clock.now


def run_virtually(work: Coroutine[object, object, _Answer]) -> tuple[_Answer, float]:
    """What a coroutine returns, and how many simulated seconds it took."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work), loop.time()
    finally:
        loop.close()
