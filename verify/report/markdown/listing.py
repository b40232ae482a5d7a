"""Lists beside the findings, each within a room of its own, so that none crowds out a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM: Final = 96 * 1024
"""Bytes for each of the lists beside the findings: coverage gaps, what is accepted, what passed, ..."""

ALL: Final = "`report.json` has all of them"


def listed(lines: list[str], noun: str) -> Iterator[str]:
    """The lines that fit beside the findings, and how many more there are."""
    room, shown = ROOM, 0
    while shown < len(lines) and (room := room - size(lines[shown])) >= 0:
        shown += 1
    yield "\n".join(lines[:shown])
    if shown < len(lines):
        yield f"*and {plural(len(lines) - shown, noun)} more; {ALL}.*"


def size(block: str) -> int:
    """The bytes that a block takes, with the blank line after it."""
    return len(block.encode()) + 2
