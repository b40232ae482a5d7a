from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.lake.errors import InvalidMaxResultsException, InvalidNextTokenException
from sandbox.lake.pages import page


@given(items=st.lists(st.integers(), max_size=50), size=st.integers(1, 60))
def test_pages_put_together_are_the_list(items: list[int], size: int) -> None:
    """Whatever the page size, following the tokens gives every item once and in order."""
    found: list[int] = []
    token: str | None = None
    while True:
        part, token = page(items, question="q", token=token, size=size)
        assert len(part) <= size
        found += part
        if token is None:
            break
    assert found == items


@pytest.mark.parametrize("size", [0, -1, 1001])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    """1 to 1000 items a page."""
    with pytest.raises(InvalidMaxResultsException):
        page([1], question="q", token=None, size=size)


@pytest.mark.parametrize("token", ["", "nonsense", "é", base64.b64encode(b"1:abc").decode()])
def test_a_forged_token_is_refused(token: str) -> None:
    """A token that was not given out leads nowhere."""
    with pytest.raises(InvalidNextTokenException):
        page([1, 2], question="q", token=token, size=1)


def test_a_token_of_another_question_is_refused() -> None:
    """A token is good for the question it was given for."""
    _, token = page([1, 2], question="q", token=None, size=1)
    with pytest.raises(InvalidNextTokenException):
        page([1, 2], question="other", token=token, size=1)
