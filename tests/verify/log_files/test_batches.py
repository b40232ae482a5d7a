"""Objects some at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from verify.log_files.batches import ALIKE, BYTES, FILES, batches


@given(st.lists(st.integers(min_value=0, max_value=2 * BYTES), max_size=300))
def test_every_object_is_in_one_batch_in_order(sizes: list[int]) -> None:
    """None has more objects, or more bytes before its last one, than the bounds."""
    found = list(batches(sizes, size=lambda size: size))
    assert [size for batch in found for size in batch] == sizes
    assert all(0 < len(batch) <= FILES and sum(batch[:-1]) < BYTES for batch in found)


def test_few_objects_are_for_as_many_threads() -> None:
    """Sixty objects would otherwise be fetched by four."""
    assert len(list(batches(range(ALIKE), size=lambda _: 1))) == ALIKE
    assert len(list(batches(range(100), size=lambda _: 1))) > 2 * ALIKE


def test_many_objects_come_in_full_batches() -> None:
    """To hand over is what costs."""
    *_, before_last, _last = batches(range(10_000), size=lambda _: 1)
    assert len(before_last) == FILES
