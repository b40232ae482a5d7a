from __future__ import annotations

import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from verify.log_files.budget import SMALL, Budget

_LARGE = SMALL + 1


def test_no_more_bytes_are_under_way_than_allowed() -> None:
    """However many threads there are, and whatever each asks for."""
    budget = Budget(5 * _LARGE)
    under_way, most = 0, 0
    counting = threading.Lock()

    def work(number: int) -> None:
        nonlocal under_way, most
        size = (1 + number % 3) * _LARGE
        with budget.taken(size):
            with counting:
                under_way += size
                most = max(most, under_way)
            time.sleep(0.001)
            with counting:
                under_way -= size

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(200)))
    assert 3 * _LARGE < most <= 5 * _LARGE
    with budget.taken(5 * _LARGE):  # all of it was given back
        pass


def test_who_asks_first_is_served_first() -> None:
    """A large one is not overtaken by smaller ones for which there would be room, or it would wait for ever."""
    budget = Budget(4 * _LARGE)
    served: list[str] = []

    def take(name: str, size: int) -> None:
        with budget.taken(size):
            served.append(name)

    with ThreadPoolExecutor(2) as pool:
        with budget.taken(2 * _LARGE):
            large = pool.submit(take, "large", 3 * _LARGE)
            time.sleep(0.05)
            small = pool.submit(take, "small", 2 * _LARGE)
            time.sleep(0.05)
            assert served == []
        for future in (large, small):
            future.result(timeout=10)
    assert served == ["large", "small"]


def test_each_thread_is_woken_once() -> None:
    """Not whenever anybody gives something back, to find that it is taken again: 64 threads would wake 2,000 times."""
    budget = Budget(_LARGE)

    def work() -> None:
        with budget.taken(_LARGE):
            time.sleep(0.002)

    workers = [threading.Thread(target=work) for _ in range(64)]
    with budget.taken(_LARGE):
        for worker in workers:
            worker.start()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
    for worker in workers:
        worker.join()
    # Counted, a little more than three each; were all of them woken by each, 76 each.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before < 20 * len(workers)


def test_one_larger_than_all_goes_alone() -> None:
    """Else it would never be read."""
    budget = Budget(2 * _LARGE)
    with budget.taken(9 * _LARGE):
        pass


def test_a_small_object_waits_for_nobody() -> None:
    """It counts for nothing."""
    budget = Budget(_LARGE)
    with budget.taken(_LARGE), budget.taken(SMALL):
        pass


def test_bytes_are_given_back_after_an_error() -> None:
    """Else nothing would be read after some broken files."""
    budget = Budget(_LARGE)
    with pytest.raises(ZeroDivisionError), budget.taken(_LARGE):
        _ = 1 // 0
    with budget.taken(_LARGE):
        pass
