"""How far a check says it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.verify.integrity.world import HOUR, START, World
from verify.integrity.told import EVERY, Told
from verify.window import Window

WINDOW = Window(START, START + 128 * HOUR)


class Watched:
    """A step that remembers what it was told."""

    def __init__(self) -> None:
        self.parts: list[int] = []
        self.shares: list[float] = []

    def __call__(self, parts: int, /) -> None:
        """Remember parts."""
        self.parts.append(parts)

    def reached(self, share: float, /) -> None:
        """Remember a share."""
        self.shares.append(share)


def test_the_rest_of_the_window_is_taken_to_be_like_what_was_read() -> None:
    """Half of the digest files name three log files each: an eighth of all objects was read, and the guess holds."""
    step = Watched()
    told = Told(step, WINDOW)
    for hour in range(1, 129):
        told.digest(START + hour * HOUR, 3)
    for _ in range(6):
        told.logs(64)
    assert step.parts == [EVERY] * 8
    assert step.shares == pytest.approx([number / 8 for number in range(1, 9)])


def test_what_no_digest_file_names_never_makes_more_than_the_whole() -> None:
    """Nor do digest files that end behind the window."""
    step = Watched()
    told = Told(step, WINDOW)
    for hour in range(100, 100 + EVERY):
        told.digest(START + hour * HOUR + timedelta(minutes=1), 0)
    told.logs(1000)
    assert step.shares == [1.0, 1.0]


def test_few_objects_are_told_at_the_end() -> None:
    """Six digest files and twelve log files in one call."""
    step = Watched()
    World().hours(6).check(progress=step)
    assert step.parts == [18]
    assert step.shares == []
