"""Reading the CloudTrail API's JSON strictly enough that nothing in it is ever overlooked.

A key this package does not know is an error, not noise: a new operator that was silently dropped would make
a selector look wider than it is, and a proof built on it would be wrong. What may be missing (lists, names,
fields with a documented default) may also be null, because SDKs and state files write it either way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from cloudtrail.errors import MeshtrailError

_SHOWN: Final = 80


class MalformedSelector(MeshtrailError):
    """Something that should be an event selector in the CloudTrail API's form is not.

    Attributes:
        path: What is wrong, as it is written in the JSON: `AdvancedEventSelectors[0].FieldSelectors[2].Equals`.
    """

    def __init__(self, path: str, why: str, *, remedy: str = "") -> None:
        super().__init__(
            "This is not an event selector as CloudTrail writes it", where=path, why=why, remedy=remedy
        )
        self.path = path


def quoted(value: object) -> str:
    """The value as ASCII JSON of at most about 80 characters, so that nothing in it can act when it is shown."""
    # Cut before encoding: what AWS stores in a selector may be long, and only the start is shown.
    text = value[: _SHOWN + 1] if isinstance(value, str) else repr(value)[: _SHOWN + 1]
    return json.dumps(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def an_object(value: object, path: str, *, known: frozenset[str]) -> Mapping[str, Any]:
    """The value as a JSON object that has only known keys.

    Raises:
        MalformedSelector: It is something else, or holds a key that is not in `known`.
    """
    if not _is_mapping(value):
        raise MalformedSelector(path, f"an object is expected, not {_kind(value)}")
    for key in value:
        if key not in known:
            raise MalformedSelector(
                path,
                f"the key {quoted(key)} is not known here, so what the selector takes cannot be told",
                remedy=f"Known keys: {', '.join(sorted(known))}.",
            )
    return value


def a_list(value: object, path: str) -> Sequence[Any]:
    """The value as a JSON array; a missing or null one is empty.

    Raises:
        MalformedSelector: It is something else.
    """
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return value  # pyright: ignore[reportUnknownVariableType] # JSON: each item is checked by the caller
    raise MalformedSelector(path, f"a list is expected, not {_kind(value)}")


def a_string(value: object, path: str) -> str:
    """The value as a string.

    Raises:
        MalformedSelector: It is something else.
    """
    if isinstance(value, str):
        return value
    raise MalformedSelector(path, f"a string is expected, not {_kind(value)}")


def strings(value: object, path: str) -> tuple[str, ...]:
    """The value as strings; a missing or null list is empty.

    Raises:
        MalformedSelector: It is not a list, or one of its items is not a string.
    """
    return tuple(a_string(item, f"{path}[{index}]") for index, item in enumerate(a_list(value, path)))


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return "a string"
    return "nothing" if value is None else "a boolean or a number"
