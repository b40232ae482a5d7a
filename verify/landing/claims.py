"""What is claimed of each store, account and Region: that App Mesh's events are there, unaltered and in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.identity import identify
from verify.aws import Gone
from verify.finding import Finding, Scope, cannot_tell, could_not_look, does_not_apply, fails, holds
from verify.lookup_events import LOOKUP_EVENTS
from verify.reconcile import PRESENT, Status
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import DECRYPT, GET, LIST
from verify.statement import Statement
from verify.stores.event_data_store import QUERY
from verify.stores.log_group import FILTER_LOG_EVENTS
from verify.stores.log_group_state import DESCRIBE_LOG_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from cloudtrail.errors import MeshtrailError
    from verify.aws import CannotLook
    from verify.finding import Fact
    from verify.reconcile import Landing, Reconciled
    from verify.report.parts import Claim
    from verify.stores.base import Place, Reading, Store

SHOWN: Final = 20
"""How many events a claim names; the report's events list has them all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one store said about one place: a reading, or why there is none."""

    store: Store
    place: Place
    reading: Reading | None
    error: CannotLook | None = None


READS: Final = (LOOKUP_EVENTS, LIST, GET, DECRYPT, *QUERY, FILTER_LOG_EVENTS, DESCRIBE_LOG_GROUPS)
"""What reading every kind of store needs."""

_COMPLETE: Final = Statement(
    id="landing.complete",
    title="Every App Mesh event that the store should hold is there",
    severity=Severity.CRITICAL,
    actions=READS,
    remedy=(
        "Find out what kept them away: is the trail or store on, do its selectors and scope take them, may it write? "
        "CloudTrail retries a bucket for 30 days; what only Event history holds is gone after 90 days, so export it "
        "now."
    ),
)
_UNALTERED: Final = Statement(
    id="landing.unaltered",
    title="The store's copy of every App Mesh event says the same as the others",
    severity=Severity.CRITICAL,
    actions=READS,
    remedy="Somebody changed the record. Keep every copy, look who could write to the store, and trust Event history.",
)
_IN_TIME: Final = Statement(
    id="landing.in-time",
    title="App Mesh events arrive in the store in time",
    severity=Severity.LOW,
    actions=READS,
    remedy="Look at the trail's delivery errors; a single late file may be AWS's own delay.",
)
_READABLE: Final = Statement(
    id="landing.readable",
    title="Everything in the store could be read as CloudTrail records",
    severity=Severity.HIGH,
    actions=READS,
    remedy="Look at the objects listed: restore an earlier version, or remove what CloudTrail did not write.",
)

STATEMENTS: Final = (_COMPLETE, _READABLE, _UNALTERED, _IN_TIME)
"""What is claimed of every store."""


def landing_claims(
    answers: Sequence[Answer], events: Sequence[Reconciled], *, late_after: timedelta
) -> list[Claim]:
    """The claims about one place.

    Args:
        answers: What each store said about it.
        events: Every event of the place, reconciled over the stores that answered.
        late_after: From which delay on an event is late.
    """
    claims: list[Claim] = []
    for answer in answers:
        scope = Scope(answer.place.account, answer.place.region, answer.store.id, answer.store.location)
        if answer.reading is None:
            error = answer.error
            if error is None:
                raise ValueError("an answer without a reading needs its error")
            finding = _gone(answer.store, error) if isinstance(error, Gone) else could_not_look(error)
            claims.append(_COMPLETE.claim(finding, scope))
            continue
        store = answer.store.id
        landings = [(event, event.landings[store]) for event in events]
        claims += [
            _COMPLETE.claim(_complete(answer.reading, landings, doubt=answer.store.doubt), scope),
            _READABLE.claim(_readable(answer.reading), scope),
            _UNALTERED.claim(_unaltered(landings), scope),
            _IN_TIME.claim(_in_time(landings, late_after), scope),
        ]
    return claims


def _gone(store: Store, error: Gone) -> Finding:
    return fails(
        f"{store.title} does not exist: whatever it held is lost.",
        ("where", error.where),
        ("error", error.why),
    )


def _complete(
    reading: Reading, landings: Sequence[tuple[Reconciled, Landing]], *, doubt: MeshtrailError | None
) -> Finding:
    missing = [event for event, landing in landings if landing.status is Status.MISSING]
    present = sum(landing.status in PRESENT for _, landing in landings)
    duplicated = sum(landing.status is Status.DUPLICATED for _, landing in landings)
    if reading.unreadable:
        return cannot_tell(
            f"{plural(present, 'event')} there, {len(missing)} not found, but a part of the store could not be read.",
            *_shown([("not found", _describe(event)) for event in missing]),
            reason="What could not be read may hold these events, or others that no store has. See landing.readable.",
        )
    if missing and doubt:
        return cannot_tell(
            f"{plural(present, 'event')} there, {len(missing)} not found, which may be older than the store.",
            *_shown([("not found", _describe(event)) for event in missing]),
            reason=f"What the store should hold, and since when, is not known. {doubt.why} {doubt.remedy}",
        )
    if missing:
        names = ", ".join(sorted({event.record.event_name for event in missing}))
        return fails(
            f"{plural(len(missing), 'event')} missing, {present} there. Missing: {names}.",
            *_shown([("missing", _describe(event)) for event in missing]),
        )
    if present:
        return holds(f"{plural(present, 'event')} there, none missing.", *_noted(duplicated, landings))
    if landings:
        return does_not_apply("By what was promised, none of the events seen here belongs in this store.")
    return cannot_tell(
        "No App Mesh event was seen in any store.",
        reason="Nothing happened, or nothing was recorded: absence of evidence proves neither. "
        "Widen --since, or --probe.",
    )


def _noted(duplicated: int, landings: Sequence[tuple[Reconciled, Landing]]) -> list[Fact]:
    """What a store that lacks nothing does not hold, or holds twice."""
    elsewhere = sum(landing.status is Status.NOT_EXPECTED for _, landing in landings)
    facts = (
        ("delivered more than once", duplicated),
        ("in other stores only, and not promised of this one", elsewhere),
    )
    return [(label, str(count)) for label, count in facts if count]


def _readable(reading: Reading) -> Finding:
    if reading.unreadable:
        return fails(
            f"{plural(len(reading.unreadable), 'part')} of the store could not be read.",
            *_shown([("unreadable", f"{part.location}: {part.reason}") for part in reading.unreadable]),
        )
    if not reading.parts:
        return does_not_apply("There was nothing to read.")
    return holds(f"{reading.parts} objects or pages, {reading.records_in} records.")


def _unaltered(landings: Sequence[tuple[Reconciled, Landing]]) -> Finding:
    altered = [
        (
            "altered",
            f"{', '.join(landing.altered_fields)} of {_describe(event)}; at {', '.join(landing.locations)}",
        )
        for event, landing in landings
        if landing.status is Status.ALTERED
    ]
    if altered:
        return fails(f"{plural(len(altered), 'event')} altered.", *_shown(altered))
    compared = sum(
        landing.status in PRESENT and sum(other.status in PRESENT for other in event.landings.values()) > 1
        for event, landing in landings
    )
    if not compared:
        return does_not_apply("No event here is in a second store to compare with.")
    return holds(f"{plural(compared, 'event')} compared with another store.")


def _in_time(landings: Sequence[tuple[Reconciled, Landing]], late_after: timedelta) -> Finding:
    delays = [(event, landing) for event, landing in landings if landing.delay is not None]
    if not delays:
        return does_not_apply("The store does not tell when an event arrived.")
    late = [
        ("late", f"after {landing.delay}: {_describe(event)}; at {', '.join(landing.locations)}")
        for event, landing in delays
        if landing.delay is not None and landing.delay > late_after
    ]
    if late:
        return fails(f"{plural(len(late), 'event')} later than {late_after}.", *_shown(late))
    slowest = max(landing.delay for _, landing in delays if landing.delay is not None)
    return holds(f"The slowest of {plural(len(delays), 'event')} took {slowest.total_seconds():.1f} s.")


def _describe(event: Reconciled) -> str:
    record = event.record
    seen = ", ".join(store for store, landing in event.landings.items() if landing.status in PRESENT)
    return (
        f"{record.event_name} at {record.event_time:%Y-%m-%dT%H:%M:%SZ} by {identify(record).describe()}, "
        f"eventID {event.event_id}; it is in {seen}"
    )


def _shown(facts: Sequence[Fact]) -> list[Fact]:
    more = len(facts) - SHOWN
    return [*facts[:SHOWN], *([("and more", f"{more} others, see the report's list")] if more > 0 else [])]
