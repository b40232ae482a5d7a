"""The search for event sources in the bytes of a log file.

Python's own search runs at less than half of the C library's speed, and keeps every other thread waiting meanwhile:
next to an inflate and a hash of the same bytes it would be a sixth of the whole. So `memmem` searches where it exists.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        sources: The `eventSource`s asked for. Without any, every file holds what is searched for.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._needles = [source.encode() for source in sources]
        self.overlap = max((len(needle) for needle in self._needles), default=1) - 1
        """How many bytes of one piece have to be searched again with the next one."""

    def within(self, content: bytes) -> bool:
        """Whether one of the sources occurs anywhere in some bytes."""
        contains = _in_large if len(content) >= _WORTH_IT else _in_python
        for needle in self._needles:  # any() would take as long to begin as the search of a record
            if contains(content, needle):
                return True
        return not self._needles
