"""Which events a trail or event data store should hold, by what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtrail.selectors import SelectableEvent, matches, read_selectors

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.manifest import EventDataStorePromise, TrailPromise
    from cloudtrail.record import Record
    from cloudtrail.selectors import Selectors


@dataclass(frozen=True, slots=True)
class Expectation:
    """The events one store should hold.

    Attributes:
        selectors: What it selects.
        account: The account whose events it takes, or None for every account of the organization.
        region: The Region whose events it takes, or None for all.
        since: From which event time on it should hold them, or None for always.
    """

    selectors: Selectors
    account: str | None
    region: str | None
    since: datetime | None = None

    def holds(self, record: Record) -> bool:
        """Whether the store should hold this event."""
        return (
            self.region in (None, record.aws_region)
            and self.account in (None, record.account)
            and (self.since is None or record.event_time >= self.since)
            and matches(self.selectors, SelectableEvent.from_document(record.document()))
        )


def of_trail(trail: TrailPromise, *, account: str, since: datetime | None) -> Expectation:
    """What a trail should hold, from the moment it began to log."""
    return Expectation(
        promised_of_trail(trail),
        account=None if trail.scope == "organization" else account,
        region=trail.home_region if trail.scope == "single-region" else None,
        since=since,
    )


def of_event_data_store(store: EventDataStorePromise, *, account: str, since: datetime | None) -> Expectation:
    """What an event data store should hold, from the moment it was created.

    What is not known of an adopted store is taken as the wider.
    """
    return Expectation(
        promised_of_event_data_store(store),
        account=None if store.organization else account,
        region=store.home_region if store.multi_region is False else None,
        since=since,
    )


def promised_of_trail(trail: TrailPromise) -> Selectors:
    """The selectors a manifest promises of a trail; none are CloudTrail's default."""
    return read_selectors(
        {"EventSelectors": trail.event_selectors, "AdvancedEventSelectors": trail.advanced_event_selectors}
    )


def promised_of_event_data_store(store: EventDataStorePromise) -> Selectors:
    """The selectors a manifest promises of an event data store; none are CloudTrail's default."""
    return read_selectors({"AdvancedEventSelectors": store.advanced_event_selectors})
