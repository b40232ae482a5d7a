"""Whether a store holds every event that it should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from verify.aws import Gone
from verify.finding import Finding, cannot_tell, does_not_apply, fails, holds
from verify.landing.facts import counted, describe, shown
from verify.reconcile import PRESENT, Status
from verify.report.text import plural
from verify.stores.base import StoreKind
from verify.stores.log_group import too_large

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.aws import CannotLook
    from verify.finding import Fact
    from verify.reconcile import Landing, Reconciled
    from verify.stores.base import Place, Reading, Store

    Landings: TypeAlias = Sequence[tuple[Reconciled, Landing]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one store said about one place: a reading, or why there is none."""

    store: Store
    place: Place
    reading: Reading | None
    error: CannotLook | None = None


def completeness(store: Store, reading: Reading, landings: Landings, *, others: Sequence[Answer]) -> Finding:
    """Whether every event that a store should hold is there.

    What a store should hold is known from the others: while one of them could not be read completely, an event that
    is missing here may be there, and nothing is proved.

    Args:
        store: The store.
        reading: What it answered.
        landings: Every event of the place, with what became of it in this store.
        others: What the other stores answered.
    """
    missing = [event for event, landing in landings if landing.status is Status.MISSING]
    present = sum(landing.status in PRESENT for _, landing in landings)
    unread = [other for other in others if _is_unread(other)]
    if missing or reading.unreadable:
        return _lacking(store, reading, missing, present)
    if not landings:
        return cannot_tell(
            "No App Mesh event was seen in any store.",
            reason="Nothing happened, or nothing was recorded: absence of evidence proves neither. "
            "Widen --since, or --probe.",
        )
    if unread:
        return cannot_tell(
            f"{plural(present, 'event')} there, none missing of those that were seen elsewhere.",
            *[fact for other in unread for fact in _why_unread(other)],
            reason="Not everything that may hold an event could be read: "
            f"{', '.join(other.store.title for other in unread)}. One that is missing here may be there.",
        )
    if present:
        return holds(f"{plural(present, 'event')} there, none missing.", *_noted(store, landings))
    return does_not_apply("By what was promised, none of the events seen here belongs in this store.")


def _lacking(store: Store, reading: Reading, missing: Sequence[Reconciled], present: int) -> Finding:
    doubt = store.doubt
    if reading.unreadable:
        return cannot_tell(
            f"{plural(present, 'event')} there, {len(missing)} not found, but a part of the store could not be read.",
            *shown([("not found", describe(event)) for event in missing]),
            reason="What could not be read may hold these events, or others that no store has. See landing.readable.",
        )
    if missing and doubt:
        return cannot_tell(
            f"{plural(present, 'event')} there, {len(missing)} not found, which may be older than the store.",
            *shown([("not found", describe(event)) for event in missing]),
            reason=f"What the store should hold, and since when, is not known. {doubt.why} {doubt.remedy}",
        )
    names = ", ".join(sorted({event.record.event_name for event in missing}))
    return fails(
        f"{plural(len(missing), 'event')} missing, {present} there. Missing: {names}.",
        *shown([("missing", describe(event)) for event in missing]),
    )


def _is_unread(answer: Answer) -> bool:
    """Whether a store may hold events that nobody saw; one that does not exist holds none."""
    if answer.reading is None:
        return not isinstance(answer.error, Gone)
    return bool(answer.reading.unreadable)


def _why_unread(answer: Answer) -> list[Fact]:
    if answer.error is not None:
        return [("needs", answer.error.action), ("where", answer.error.where)]
    parts = answer.reading.unreadable if answer.reading else []
    return [("unreadable", part.location) for part in parts[:1]]


def _noted(store: Store, landings: Landings) -> list[Fact]:
    """What a store that lacks nothing does not hold, or holds twice."""
    duplicated = sum(landing.status is Status.DUPLICATED for _, landing in landings)
    elsewhere = [event.record for event, landing in landings if landing.status is Status.NOT_EXPECTED]
    alone = sum(
        landing.status in PRESENT
        and all(
            each.status is Status.NOT_EXPECTED for name, each in event.landings.items() if name != store.id
        )
        for event, landing in landings
    )
    large = sum(store.kind is StoreKind.LOG_GROUP and too_large(record) for record in elsewhere)
    return counted(
        ("delivered more than once", duplicated),
        ("that no other store should hold, so that none could show what is missing beside them", alone),
        ("over 256 KB, which CloudTrail does not send to a log group", large),
        ("in other stores only, and not promised of this one", len(elsewhere) - large),
    )
