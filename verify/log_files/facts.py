"""What one log file said: its hash, and the records that were asked for. Small, so that it can be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

import msgspec

FORMAT: Final = 1
"""Raise it when the same file would give other facts, or other bytes for them: what is kept under another number is
thrown away."""


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


_Kept: TypeAlias = tuple[
    str | None,
    str | None,
    int,
    tuple[tuple[int, bytes], ...],
    dict[str, int],
    tuple[tuple[int | None, str, str], ...],
]
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Kept).decode


def packed(facts: LogFileFacts) -> bytes:
    """The facts as bytes, to be kept."""
    return _encode(
        (facts.sha256, facts.problem, facts.trailing, facts.records, facts.set_aside, facts.unreadable)
    )


def unpacked(data: bytes) -> LogFileFacts:
    """The facts that were kept.

    Raises:
        msgspec.DecodeError: when the bytes are not `packed` facts.
    """
    try:
        return LogFileFacts(*_decode(data))
    except UnicodeDecodeError as error:  # msgspec lets it through as it is
        raise msgspec.DecodeError(str(error)) from error
