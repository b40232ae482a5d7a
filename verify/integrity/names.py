"""Keys of log and digest files, read a little more generously than CloudTrail writes them.

The folder is a day of delivery and the stamp in the name another clock: CloudTrail rounds the stamp of a log file up to
five minutes, and delivers a digest file up to an hour after the period it is stamped with. Around midnight the two
may name neighbouring days, and such a file must not be taken for an intruder.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from cloudtrail.object_keys import DigestKey, LogKey, parse_digest_key, parse_log_key

_DAYS: Final = re.compile(
    r"(?P<folder>\d{4}/\d{2}/\d{2})(?=/[^/]*_(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T\d{4,6}Z[^/]*\Z)",
    re.ASCII,
)


def read_log_key(key: str) -> LogKey | None:
    """Read the key of a log file; None when CloudTrail writes none like it."""
    return parse_log_key(key) or parse_log_key(_DAYS.sub(_agree, key))


def read_digest_key(key: str) -> DigestKey | None:
    """Read the key of a digest file; None when CloudTrail writes none like it."""
    return parse_digest_key(key) or parse_digest_key(_DAYS.sub(_agree, key))


def _agree(match: re.Match[str]) -> str:
    """The folder of the stamp's own day, if the folder is at most one day off."""
    folder = match["folder"]
    try:
        stamped = date(int(match["year"]), int(match["month"]), int(match["day"]))
        filed = date.fromisoformat(folder.replace("/", "-"))
    except ValueError:
        return folder
    return f"{stamped:%Y/%m/%d}" if abs((stamped - filed).days) <= 1 else folder
