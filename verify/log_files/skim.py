"""One pass over a log file while it is inflated: its hash, and whether it has to be parsed, or what it says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from verify.log_files.stream import END, START, RecordStream
from verify.objects import inflate_pieces

if TYPE_CHECKING:
    from verify.log_files.needles import Needles

_TAIL: Final = 64
"""How far behind the end the end is looked for: more white space than that is not how CloudTrail ends a file."""


class Skim:
    """What one pass over a log file tells; the file itself is not held.

    Where a source occurs in its first piece already, which is all of a small file, its records are read in passing.

    Args:
        body: The file as stored.
        limit: The most it may inflate to, in bytes.
        needles: What is searched for; when that is nothing, the file is hashed and no more.

    Attributes:
        sha256: The SHA-256 of the inflated bytes, in lower-case hexadecimal.
        parse: Whether it has to be parsed: a source occurs in it, or it does not look whole from outside,
            and somebody has to say why.
        facts: What it says, when its records were read in passing.

    Raises:
        InflateError: when it is not one whole gzip stream.
    """

    def __init__(self, body: bytes | memoryview, *, limit: int, needles: Needles) -> None:
        self._needles = needles
        self._found = False
        self._tail = b""
        self._stream: RecordStream | None = None
        sha256 = hashlib.sha256()
        if not needles.sources:
            for piece in inflate_pieces(body, limit):
                sha256.update(piece)
            self.sha256, self.parse, self.facts = sha256.hexdigest(), False, None
            return
        start = b""
        for piece in inflate_pieces(body, limit):
            sha256.update(piece)
            self._search(piece, first=not start)
            if len(start) < len(START):
                start += piece[: len(START)]
        self.sha256 = sha256.hexdigest()
        whole = start.startswith(START) and self._tail[-_TAIL:].rstrip().endswith(END)
        self.parse = self._found or not whole
        self.facts = self._stream.facts(self.sha256) if self._stream else None

    def _search(self, piece: bytes, *, first: bool) -> None:
        if not self._found:
            seam = self._needles.overlap
            self._found = self._needles.within(piece) or (
                # A source may begin in one piece and end in the next.
                bool(self._tail and seam) and self._needles.within(self._tail[-seam:] + piece[:seam])
            )
            if self._found and first:
                self._stream = RecordStream(self._needles)
        if self._stream and not self._stream.feed(piece):
            self._stream = None
        kept = _TAIL + self._needles.overlap
        self._tail = (self._tail + piece[-kept:])[-kept:]
