"""Property values as they travel between a Pulumi program and its engine.

A protobuf `Struct` holds JSON plus two things JSON has no word for: a value that is not known yet (in a
preview) and a secret. Both travel as marked objects; here they are `UNKNOWN` and `Secret`.
Numbers travel as floats; whole ones are read back as ints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from sandbox.provider.values import UNKNOWN, Unknown

_MARK: Final = rpc._special_sig_key  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the protocol's constant has no public name
_SECRET: Final = rpc._special_secret_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # same
_RESOURCE: Final = rpc._special_resource_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # same
_OUTPUT: Final = rpc._special_output_value_sig  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # same


class UnsupportedValue(Exception):  # named for what it is; the engine words it for the reader
    """A kind of value the engine cannot carry, such as an asset or an archive."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown; `value` may hold `UNKNOWN`."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


def from_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Read a message's properties; nested values may be `UNKNOWN` or `Secret`.

    Raises:
        UnsupportedValue: for an asset, an archive or any other marked object.
    """
    document = json_format.MessageToDict(struct)
    return {key: _decode(value) for key, value in document.items()}


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write properties for a message; the reverse of `from_struct`."""
    struct = struct_pb2.Struct()
    struct.update({key: encode(value) for key, value in properties.items() if value is not None})
    return struct


def encode(value: Any) -> Any:
    """One value as JSON, with unknowns and secrets as the protocol marks them."""
    if isinstance(value, Unknown):
        return rpc.UNKNOWN
    if isinstance(value, Secret):
        return {_MARK: _SECRET, "value": encode(value.value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(item) for item in value]
    return value


def decode(value: Any) -> Any:
    """One value from JSON; the reverse of `encode`."""
    return _decode(value)


def reveal(value: Any) -> Any:
    """The value without its secret marks, at every depth: what a provider is given."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [reveal(item) for item in cast("list[Any]", value)]
    return value


def holds_secret(value: Any) -> bool:
    """Whether a secret lies anywhere in the value."""
    if isinstance(value, Secret):
        return True
    if isinstance(value, dict):
        return any(holds_secret(item) for item in cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        return any(holds_secret(item) for item in cast("list[Any]", value))
    return False


def _decode(value: Any) -> Any:
    if isinstance(value, str):
        return UNKNOWN if value == rpc.UNKNOWN else value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_decode(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        document = cast("dict[str, Any]", value)
        if _MARK in document:
            return _decode_marked(document)
        return {key: _decode(item) for key, item in document.items()}
    return value


def _decode_marked(document: dict[str, Any]) -> Any:
    kind = document[_MARK]
    if kind == _SECRET:
        return Secret(_decode(document.get("value")))
    if kind == _OUTPUT:
        inner = _decode(document["value"]) if "value" in document else UNKNOWN
        return Secret(inner) if document.get("secret") else inner
    if kind == _RESOURCE:
        # The AWS provider does not take resource references: the engine hands it the id in their place.
        return _decode(document.get("id", document.get("urn")))
    raise UnsupportedValue("Assets and archives are not among the values the sandbox's engine carries.")
