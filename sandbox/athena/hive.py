"""Hive's column types as Arrow's, and JSON values as values of theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

import pyarrow as pa

from sandbox.athena.errors import QueryFailed

_TEXT: Final = pa.string()
_COMPACT: Final = (",", ":")


def arrow_type(hive: str) -> pa.DataType:
    """A Hive type as Arrow's: `string`, `struct<name:type,...>`, `array<type>` and `map<type,type>`.

    Raises:
        QueryFailed: for every other type.
    """
    outer, bracket, inner = hive.strip().partition("<")
    if not bracket and outer.lower() == "string":
        return _TEXT
    if bracket and inner.endswith(">"):
        parts = _parts(inner[:-1])
        match outer.lower():
            case "array" if len(parts) == 1:
                return pa.list_(arrow_type(parts[0]))
            case "map" if len(parts) == 2:  # noqa: PLR2004 -- a key and a value
                return pa.map_(arrow_type(parts[0]), arrow_type(parts[1]))
            case "struct":
                fields = [part.partition(":") for part in parts]
                return pa.struct([(name.strip(), arrow_type(kind)) for name, _, kind in fields])
            case _:
                pass
    raise QueryFailed(f"HIVE_INVALID_METADATA: the sandbox has no columns of type {hive}")


def value_of(value: Any, kind: pa.DataType) -> Any:
    """A JSON value as a value of a type; what does not fit is null, and what is open is text of JSON."""
    if value is None:
        return None
    if pa.types.is_string(kind):
        return value if isinstance(value, str) else json.dumps(value, separators=_COMPACT, ensure_ascii=False)
    if pa.types.is_list(kind):
        items = cast("list[Any]", value) if isinstance(value, list) else []
        return [value_of(item, kind.value_type) for item in items]
    if not isinstance(value, Mapping):
        return None
    document = cast("Mapping[str, Any]", value)
    if pa.types.is_map(kind):
        return [(str(key), value_of(item, kind.item_type)) for key, item in document.items()]
    named = {key.lower(): item for key, item in document.items()}
    return {field.name: value_of(named.get(field.name), field.type) for field in kind.fields}


def _parts(inner: str) -> list[str]:
    """The parts of what is between angle brackets, divided by the commas of the outermost level."""
    parts, depth = [""], 0
    for character in inner:
        depth += {"<": 1, ">": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
