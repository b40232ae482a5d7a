"""What one log file said: its hash, and the records that were asked for. Small, so that it can be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from cloudtrail.record import LogFile, read_log_file

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED: Final = 100
"""How many unreadable records of one log file are listed one by one; the rest is counted."""

OTHER_SOURCE: Final = "another event source"
UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class LogFileFacts:
    """What one object said.

    Attributes:
        sha256: The SHA-256 of the inflated bytes, in lower-case hexadecimal; None when it is not one whole gzip stream.
        problem: Why it is not one whole gzip stream; None when it is.
        trailing: How many bytes lie behind its gzip stream.
        records: Index and JSON of the records whose `eventSource` was asked for, each readable by `read_record`.
        set_aside: How many records were read and not kept, by reason. Empty when the file was not parsed,
            because none of the sources asked for occurs anywhere in it.
        unreadable: Index, reason and excerpt of what could not be read as a record; no index stands for the whole
            file, or for the records that are too many to list.
    """

    sha256: str | None = None
    problem: str | None = None
    trailing: int = 0
    records: tuple[tuple[int, bytes], ...] = ()
    set_aside: dict[str, int] = field(default_factory=dict[str, int])
    unreadable: tuple[tuple[int | None, str, str], ...] = ()


def searched(content: bytes, *, sha256: str, sources: Sequence[str]) -> LogFileFacts:
    """The facts of a log file's inflated bytes.

    It is parsed only when one of the sources occurs somewhere in it, or when it does not look whole from outside.
    """
    if looks_whole(content) and not any(source.encode() in content for source in sources):
        return LogFileFacts(sha256)
    return parsed(read_log_file(content), sha256=sha256, sources=sources)


def looks_whole(content: bytes) -> bool:
    """Whether a file looks like CloudTrail's from outside; one that does not is always parsed, to say why."""
    return content.startswith(b'{"Records":[') and content.rstrip().endswith(b"]}")


def parsed(log_file: LogFile, *, sha256: str, sources: Sequence[str]) -> LogFileFacts:
    """The facts of a log file that was parsed."""
    broken = {aside.index for aside in log_file.set_aside}
    places = (index for index in range(len(log_file.records) + len(broken)) if index not in broken)
    records: list[tuple[int, bytes]] = []
    others = 0
    for index, record in zip(places, log_file.records, strict=False):
        if record.event_source in sources:
            records.append((index, record.raw))
        else:
            others += 1
    unreadable = [(aside.index, aside.reason, aside.excerpt) for aside in log_file.set_aside[:LISTED]]
    more = len(log_file.set_aside) - LISTED
    if more > 0:
        unreadable.append((None, f"{more} more of its records cannot be read", ""))
    counts = {OTHER_SOURCE: others, UNREADABLE: len(log_file.set_aside)}
    return LogFileFacts(
        sha256,
        records=tuple(records),
        set_aside={reason: count for reason, count in counts.items() if count},
        unreadable=tuple(unreadable),
    )


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(LogFileFacts).decode


def packed(facts: LogFileFacts) -> bytes:
    """The facts as bytes, to be kept."""
    return _encode(facts)


def unpacked(data: bytes) -> LogFileFacts:
    """The facts that were kept.

    Raises:
        msgspec.DecodeError: when the bytes are not `packed` facts.
    """
    return _decode(data)
