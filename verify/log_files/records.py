"""The records of a log file that were asked for, and an account of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from cloudtrail.record import MalformedRecord, SetAside, excerpt, read_record, split_log_file
from verify.log_files.facts import LogFileFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.log_files.needles import Needles

LISTED: Final = 100
"""How many unreadable records of one log file are listed one by one; the rest is counted."""

OTHER_SOURCE: Final = "another event source"
UNREADABLE: Final = "unreadable"
"""Why a record was set aside."""


class Sourced(msgspec.Struct, gc=False, rename="camel"):
    """All that a record in which no source asked for occurs is read for: that it has some source."""

    event_source: str


_decode_sourced: Final = msgspec.json.Decoder(Sourced).decode


class Account:
    """What became of each record of a log file, in their order.

    Args:
        needles: What is asked for.
    """

    def __init__(self, needles: Needles) -> None:
        self._needles = needles
        self._records: list[tuple[int, bytes]] = []
        self._listed: list[SetAside] = []
        self._unreadable = 0
        self._count = 0

    def take_others(self, count: int) -> None:
        """So many records in which no source that was asked for occurs, and which have one."""
        self._count += count

    def take(self, parts: Iterable[msgspec.Raw]) -> None:
        """Read records.

        One in which no source that was asked for occurs is not decoded further than that it has some source.
        """
        for part in parts:
            raw = bytes(part)
            index = self._count
            self._count += 1
            if not self._needles.within(raw) and _has_source(raw):
                continue
            try:
                record = read_record(raw)
            except MalformedRecord as error:
                self._unreadable += 1
                if self._unreadable <= LISTED:
                    self._listed.append(SetAside(index, error.why, excerpt(raw)))
                continue
            if record.event_source in self._needles.sources:
                self._records.append((index, raw))

    def facts(self, sha256: str, whole: SetAside | None = None) -> LogFileFacts:
        """The facts of the log file whose records were taken.

        Args:
            sha256: The hash of its inflated bytes.
            whole: Why it is none as a whole.
        """
        listed = [whole] if whole else self._listed
        unreadable = self._unreadable + bool(whole)
        others = self._count - len(self._records) - self._unreadable
        if unreadable > LISTED:
            more = f"{unreadable - LISTED} more of its records cannot be read"
            listed = [*listed, SetAside(None, more, "")]
        counts = {OTHER_SOURCE: others, UNREADABLE: unreadable}
        return LogFileFacts(
            sha256,
            records=tuple(self._records),
            set_aside={reason: count for reason, count in counts.items() if count},
            unreadable=tuple((aside.index, aside.reason, aside.excerpt) for aside in listed),
        )


def parsed(content: bytes, *, sha256: str, needles: Needles) -> LogFileFacts:
    """The facts of a log file, whatever it looks like.

    Args:
        content: The inflated bytes.
        sha256: Their hash.
        needles: What is asked for.
    """
    account = Account(needles)
    raws, whole = split_log_file(content)
    account.take(raws)
    return account.facts(sha256, whole)


def _has_source(raw: bytes) -> bool:
    try:
        _decode_sourced(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
