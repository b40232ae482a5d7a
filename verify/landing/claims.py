"""What is claimed of each store, account and Region: that App Mesh's events are there, unaltered and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.aws import Gone
from verify.controls.store_state import GET_EVENT_DATA_STORE
from verify.controls.trail_state import GET_TRAIL_STATUS
from verify.finding import Finding, Scope, cannot_tell, could_not_look, does_not_apply, fails, holds
from verify.landing.completeness import Answer, completeness
from verify.landing.facts import counted, describe, shown
from verify.lookup_events import LOOKUP_EVENTS
from verify.reconcile import PRESENT, Status
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import DECRYPT, GET, LIST
from verify.selection import EVERYTHING
from verify.statement import Statement
from verify.stores.event_data_store import QUERY
from verify.stores.log_group import FILTER_LOG_EVENTS
from verify.stores.log_group_state import DESCRIBE_LOG_GROUPS
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from verify.aws import CannotLook
    from verify.reconcile import Landing, Reconciled
    from verify.report.parts import Claim
    from verify.selection import Selection
    from verify.stores.base import Reading, Store

READS: Final = (
    LOOKUP_EVENTS,
    *(LIST, GET, DECRYPT, GET_TRAIL_STATUS),
    *(*QUERY, GET_EVENT_DATA_STORE),
    *(FILTER_LOG_EVENTS, DESCRIBE_LOG_GROUPS),
)
"""What reading every kind of store needs, and knowing since when it answers."""

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
    answers: Sequence[Answer],
    events: Sequence[Reconciled],
    *,
    late_after: timedelta,
    selection: Selection = EVERYTHING,
) -> list[Claim]:
    """The claims about one place.

    Args:
        answers: What each store said about it.
        events: Every event of the place, reconciled over the stores that answered.
        late_after: From which delay on an event is late.
        selection: Which of the claims were asked for. Of a store that did not answer only the first of them is made:
            once is enough to say so, and never is too little.
    """
    claims: list[Claim] = []
    for answer in answers:
        scope = Scope(answer.place.account, answer.place.region, answer.store.id, answer.store.location)
        if answer.reading is None:
            error = answer.error
            if error is None:
                raise ValueError("an answer without a reading needs its error")
            asked = next((one for one in STATEMENTS if selection.takes(one.id)), _COMPLETE)
            lost = asked is _COMPLETE and isinstance(error, Gone)
            finding = _gone(answer.store, error) if lost else could_not_look(error)
            claims.append(asked.claim(finding, scope))
            continue
        store = answer.store.id
        landings = [(event, event.landings[store]) for event in events]
        others = [other for other in answers if other is not answer]
        complete = completeness(answer.store, answer.reading, landings, others=others)
        claims += [
            _COMPLETE.claim(complete, scope),
            _READABLE.claim(_readable(answer.reading), scope),
            _UNALTERED.claim(_of_what_was_read(_unaltered(landings), answer.reading), scope),
            _IN_TIME.claim(_of_what_was_read(_in_time(landings, late_after), answer.reading), scope),
        ]
    return claims


def _of_what_was_read(finding: Finding, reading: Reading) -> Finding:
    """A finding about every event of a store: it does not hold while a part of the store could not be read."""
    if finding.verdict is not Verdict.PASS or not reading.unreadable:
        return finding
    return cannot_tell(
        f"Of what could be read: {finding.summary}",
        *finding.evidence,
        reason="What could not be read may say otherwise. See landing.readable.",
    )


def _gone(store: Store, error: CannotLook) -> Finding:
    return fails(
        f"{store.title} does not exist: whatever it held is lost.",
        ("where", error.where),
        ("error", error.why),
    )


def _readable(reading: Reading) -> Finding:
    parts = sorted(reading.unreadable, key=lambda part: part.refused)
    told = shown([("unreadable", f"{part.location}: {part.reason}") for part in parts])
    if not all(part.refused for part in parts):
        return fails(f"{plural(len(parts), 'part')} of the store could not be read.", *told)
    if parts:
        return cannot_tell(
            f"{plural(len(parts), 'part')} of the store was not handed over.", *told, reason=parts[0].reason
        )
    if not reading.parts:
        return does_not_apply("There was nothing to read.")
    return holds(f"{reading.parts} objects or pages, {reading.records_in} records.")


def _unaltered(landings: Sequence[tuple[Reconciled, Landing]]) -> Finding:
    altered = [
        (
            "altered",
            f"{', '.join(landing.altered_fields)} of {describe(event)}; at {', '.join(landing.locations)}",
        )
        for event, landing in landings
        if landing.status is Status.ALTERED
    ]
    if altered:
        return fails(f"{plural(len(altered), 'event')} altered.", *shown(altered))
    compared = sum(
        landing.status in PRESENT and sum(other.status in PRESENT for other in event.landings.values()) > 1
        for event, landing in landings
    )
    if not compared:
        return does_not_apply("No event here is in a second store to compare with.")
    return holds(
        f"{plural(compared, 'event')} compared with another store.",
        *counted(
            ("updated by AWS, as an addendum says", sum(bool(each.updated_fields) for _, each in landings)),
            ("shortened by CloudTrail's limits", sum(bool(each.shortened_fields) for _, each in landings)),
        ),
    )


def _in_time(landings: Sequence[tuple[Reconciled, Landing]], late_after: timedelta) -> Finding:
    delays = [(event, landing) for event, landing in landings if landing.delay is not None]
    if not delays:
        return does_not_apply("The store does not tell when an event arrived.")
    late = [
        ("late", f"after {landing.delay}: {describe(event)}; at {', '.join(landing.locations)}")
        for event, landing in delays
        if landing.delay is not None and landing.delay > late_after
    ]
    if late:
        return fails(f"{plural(len(late), 'event')} later than {late_after}.", *shown(late))
    slowest = max(landing.delay for _, landing in delays if landing.delay is not None)
    return holds(f"The slowest of {plural(len(delays), 'event')} took {slowest.total_seconds():.1f} s.")
