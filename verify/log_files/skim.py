"""One pass over a log file while it is inflated: its hash, and whether it has to be parsed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from verify.objects import inflate_pieces

if TYPE_CHECKING:
    from verify.log_files.needles import Needles

_START: Final = b'{"Records":['
_END: Final = b"]}"
_TAIL: Final = 64
"""How far behind the end the end is looked for: more white space than that is not how CloudTrail ends a file."""


class Skim:
    """What one pass over a log file tells; the file itself is not held.

    Args:
        body: The file as stored.
        limit: The most it may inflate to, in bytes.
        needles: What is searched for.

    Attributes:
        sha256: The SHA-256 of the inflated bytes, in lower-case hexadecimal.
        parse: Whether it has to be parsed: a source occurs in it, or it does not look whole from outside,
            and somebody has to say why.

    Raises:
        InflateError: when it is not one whole gzip stream.
    """

    def __init__(self, body: bytes, *, limit: int, needles: Needles) -> None:
        sha256 = hashlib.sha256()
        start = tail = b""
        found = False
        for piece in inflate_pieces(body, limit):
            sha256.update(piece)
            if len(start) < len(_START):
                start += piece[: len(_START)]
            if not found:
                seam = needles.overlap
                found = needles.within(piece) or (
                    # A source may begin in one piece and end in the next.
                    bool(tail and seam) and needles.within(tail[-seam:] + piece[:seam])
                )
            tail = (tail + piece[-(_TAIL + needles.overlap) :])[-(_TAIL + needles.overlap) :]
        self.sha256 = sha256.hexdigest()
        whole = start.startswith(_START) and tail[-_TAIL:].rstrip().endswith(_END)
        self.parse = found or not whole
