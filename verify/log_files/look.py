"""What one log file says: read in passing where that can be, whole only where it must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verify.log_files.facts import LogFileFacts
from verify.log_files.records import parsed
from verify.log_files.skim import Skim
from verify.log_files.stream import RecordStream
from verify.objects import InflateError, TrailingBytes, inflate, inflate_pieces

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from verify.log_files.needles import Needles


def look(
    body: bytes | memoryview, *, limit: int, needles: Needles, alone: AbstractContextManager[object]
) -> LogFileFacts:
    """Hash and search a log file.

    A large file is never held whole, unless it is not as CloudTrail writes it. Where a source occurs behind its first
    piece, it is inflated once more to be read from its beginning: that costs less than to hold every file whole.

    Args:
        body: The file as stored.
        limit: The most it may inflate to, in bytes.
        needles: What is asked for; when that is nothing, the file is hashed and no more.
        alone: Held while a file is held whole.
    """
    try:
        skim = Skim(body, limit=limit, needles=needles)
        if not skim.parse:
            return LogFileFacts(skim.sha256)
        found = skim.facts or _streamed(body, limit=limit, needles=needles, sha256=skim.sha256)
        if found:
            return found
        with alone:
            return parsed(inflate(body, limit), sha256=skim.sha256, needles=needles)
    except TrailingBytes as error:
        return LogFileFacts(problem=error.why, trailing=error.count)
    except InflateError as error:
        return LogFileFacts(problem=error.why)


def _streamed(body: bytes | memoryview, *, limit: int, needles: Needles, sha256: str) -> LogFileFacts | None:
    """What a log file says, inflated once more; None when it has to be read whole."""
    stream = RecordStream(needles)
    if all(stream.feed(piece) for piece in inflate_pieces(body, limit)):
        return stream.facts(sha256)
    return None
