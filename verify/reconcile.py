"""The union of all stores by event: what landed where, and what did not. Pure.

Every event that any store holds is looked for in every store that should hold it. No store is taken as
complete: an event that Event history lost and the trail's bucket has is as much a finding as the reverse.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from cloudtrail.record import Record
    from verify.stores.base import Sighting

LATE_AFTER: Final = timedelta(minutes=15)
"""CloudTrail delivers within about 5 minutes on average; later than this is worth a word."""

_ONLY_IN_LAKE: Final = frozenset({"eventContext"})
"""Fields that AWS adds in event data stores alone; their absence elsewhere is no alteration."""


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
    """

    status: Status
    locations: tuple[str, ...] = ()
    arrived_at: datetime | None = None
    delay: timedelta | None = None
    altered_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One event, and what became of it in each store that could be read.

    Attributes:
        event_id: Its `eventID`; for records before version 1.01, which have none, a hash of what the record says.
        record: The record of the most tamper-proof store that has it.
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
    if record.event_id:
        return record.event_id
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
    reference = next(stores[store][0].record for store in order if store in stores)
    canonical = canonical_record(reference)
    landings: dict[str, Landing] = {}
    for store in order:
        seen = stores.get(store)
        if seen is None:
            missing = expects[store](reference)
            landings[store] = Landing(Status.MISSING if missing else Status.NOT_EXPECTED)
        else:
            landings[store] = _landing(seen, canonical, late_after)
    return Reconciled(event_id, reference, landings)


def _landing(seen: Sequence[Sighting], canonical: Any, late_after: timedelta) -> Landing:
    arrivals = [sighting.arrived_at for sighting in seen if sighting.arrived_at is not None]
    arrived_at = min(arrivals, default=None)
    delay = None if arrived_at is None else max(arrived_at - seen[0].record.event_time, timedelta())
    altered = {
        field for sighting in seen for field in _differing(canonical_record(sighting.record), canonical)
    }
    if altered:
        status = Status.ALTERED
    elif len(seen) > 1:
        status = Status.DUPLICATED
    elif delay is not None and delay > late_after:
        status = Status.LATE
    else:
        status = Status.LANDED
    locations = tuple(sighting.location for sighting in seen)
    return Landing(status, locations, arrived_at, delay, tuple(sorted(altered)))


def canonical_record(record: Record) -> dict[str, Any]:
    """A record as all stores should agree on it: no key order, no nulls, nothing only one store adds."""
    return {
        key: value for key, value in _without_nulls(record.document()).items() if key not in _ONLY_IN_LAKE
    }


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {key: _without_nulls(item) for key, item in items if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in cast("list[Any]", value)]
    return value
