"""Property names on their way to AWS and back: `sseAlgorithm` for Pulumi is `SSEAlgorithm` for S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_aws(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """Every key with a capital first letter, or as `names` says; None members are left out."""
    if isinstance(value, dict):
        return {
            (names or {}).get(key, key[0].upper() + key[1:]): to_aws(item, names)
            for key, item in cast("dict[str, Any]", value).items()
            if item is not None
        }
    if isinstance(value, list):
        return [to_aws(item, names) for item in cast("list[Any]", value)]
    return value


def from_aws(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """The reverse of `to_aws`, with the same `names`."""
    back = {aws: name for name, aws in (names or {}).items()}
    if isinstance(value, dict):
        return {
            back.get(key, key[0].lower() + key[1:]): from_aws(item, names)
            for key, item in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [from_aws(item, names) for item in cast("list[Any]", value)]
    return value
