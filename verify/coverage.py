"""Which App Mesh event was seen in which store, by account and Region. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cloudtrail.catalog import APP_MESH, EVENTS
from verify.reconcile import PRESENT, Status
from verify.report.parts import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verify.reconcile import Reconciled
    from verify.stores.base import Place


def coverage(
    events: Sequence[Reconciled], *, place: Place, stores: Iterable[str], sources: Sequence[str]
) -> list[Coverage]:
    """One row for every event name and store: how many landed, and whether any should have.

    Every event of the App Mesh catalog has a row, seen or not, when App Mesh is asked for; of other sources
    those that were seen.

    Args:
        events: The events of the place.
        place: Their account and Region.
        stores: The ids of the stores that could be read.
        sources: The event sources asked for.
    """
    names = {event.record.event_name for event in events}
    if APP_MESH in sources:
        names |= {event.name for event in EVENTS}
    rows: list[Coverage] = []
    for store in stores:
        landed: Counter[str] = Counter()
        expected: set[str] = set()
        for event in events:
            status = event.landings[store].status
            if status in PRESENT:
                landed[event.record.event_name] += 1
            if status is not Status.NOT_EXPECTED:
                expected.add(event.record.event_name)
        rows += [
            Coverage(
                event_name=name,
                account=place.account,
                region=place.region,
                store=store,
                landed=landed[name],
                expected=name in expected,
            )
            for name in sorted(names)
        ]
    return rows
