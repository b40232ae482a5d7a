"""What Athena found, sorted by account and Region."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudtrail.athena.queries import PATH, POSITION, RECORD
from cloudtrail.object_keys import parse_log_key
from verify.stores.base import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from verify.objects import ObjectInfo


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record, as Athena found it.

    Attributes:
        key: The log file it lies in.
        index: Its place there, from 0 on.
        raw: Its JSON.
    """

    key: str
    index: int
    raw: bytes


@dataclass(slots=True)
class Part:
    """What is known of one place.

    Attributes:
        listed: The objects that may hold events of the window, by their keys.
        odd: The keys of those that Athena might read otherwise than this machine.
        rows: The records that it found.
    """

    listed: dict[str, ObjectInfo] = field(default_factory=dict[str, "ObjectInfo"])
    odd: set[str] = field(default_factory=set[str])
    rows: list[FoundRecord] = field(default_factory=list[FoundRecord])


def sort_rows(
    rows: Iterable[dict[str, str | None]],
    parts: dict[Place, Part],
    *,
    root: str,
    may_hold: Callable[[str], bool],
) -> None:
    """Give each place its rows; a file that gave a row without a record, or one place twice, is odd.

    Args:
        rows: The rows of `records_query`.
        parts: What is known of each place; filled.
        root: What every path begins with: the bucket's URI.
        may_hold: Whether an object may hold events of the window, by its key.
    """
    seen: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        key = (row[PATH] or "").removeprefix(root)
        named = parse_log_key(key)
        part = parts.get(Place(named.account, named.region)) if named else None
        if part is None or not may_hold(key):
            continue  # of a foreign name, which makes it odd already, or delivered too early
        position, raw = row[POSITION], row[RECORD]
        if position is None or raw is None or int(position) in seen[key]:
            part.odd.add(key)
            continue
        seen[key].add(int(position))
        part.rows.append(FoundRecord(key, int(position) - 1, raw.encode()))
