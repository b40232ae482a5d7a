"""Text as SQL: the only functions by which text becomes part of a statement."""

from __future__ import annotations


def literal(text: str) -> str:
    """A text as a SQL literal, in Trino's words."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier, in Trino's words."""
    return '"' + name.replace('"', '""') + '"'
