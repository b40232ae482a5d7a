"""Small objects by the dozen, to threads: handing over one by one would cost as much as fetching one."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from concurrent.futures import Future

    from verify.objects import ObjectInfo

Result = TypeVar("Result")

FILES: Final = 32
"""How many objects a batch has at most."""
BYTES: Final = 256 * 1024
"""From how many bytes on, as stored, a batch is full: large objects go one by one."""


def batches(infos: Iterable[ObjectInfo]) -> Generator[list[ObjectInfo]]:
    """The objects in their order, some at a time."""
    batch: list[ObjectInfo] = []
    size = 0
    for info in infos:
        batch.append(info)
        size += info.size
        if len(batch) >= FILES or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def side_by_side(
    work: Callable[[list[ObjectInfo]], Sequence[Result]], todo: Iterable[list[ObjectInfo]], *, workers: int
) -> Generator[Sequence[Result]]:
    """Do the work for every batch in a pool of threads; results come in the order of the batches.

    At most twice as many batches as workers are taken ahead. When the consumer stops, for whatever reason, what was
    not begun is dropped.
    """
    under_way: deque[Future[Sequence[Result]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="log-file") as pool:
        try:
            for batch in todo:
                under_way.append(pool.submit(work, batch))
                if len(under_way) >= 2 * workers:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
