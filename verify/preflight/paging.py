"""Listings that come in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.aws import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def pages(
    operation: Callable[..., dict[str, Any]],
    key: str,
    *,
    action: str,
    where: str,
    **of: Any,
) -> Iterator[dict[str, Any]]:
    """What a listing of AWS Organizations holds; a page may be empty and still not be the last.

    Args:
        operation: The client's method.
        key: What its answer calls the items.
        action: The IAM action, for the error.
        where: What is asked about, for the error.
        of: The request.

    Raises:
        CannotLook: when AWS does not answer.
    """
    token: dict[str, str] = {}
    while True:
        with asking(action, where):
            page = operation(**of, **token)
        yield from page.get(key, ())
        if not page.get("NextToken"):
            return
        token = {"NextToken": str(page["NextToken"])}
