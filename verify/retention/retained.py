"""What a verification says about retention: a row for each store and place, the events that fade, and the claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verify.finding import Scope
from verify.reconcile import PRESENT
from verify.report.parts import Retention
from verify.retention.claims import AS_PROMISED, ONLY_IN_EVENT_HISTORY, as_promised, held_elsewhere
from verify.retention.fading import only_in_event_history
from verify.retention.terms import Terms
from verify.stores.event_history import EventHistory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from verify.aws import CannotLook
    from verify.landing.completeness import Answer
    from verify.reconcile import Landing, Reconciled
    from verify.report.parts import Claim, Fading
    from verify.stores.base import Place, Store


@dataclass(frozen=True, slots=True)
class Retained:
    """What was found out about retention.

    Attributes:
        claims: The claims, decided.
        retention: Until when each store keeps what it holds, store by store and Region by Region.
        fading: The events that only Event history holds, the first to disappear first.
    """

    claims: tuple[Claim, ...]
    retention: tuple[Retention, ...]
    fading: tuple[Fading, ...]


def retained(
    terms: Mapping[str, Terms | CannotLook],
    *,
    stores: Sequence[Store],
    answers: Sequence[Answer],
    events: Sequence[tuple[Place, Reconciled]],
) -> Retained:
    """Everything about retention. Pure.

    Args:
        terms: On what terms each store keeps events, by its id; see `terms_of`.
        stores: The stores that were asked.
        answers: What each said about every place.
        events: Every event, with its place.
    """
    places = list(dict.fromkeys(answer.place for answer in answers))
    by_place = {place: [event for where, event in events if where == place] for place in places}
    claims: list[Claim] = []
    rows: list[Retention] = []
    for store in stores:
        on = terms.get(store.id)
        if on is None:
            continue
        of_store = (
            [_row(store, place, on, by_place[place]) for place in places] if isinstance(on, Terms) else []
        )
        rows += of_store
        account = places[0].account if places else ""
        scope = Scope(account, store=store.id, subject=store.location)
        claims.append(AS_PROMISED.claim(as_promised(on, of_store), scope))
    fading: list[Fading] = []
    for place in places:
        here = [answer for answer in answers if answer.place == place]
        lonely = only_in_event_history(here, by_place[place])
        fading += [each.reported(place) for each in lonely if each.certain]
        for answer in here:
            if answer.store.id == EventHistory.id:
                scope = Scope(place.account, place.region, answer.store.id, answer.store.location)
                claims.append(ONLY_IN_EVENT_HISTORY.claim(held_elsewhere(answer, lonely), scope))
    fading.sort(key=lambda event: (event.disappears, event.event_id))
    return Retained(tuple(claims), tuple(rows), tuple(fading))


def _row(store: Store, place: Place, terms: Terms, events: Sequence[Reconciled]) -> Retention:
    """Until when a store keeps the events of one place; events come by event time."""
    held = [
        (event, landing)
        for event in events
        if (landing := event.landings.get(store.id)) is not None and landing.status in PRESENT
    ]
    row = Retention(
        store=store.id, account=place.account, region=place.region, days=terms.days, rule=terms.rule
    )
    if not held:
        return row
    oldest, newest = _times(held[0]), _times(held[-1])
    return row.model_copy(
        update={
            "oldest_event": oldest[0],
            "oldest_kept_until": terms.kept_until(*oldest),
            "newest_event": newest[0],
            "newest_kept_until": terms.kept_until(*newest),
            "protected_until": terms.protected_until(*newest),
        }
    )


def _times(held: tuple[Reconciled, Landing]) -> tuple[datetime, datetime | None]:
    event, landing = held
    return event.record.event_time, landing.arrived_at
