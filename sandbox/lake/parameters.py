"""A request's parameters, held to their types: whoever speaks HTTP can send anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.lake.errors import InvalidParameterException

if TYPE_CHECKING:
    from collections.abc import Mapping


class Parameters:
    """The JSON object of one request; a member that is null counts as absent."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def text(self, name: str) -> str | None:
        """A string member, or None."""
        value = self._document.get(name)
        return value if value is None or isinstance(value, str) else self._refuse(name, "a string")

    def required_text(self, name: str) -> str:
        """A string member that has to be there."""
        value = self.text(name)
        return value if value is not None else self._refuse(name, "given")

    def number(self, name: str) -> int | None:
        """An integer member, or None."""
        value = self._document.get(name)
        if isinstance(value, bool) or not (value is None or isinstance(value, int)):
            self._refuse(name, "an integer")
        return value

    def flag(self, name: str) -> bool | None:
        """A boolean member, or None."""
        value = self._document.get(name)
        return value if value is None or isinstance(value, bool) else self._refuse(name, "a boolean")

    def objects(self, name: str) -> list[Mapping[str, Any]] | None:
        """A list of objects, or None."""
        value = self._document.get(name)
        if value is not None and not (
            isinstance(value, list) and all(isinstance(item, dict) for item in value)
        ):
            self._refuse(name, "a list of objects")
        return value

    def time(self, name: str) -> datetime | None:
        """A timestamp member, in seconds since 1970 on the wire, as aware UTC, or None."""
        value = self._document.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._refuse(name, "a number of seconds")
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return self._refuse(name, "a time")

    def _refuse(self, name: str, what: str) -> Any:
        raise InvalidParameterException(f"{name} has to be {what}")
