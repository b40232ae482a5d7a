"""The records of a log file that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.record import MalformedRecord, SetAside, excerpt, read_record, split_log_file
from verify.log_files.facts import LogFileFacts

if TYPE_CHECKING:
    from collections.abc import Collection

    from verify.log_files.needles import Needles

LISTED: Final = 100
"""How many unreadable records of one log file are listed one by one; the rest is counted."""

OTHER_SOURCE: Final = "another event source"
UNREADABLE: Final = "unreadable"
"""Why a record was set aside."""

_HAS_SOURCE: Final = b'"eventSource":"'


def parsed(content: bytes, *, sha256: str, sources: Collection[str], needles: Needles) -> LogFileFacts:
    """The facts of a log file that has to be parsed.

    A record in which no source that was asked for occurs is not decoded further than that it has some source.

    Args:
        content: The inflated bytes.
        sha256: Their hash.
        sources: The `eventSource`s asked for.
        needles: The same, to search with.
    """
    raws, whole = split_log_file(content)
    records: list[tuple[int, bytes]] = []
    listed: list[SetAside] = [whole] if whole else []
    others, unreadable = 0, len(listed)
    for index, part in enumerate(raws):
        raw = bytes(part)
        if not needles.within(raw) and _HAS_SOURCE in raw:
            others += 1
            continue
        try:
            record = read_record(raw)
        except MalformedRecord as error:
            unreadable += 1
            if unreadable <= LISTED:
                listed.append(SetAside(index, error.why, excerpt(raw)))
            continue
        if record.event_source in sources:
            records.append((index, raw))
        else:
            others += 1
    if unreadable > LISTED:
        listed.append(SetAside(None, f"{unreadable - LISTED} more of its records cannot be read", ""))
    counts = {OTHER_SOURCE: others, UNREADABLE: unreadable}
    return LogFileFacts(
        sha256,
        records=tuple(records),
        set_aside={reason: count for reason, count in counts.items() if count},
        unreadable=tuple((aside.index, aside.reason, aside.excerpt) for aside in listed),
    )
