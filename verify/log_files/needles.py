"""The search for event sources in the bytes of a log file.

Python's own search runs at less than half of the C library's speed, and keeps every other thread waiting meanwhile:
next to an inflate and a hash of the same bytes it would be a sixth of the whole. So `memmem` searches where it exists.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_NAME: Final = b"eventSource"
_BLANKS: Final = b" \t\r\n"
_QUOTE: Final = ord('"')
_AROUND: Final = 128
"""How many bytes before a source are looked at: its field's name, all of it escaped even, and some blanks."""
_MENTIONS: Final = 64
"""How often a source may be spoken of until reading the records is cheaper than looking around it."""
_WORTH_IT: Final = 16 * 1024
"""From how many bytes on the call into the C library pays."""


def _in_python(content: bytes, needle: bytes) -> bool:
    return needle in content


def _fastest() -> Callable[[bytes, bytes], bool]:
    try:
        memmem = ctypes.CDLL(None).memmem
    except (AttributeError, OSError, TypeError):  # not every platform's C library has it, nor can name itself
        return _in_python
    memmem.restype = ctypes.c_void_p
    memmem.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def in_c(content: bytes, needle: bytes) -> bool:
        return memmem(content, len(content), needle, len(needle)) is not None

    return in_c


_in_large: Final = _fastest()


class Needles:
    """What is searched for; one for all files.

    Args:
        sources: The `eventSource`s asked for. Without any, nothing is searched.

    Attributes:
        sources: The same.
        overlap: How many bytes of one piece have to be searched again with the next one.
    """

    def __init__(self, sources: Collection[str]) -> None:
        self.sources = frozenset(sources)
        self._needles = [source.encode() for source in sorted(self.sources)]
        self.overlap = max((len(needle) for needle in self._needles), default=1) - 1

    def within(self, content: bytes) -> bool:
        """Whether a record of one of the sources may lie in some bytes, or begin before or end behind them.

        Where a source is certainly no `eventSource` it does not count: logs speak of services, in policies above all.
        """
        contains = _in_large if len(content) >= _WORTH_IT else _in_python
        for needle in self._needles:  # any() would take as long to begin as the search of a record
            if not contains(content, needle):
                continue
            if _may_be_source(content, needle):
                return True
        return False


def _may_be_source(content: bytes, needle: bytes) -> bool:
    """Whether a needle that occurs may be the value of `eventSource` somewhere, by what lies around it."""
    place = content.find(needle)
    for _ in range(_MENTIONS):
        end = place + len(needle)
        if place < _AROUND or end == len(content):
            return True  # what lies around it is not all here
        if content[end] == _QUOTE and _may_name_source(content[place - _AROUND : place]):
            return True
        place = content.find(needle, end)
        if place < 0:
            return False
    return True


def _may_name_source(before: bytes) -> bool:
    """Whether these bytes end with `"eventSource":"`, however it is spelled: with blanks, or escaped."""
    if not before.endswith(b'"'):
        return False
    rest = before[:-1].rstrip(_BLANKS)
    if rest and not rest.endswith(b":"):
        return False
    rest = rest[:-1].rstrip(_BLANKS)
    if rest and not rest.endswith(b'"'):
        return False
    _, quote, name = rest[:-1].rpartition(b'"')
    return not quote or name == _NAME or b"\\" in name
