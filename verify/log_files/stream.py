"""The records of a log file while it is inflated, without ever holding it whole.

A log file as CloudTrail writes it is cut where one record seems to end and the next to begin, and every part between
two cuts is decoded as a list of its own. That a cut was right needs no belief: when each part is a whole list of JSON
values, so is all of them with commas between, and it has no other reading. Where a cut was wrong (the same bytes may
stand inside a record, put there by somebody even) a part is no list, and the file is left to who reads it whole.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from verify.log_files.records import Account, Sourced

if TYPE_CHECKING:
    from verify.log_files.facts import LogFileFacts
    from verify.log_files.needles import Needles

START: Final = b'{"Records":['
"""How CloudTrail begins a log file."""
END: Final = b"]}"
"""And ends it."""

_BLANKS: Final = b" \t\r\n"
_LONGEST: Final = 1024 * 1024
"""How many bytes without a cut are put up with; CloudTrail's records are far smaller."""
_SMALLEST: Final = 80
"""No record is smaller, in bytes; more of them in a part are scraps."""
_NAME: Final = 40
"""How long the name of a record's first field may be, in bytes; it is `eventVersion`."""

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_decode_sourced: Final = msgspec.json.Decoder(list[Sourced]).decode
_decode_raw: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class _Unusual(Exception):
    """The file is not as CloudTrail writes it, or a cut was wrong: it has to be read whole."""


class RecordStream:
    """The records of one log file, piece by piece.

    Args:
        needles: What is asked for.
    """

    def __init__(self, needles: Needles) -> None:
        self._needles = needles
        self._account = Account(needles)
        self._rest = b""
        self._cut = b""

    def feed(self, piece: bytes) -> bool:
        """Take the next piece; False when the file has to be read whole instead."""
        try:
            self._feed(piece)
        except _Unusual:
            return False
        return True

    def facts(self, sha256: str) -> LogFileFacts | None:
        """What the file says, after its last piece; None when it has to be read whole instead."""
        end = self._rest.rstrip(_BLANKS)
        if not self._cut or not end.endswith(END):
            return None
        self._rest = b""
        try:
            self._take(memoryview(end)[: -len(END)])
        except _Unusual:
            return None
        return self._account.facts(sha256)

    def _feed(self, piece: bytes) -> None:
        if not self._cut:
            piece = self._begun(self._rest + piece)
        place = piece.rfind(self._cut) if self._cut else -1
        if place < 0:
            self._rest += piece
            if len(self._rest) > _LONGEST:
                raise _Unusual
            return
        self._take(memoryview(piece)[: place + 1])
        self._rest = piece[place + 2 :]

    def _begun(self, data: bytes) -> bytes:
        """What lies behind the beginning of a file, as soon as it tells how its records begin."""
        self._rest = b""
        place = data.find(b":", len(START))
        if place < 0:
            return data
        if not data.startswith(START + b'{"') or place > len(START) + _NAME:
            raise _Unusual
        self._cut = b"}," + data[len(START) : place + 1]
        return data[len(START) :]

    def _take(self, last: memoryview) -> None:
        """Decode the part that ends here."""
        part = b"".join((b"[", self._rest, last, b"]"))
        if not self._needles.within(part):
            with suppress(*_UNREADABLE):  # what has no source among them is told below
                self._account.take_others(_not_scraps(len(_decode_sourced(part)), part))
                return
        try:
            raws = _decode_raw(part)
        except _UNREADABLE as error:
            raise _Unusual from error
        _not_scraps(len(raws), part)
        self._account.take(raws)


def _not_scraps(count: int, part: bytes) -> int:
    """So many records in a part, unless they are too many to be records."""
    if count > len(part) // _SMALLEST:
        raise _Unusual
    return count
