"""Tags: what to set and what to take away, in the two shapes AWS writes them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def as_list(tags: Mapping[str, Any], key: str = "Key", value: str = "Value") -> list[dict[str, Any]]:
    """Tags as the list most services take; KMS calls its members `TagKey` and `TagValue`."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def as_map(tags: Iterable[Mapping[str, Any]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    """A service's list of tags as a map; tags AWS puts on itself are left out."""
    return {str(tag[key]): str(tag.get(value, "")) for tag in tags if not str(tag[key]).startswith("aws:")}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What to set and which keys to take away, to get from the old tags to the new ones."""
    return (
        {key: value for key, value in new.items() if old.get(key) != value},
        sorted(key for key in old if key not in new),
    )
