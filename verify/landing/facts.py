"""How the landing claims speak about events: one line each, no more than so many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.identity import identify
from verify import finding
from verify.reconcile import PRESENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.finding import Fact
    from verify.reconcile import Reconciled


def describe(event: Reconciled) -> str:
    """What happened, when, by whom, and which stores have it."""
    record = event.record
    seen = ", ".join(store for store, landing in event.landings.items() if landing.status in PRESENT)
    return (
        f"{record.event_name} at {record.event_time:%Y-%m-%dT%H:%M:%SZ} by {identify(record).describe()}, "
        f"eventID {event.event_id}; it is in {seen}"
    )


def shown(facts: Sequence[Fact]) -> list[Fact]:
    """The first of them, and how many more the report's events list has."""
    return finding.shown(facts, others="others, see the report's list")


def counted(*facts: tuple[str, int]) -> list[Fact]:
    """Those that there are any of."""
    return [(label, str(count)) for label, count in facts if count]
