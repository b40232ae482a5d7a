from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from verify.log_files.budget import SMALL
from verify.log_files.turns import Turns


def test_no_more_large_objects_than_there_are_turns_are_worked_on() -> None:
    """However many threads there are."""
    turns = Turns(2)
    at_work, most = 0, 0
    counting = threading.Lock()

    def work(_number: int) -> None:
        nonlocal at_work, most
        with turns.taken(SMALL + 1):
            with counting:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.001)
            with counting:
                at_work -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert most == 2


def test_a_small_object_waits_for_nobody() -> None:
    """It is done sooner than its turn would come."""
    turns = Turns(1)
    with turns.taken(SMALL + 1), turns.taken(SMALL):
        pass


def test_a_turn_is_given_back_after_an_error() -> None:
    """Else the last processor would stand still."""
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.taken(SMALL + 1):
        _ = 1 // 0
    with turns.taken(SMALL + 1):
        pass


def test_every_processor_has_work_by_default() -> None:
    """One large object at least goes on while another waits, on one processor even."""
    turns = Turns()
    with turns.taken(SMALL + 1), turns.taken(SMALL + 1):
        pass
