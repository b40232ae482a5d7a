"""How strongly a number of events is coloured, in the matrix and in charts alike."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

STEPS: Final = 5
"""How many colours there are: `--h1` to `--h5`."""


class Heat:
    """Colours from one event up to the most there are: each step is as many times more as the one before.

    Attributes:
        steps: From how many events on each colour is taken; whole numbers, of one digit and zeros.
    """

    def __init__(self, most: int) -> None:
        steps = [1]
        while len(steps) < STEPS:
            steps.append(max(_round(most ** (len(steps) / STEPS)), steps[-1] + 1))
        self.steps = tuple(steps)

    def step(self, events: int) -> int:
        """Which colour a number of events takes, from 1; 0 for none."""
        return bisect_right(self.steps, events)


def _round(number: float) -> int:
    size = 10 ** (len(str(int(number))) - 1)
    return round(number / size) * size
