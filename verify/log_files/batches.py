"""Small objects some at a time: to hand them to threads one by one would cost as much as to fetch them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

Item = TypeVar("Item")

FILES: Final = 16
"""How many objects a batch has at most. A thread fetches them one after another, so the last batch of many may leave
the other threads idle for so many answers."""
ALIKE: Final = 32
"""After how many batches they grow by one object: the first have one, so that a few objects too keep many threads
busy."""
BYTES: Final = 256 * 1024
"""From how many bytes on, as stored, a batch is full: large objects go one by one."""


def batches(items: Iterable[Item], *, size: Callable[[Item], int]) -> Generator[list[Item]]:
    """The items in their order, some at a time.

    Args:
        items: Objects, or what stands for them.
        size: How many bytes one of them is, as stored.
    """
    batch: list[Item] = []
    total = given = 0
    for item in items:
        batch.append(item)
        total += size(item)
        if len(batch) >= min(1 + given // ALIKE, FILES) or total >= BYTES:
            yield batch
            batch, total, given = [], 0, given + 1
    if batch:
        yield batch
