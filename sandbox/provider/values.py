"""The one value a property can have that is not a value: not known yet.

In a preview, whatever AWS will choose (an ARN, a key id) is `UNKNOWN`, and so is everything computed from it.
"""

from __future__ import annotations

from typing import Any, Final, cast


class Unknown:
    """The type of `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unknown>"

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self


UNKNOWN: Final = Unknown()


def holds_unknown(value: Any) -> bool:
    """Whether an unknown lies anywhere in the value."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, dict):
        return any(holds_unknown(item) for item in cast("dict[str, Any]", value).values())
    if isinstance(value, list):
        return any(holds_unknown(item) for item in cast("list[Any]", value))
    return False
