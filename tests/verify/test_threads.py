"""Threads are waited for, but not by somebody who has interrupted."""

import threading

import pytest

from verify.threads import threads


def test_work_is_waited_for() -> None:
    """After the block everything is done."""
    done: list[int] = []
    with threads(2, name="test") as pool:
        for number in range(5):
            pool.submit(done.append, number)
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_an_interrupt_waits_for_nothing() -> None:
    """What sleeps is left behind, and what has not begun never does."""
    wake, later = threading.Event(), threading.Event()

    def interrupted() -> None:
        with threads(1, name="test") as pool:
            pool.submit(wake.wait, 60)
            pool.submit(later.set)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not wake.is_set()
    wake.set()
    assert not later.wait(0.2)


def test_a_pool_for_nothing_is_allowed() -> None:
    """A manifest may name no store."""
    with threads(0, name="test") as pool:
        assert pool.submit(int).result() == 0
