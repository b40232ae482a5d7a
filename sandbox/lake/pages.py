"""Pages of a list, and the tokens that lead from one to the next.

A token is good for the question it was given for: the API reference says of InvalidNextTokenException that
a token "used in a request with different parameters" is refused too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, TypeVar

from sandbox.lake.errors import InvalidMaxResultsException, InvalidNextTokenException
from sandbox.lake.limits import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

_Item = TypeVar("_Item")


def page(
    items: Sequence[_Item],
    *,
    question: str,
    token: str | None,
    size: int | None,
    default_size: int = PAGE_SIZE,
) -> tuple[Sequence[_Item], str | None]:
    """One page of `items` and the token of the next, None on the last.

    Args:
        items: The whole list.
        question: What the list answers; a token of another question is refused.
        token: Where to go on; None begins at the start.
        size: Items asked for, 1 to 1000.
        default_size: Items when `size` is None.

    Raises:
        InvalidMaxResultsException: when `size` is out of range.
        InvalidNextTokenException: when the token is not one of this question's.
    """
    if size is not None and not 1 <= size <= PAGE_SIZE:
        raise InvalidMaxResultsException(
            f"{size} results a page were asked for; 1 to {PAGE_SIZE} are possible"
        )
    start = _start(token, question)
    end = start + (size or default_size)
    return items[start:end], _token(end, question) if end < len(items) else None


def _token(position: int, question: str) -> str:
    return base64.urlsafe_b64encode(f"{position}:{_mark(question)}".encode()).decode()


def _start(token: str | None, question: str) -> int:
    if token is None:
        return 0
    try:
        position, _, mark = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if mark == _mark(question) and position.isdecimal():
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise InvalidNextTokenException("The token does not belong to this request")


def _mark(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]
