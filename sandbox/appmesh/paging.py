"""Lists in pages: `limit`, `nextToken` and the opaque token between them.

A token holds the last name of its page, and the next page starts behind that name. So what comes or goes
between two pages never makes a resource appear twice, nor hides one that was there all along.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sandbox.appmesh.exceptions import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = TypeVar("Item")


def page(
    items: Mapping[str, Item], *, listing: tuple[str, ...], limit: int, token: str | None
) -> tuple[list[Item], str | None]:
    """One page of a list, in the order of names.

    Args:
        items: Everything in the list, by name.
        listing: What is listed (the operation and the names it was asked for); a token is good for that only.
        limit: The most items to return, at least 1.
        token: The token of the page before; None for the first page.

    Returns:
        The items, and the token of the next page: None when this one is the last.

    Raises:
        BadRequest: The token is not one that this list gave.
    """
    after = None if token is None else _read(token, listing)
    names = sorted(name for name in items if after is None or name > after)
    shown = names[:limit]
    more = len(names) > limit
    return [items[name] for name in shown], _write(shown[-1], listing) if more else None


def _write(last: str, listing: tuple[str, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps([*listing, last]).encode()).decode()


def _read(token: str, listing: tuple[str, ...]) -> str:
    try:
        content: Any = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        content = None
    if not isinstance(content, list):
        raise BadRequest("The nextToken is not valid.")
    parts = cast("list[object]", content)
    if parts[:-1] != list(listing) or len(parts) != len(listing) + 1 or not isinstance(parts[-1], str):
        raise BadRequest("The nextToken does not belong to this request.")
    return parts[-1]
