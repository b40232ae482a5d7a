"""Which App Mesh event was seen in which store, by account and Region, and which would be. Pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from cloudtrail.catalog import APP_MESH, EVENTS
from cloudtrail.record import Record, read_record
from verify.reconcile import PRESENT, Status
from verify.report.parts import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtrail.catalog import Event
    from verify.reconcile import Reconciled
    from verify.stores.base import Place, Store


def coverage(
    events: Sequence[Reconciled], *, place: Place, stores: Iterable[Store], sources: Sequence[str]
) -> list[Coverage]:
    """One row for every event name and store: how many landed, whether any should have, and whether any would.

    Every event of the App Mesh catalog has a row, seen or not, when App Mesh is asked for; of other sources
    those that were seen.

    Args:
        events: The events of the place.
        place: Their account and Region.
        stores: The stores that could be read.
        sources: The event sources asked for.
    """
    examples = {event.record.event_name: event.record for event in events}
    if APP_MESH in sources:
        examples |= {event.name: example(event, place) for event in EVENTS}
    rows: list[Coverage] = []
    for store in stores:
        landed: Counter[str] = Counter()
        expected: set[str] = set()
        for event in events:
            status = event.landings[store.id].status
            if status in PRESENT:
                landed[event.record.event_name] += 1
            if status is not Status.NOT_EXPECTED:
                expected.add(event.record.event_name)
        rows += [
            Coverage(
                event_name=name,
                account=place.account,
                region=place.region,
                store=store.id,
                landed=landed[name],
                expected=name in expected,
                captured=store.takes(record),
            )
            for name, record in sorted(examples.items())
        ]
    return rows


def example(event: Event, place: Place) -> Record:
    """A record of an event of the catalog, as far as selectors can see; nobody in particular called."""
    document = {
        "eventTime": "2026-09-01T00:00:00Z",  # no selector looks at it
        "eventSource": APP_MESH,
        "eventName": event.name,
        "awsRegion": place.region,
        "recipientAccountId": place.account,
        "eventType": event.event_type,
        "eventCategory": "Management",
        "managementEvent": True,
        "readOnly": event.read_only,
    }
    return read_record(json.dumps(document).encode())
