"""The events that only Event history still holds, and the day on which each disappears. Pure.

App Mesh has ended: what was not kept elsewhere by the time Event history lets it go is gone for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from verify.aws import Gone
from verify.reconcile import PRESENT, Status
from verify.report.parts import Fading
from verify.stores.event_history import KEPT, EventHistory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.landing.completeness import Answer
    from verify.reconcile import Reconciled
    from verify.stores.base import Place


class Why(StrEnum):
    """Why an event is in Event history only."""

    LOST = "a store that should hold it does not"
    OLDER = "it is older than every store that takes such events, or than what they keep"
    NOT_CHOSEN = "by what was promised, no store takes such events"


@dataclass(frozen=True, slots=True)
class Lonely:
    """An event that no other store was seen to hold.

    Attributes:
        event: The event.
        why: Why.
        certain: Whether every other store was read completely, so that no other holds it.
    """

    event: Reconciled
    why: Why
    certain: bool

    def reported(self, place: Place) -> Fading:
        """In the report's words."""
        record = self.event.record
        return Fading(
            event_id=self.event.event_id,
            event_time=record.event_time,
            event_name=record.event_name,
            account=place.account,
            region=place.region,
            disappears=record.event_time + KEPT,
        )


def only_in_event_history(answers: Sequence[Answer], events: Sequence[Reconciled]) -> list[Lonely]:
    """The events of one place that no store but Event history was seen to hold, the first to disappear first.

    Args:
        answers: What each store said about the place.
        events: Its events, reconciled over the stores that answered.
    """
    others = [answer for answer in answers if answer.store.id != EventHistory.id]
    certain = not any(_may_hold_more(answer) for answer in others)
    found: list[Lonely] = []
    for event in events:
        holders = {store for store, landing in event.landings.items() if landing.status in PRESENT}
        if holders != {EventHistory.id}:
            continue
        if any(landing.status is Status.MISSING for landing in event.landings.values()):
            why = Why.LOST
        elif any(answer.store.takes(event.record) for answer in others):
            why = Why.OLDER
        else:
            why = Why.NOT_CHOSEN
        found.append(Lonely(event, why, certain))
    return found


def _may_hold_more(answer: Answer) -> bool:
    """Whether a store may hold events that nobody saw; one that does not exist holds none."""
    if answer.reading is None:
        return not isinstance(answer.error, Gone)
    return bool(answer.reading.unreadable)
