"""What a recorded call asked for: `requestParameters`, spelt one way. Pure.

The first letter of their keys is upper case in some services' records and lower case in others'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

Request: TypeAlias = "dict[str, Any]"
"""What a call asked for, every key beginning in lower case."""


def request_of(parameters: Mapping[str, Any] | None) -> Request | None:
    """A record's `requestParameters`, every key beginning in lower case; None when there are none."""
    return None if parameters is None else cast("Request", _lowered(parameters))


def is_off(request: Request, key: str) -> bool:
    """Whether a request turned a switch off."""
    return str(request.get(key)).lower() == "false"


def inside(value: object, key: str) -> Request:
    """What a request holds under a key, if that is an object; else nothing."""
    inner: object = cast("dict[str, object]", value).get(key) if isinstance(value, Mapping) else None
    return dict(cast("Mapping[str, Any]", inner)) if isinstance(inner, Mapping) else {}


_VERBATIM: Final = {"bucketPolicy", "policy"}
"""A policy's own keys mean what they say as they are written."""


def _lowered(value: object) -> object:
    if isinstance(value, Mapping):
        items = (
            (key[:1].lower() + key[1:], item) for key, item in cast("Mapping[str, object]", value).items()
        )
        return {key: item if key in _VERBATIM else _lowered(item) for key, item in items}
    if isinstance(value, list):
        return [_lowered(item) for item in cast("list[object]", value)]
    return value


def raised(value: object) -> object:
    """With upper case first letters, as the API writes selectors."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {key[:1].upper() + key[1:]: raised(item) for key, item in items}
    if isinstance(value, list):
        return [raised(item) for item in cast("list[object]", value)]
    return value
