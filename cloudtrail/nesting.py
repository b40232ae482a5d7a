"""How deep a JSON document is nested, told without recursion: what is nested too deeply exhausts the stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast


def is_nested_deeper(document: object, levels: int) -> bool:
    """Whether more than `levels` objects and lists of a document, itself included, lie in each other."""
    level: list[object] = [document]
    for _ in range(levels):
        level = [inner for value in level for inner in _items(value) if isinstance(inner, Mapping | list)]
        if not level:
            return False
    return True


def _items(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(cast("Mapping[str, object]", value).values())
    return cast("list[object]", value) if isinstance(value, list) else []
