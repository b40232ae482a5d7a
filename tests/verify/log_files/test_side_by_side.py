from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from verify.log_files.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_results_come_in_the_order_of_the_items() -> None:
    """Whoever finishes first."""
    assert list(side_by_side(lambda number: number * 2, range(50), workers=4)) == list(range(0, 100, 2))


def test_the_work_is_really_done_side_by_side() -> None:
    """Two pieces of work that wait for each other both finish."""
    meet = threading.Barrier(2, timeout=10)

    def wait(_item: int) -> bool:
        meet.wait()
        return True

    assert list(side_by_side(wait, range(2), workers=2)) == [True, True]


def test_items_are_not_taken_further_ahead_than_the_bound() -> None:
    """An endless supply of items is drawn from only as results are used."""
    taken: list[int] = []

    def supply() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = side_by_side(str, supply(), workers=3)
    assert next(results) == "0"
    assert len(taken) <= 7
    results.close()


def test_an_error_comes_where_its_result_would_have_come() -> None:
    """What was done before it is kept."""
    results = side_by_side(lambda number: 6 // number, [3, 2, 0, 1], workers=2)
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)
