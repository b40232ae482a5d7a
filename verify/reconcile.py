"""The union of all stores by event: what landed where, and what did not. Pure.

Every event that any store holds is looked for in every store that should hold it. No store is taken as
complete: an event that Event history lost and the trail's bucket has is as much a finding as the reverse.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from verify.canonical import (
    Differences,
    canonical_record,
    differences,
    is_update,
    original_event_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cloudtrail.record import Record
    from verify.stores.base import Sighting

LATE_AFTER: Final = timedelta(minutes=15)
"""CloudTrail delivers within about 5 minutes on average; later than this is worth a word."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Status(StrEnum):
    """What became of one event in one store."""

    LANDED = "landed"
    LATE = "late"
    DUPLICATED = "duplicated"
    ALTERED = "altered"
    MISSING = "missing"
    NOT_EXPECTED = "not-expected"


PRESENT: Final = frozenset({Status.LANDED, Status.LATE, Status.DUPLICATED, Status.ALTERED})


@dataclass(frozen=True, slots=True)
class Landing:
    """One event in one store.

    Attributes:
        status: What became of it.
        locations: Every place in the store where it was seen.
        arrived_at: When the store first got it, where it says so.
        delay: From event time to arrival.
        altered_fields: The top-level fields in which a copy here differs from the one that is believed.
        updated_fields: Those in which it differs because AWS updated it, by its addendum.
        shortened_fields: Those that are left out or cut in one of the two, beyond CloudTrail's limits.
    """

    status: Status
    locations: tuple[str, ...] = ()
    arrived_at: datetime | None = None
    delay: timedelta | None = None
    altered_fields: tuple[str, ...] = ()
    updated_fields: tuple[str, ...] = ()
    shortened_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One event, and what became of it in each store that could be read.

    Attributes:
        event_id: Its `eventID`; for records before version 1.01, which have none, a hash of what the record says.
            A record that AWS delivered again as an update of another has that one's.
        record: The record that is believed: of the most tamper-proof store that has one, the first to arrive.
        landings: By store id.
    """

    event_id: str
    record: Record
    landings: Mapping[str, Landing]


def reconcile(
    sightings: Mapping[str, Sequence[Sighting]],
    expects: Mapping[str, Callable[[Record], bool]],
    *,
    late_after: timedelta = LATE_AFTER,
) -> list[Reconciled]:
    """Bring the stores together.

    Args:
        sightings: What each store that could be read holds, the most tamper-proof store first: where two
            stores disagree about an event, the earlier one is believed.
        expects: Whether each of these stores should hold an event.
        late_after: From which delay on an event is late.

    Returns:
        Every event of any store, by event time and id.
    """
    by_event: dict[str, dict[str, list[Sighting]]] = {}
    for store, seen in sightings.items():
        for sighting in seen:
            by_event.setdefault(event_key(sighting.record), {}).setdefault(store, []).append(sighting)
    reconciled = [
        _reconcile_one(event_id, stores, sightings, expects, late_after)
        for event_id, stores in by_event.items()
    ]
    return sorted(reconciled, key=lambda event: (event.record.event_time, event.event_id))


def event_key(record: Record) -> str:
    """What tells one event from another."""
    original = original_event_id(record)
    if original or record.event_id:
        return original or record.event_id or ""
    # Not of its bytes: each store writes the same record in its own way.
    said = json.dumps(canonical_record(record), sort_keys=True)
    return "sha256:" + hashlib.sha256(said.encode()).hexdigest()


def _reconcile_one(
    event_id: str,
    stores: Mapping[str, list[Sighting]],
    order: Iterable[str],
    expects: Mapping[str, Callable[[Record], bool]],
    late_after: timedelta,
) -> Reconciled:
    in_order = {store: sorted(seen, key=_arrival) for store, seen in stores.items()}
    believed = next(in_order[store][0].record for store in order if store in in_order)
    landings: dict[str, Landing] = {}
    for store in order:
        seen = in_order.get(store)
        if seen is None:
            missing = expects[store](believed)
            landings[store] = Landing(Status.MISSING if missing else Status.NOT_EXPECTED)
        else:
            landings[store] = _landing(seen, believed, late_after, expects=expects[store])
    return Reconciled(event_id, believed, landings)


def _arrival(sighting: Sighting) -> tuple[bool, datetime, str]:
    """What comes first is believed: an original before its update, and what was there before a later copy of it."""
    updates = original_event_id(sighting.record) is not None
    return updates, sighting.arrived_at or _NEVER, sighting.location


def _landing(
    seen: Sequence[Sighting],
    believed: Record,
    late_after: timedelta,
    *,
    expects: Callable[[Record], bool],
) -> Landing:
    arrivals = [sighting.arrived_at for sighting in seen if sighting.arrived_at is not None]
    arrived_at = min(arrivals, default=None)
    delay = None if arrived_at is None else max(arrived_at - believed.event_time, timedelta())
    copies = [differences(sighting.record, believed) for sighting in seen]
    found = Differences()
    for each in copies:
        found |= each
    if all(each.updated - {"addendum"} for each in copies) and not is_update(believed) and expects(believed):
        # AWS delivers an update beside what it updates. A store that has the update alone lost what was delivered
        # first, and whoever overwrote that could have written the addendum, too.
        found = found.unexcused()
    if found.altered:
        status = Status.ALTERED
    elif len({sighting.record.event_id for sighting in seen}) < len(seen):
        status = Status.DUPLICATED
    elif delay is not None and delay > late_after:
        status = Status.LATE
    else:
        status = Status.LANDED
    return Landing(
        status,
        locations=tuple(sighting.location for sighting in seen),
        arrived_at=arrived_at,
        delay=delay,
        altered_fields=tuple(sorted(found.altered)),
        updated_fields=tuple(sorted(found.updated)),
        shortened_fields=tuple(sorted(found.shortened)),
    )
