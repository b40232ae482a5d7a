"""Work done side by side, with a bound on how much of it is under way."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int,
    weigh: Callable[[Item], int] = lambda _item: 0,
    most: int = 0,
) -> Generator[Result]:
    """Do the work for every item in a pool of threads; results come in the order of the items.

    An exception of the work is raised where its result would have come. Then, or when the consumer stops for whatever
    reason, what was not begun is dropped.

    Args:
        work: What is done with each item.
        items: What it is done with. At most twice as many as there are workers are taken ahead, so neither the
            items nor the results pile up.
        workers: How many threads there are.
        weigh: What the result of an item may weigh, in any unit.
        most: How much the results under way may weigh together; a single heavier one goes alone.
    """
    under_way: deque[tuple[Future[Result], int]] = deque()
    weight = 0
    with ThreadPoolExecutor(workers, thread_name_prefix="objects") as pool:
        try:
            for item in items:
                its = weigh(item)
                while under_way and (len(under_way) >= 2 * workers or weight + its > most > 0):
                    future, gone = under_way.popleft()
                    weight -= gone
                    yield future.result()
                under_way.append((pool.submit(work, item), its))
                weight += its
            while under_way:
                yield under_way.popleft()[0].result()
        finally:
            for future, _ in under_way:
                future.cancel()
