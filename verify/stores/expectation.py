"""Which events a trail or event data store should hold, by what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.selectors import SelectableEvent, matches, read_selectors

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.errors import MeshtrailError
    from cloudtrail.manifest import EventDataStorePromise, TrailPromise
    from cloudtrail.record import Record
    from cloudtrail.selectors import Selectors


FADING: Final = timedelta(days=1)
"""The last day of what a store keeps: at which hour of it AWS lets an event go, and what goes while the stores are
being read, nobody can say. Such events may be there, but are not expected."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The events one store should hold.

    Attributes:
        selectors: What it selects.
        account: The account whose events it takes, or None for every account of the organization.
        region: The Region whose events it takes, or None for all.
        since: When it began to hold events, or None for always. CloudTrail writes event times in whole seconds,
            cut off: an event of the second in which the store began may have happened before it did.
        oldest: The oldest event time it still keeps, or None for no end.
        nothing: Whether it was provisioned to take nothing in.
        doubt: Why the other attributes are a guess, the wider one; None when they are known.
    """

    selectors: Selectors
    account: str | None
    region: str | None
    since: datetime | None = None
    oldest: datetime | None = None
    nothing: bool = False
    doubt: MeshtrailError | None = None

    def holds(self, record: Record) -> bool:
        """Whether the store should hold this event."""
        return (
            (self.since is None or record.event_time > self.since)
            and (self.oldest is None or record.event_time >= self.oldest)
            and self.takes(record)
        )

    def takes(self, record: Record) -> bool:
        """Whether the store takes such an event, whenever it happens: by its selectors, scope and Region."""
        return (
            not self.nothing
            and self.region in (None, record.aws_region)
            and self.account in (None, record.account)
            and matches(self.selectors, SelectableEvent.from_document(record.document()))
        )


def of_trail(
    trail: TrailPromise,
    *,
    account: str,
    since: datetime | None,
    oldest: datetime | None = None,
    doubt: MeshtrailError | None = None,
) -> Expectation:
    """What a trail should have delivered, from the moment it began to log.

    Args:
        trail: What was promised of it.
        account: The account the manifest speaks of.
        since: When it began, or None for always.
        oldest: The oldest event time that what it delivers to still keeps, or None for no end.
        doubt: Why the others are a guess.
    """
    return Expectation(
        promised_of_trail(trail),
        account=None if trail.scope == "organization" else account,
        region=trail.home_region if trail.scope == "single-region" else None,
        since=since,
        oldest=oldest,
        doubt=doubt,
    )


def of_event_data_store(
    store: EventDataStorePromise,
    *,
    account: str,
    since: datetime | None,
    now: datetime,
    doubt: MeshtrailError | None = None,
) -> Expectation:
    """What an event data store should hold, from the moment it was created and for as long as it keeps events.

    What is not known of a store is taken as the wider. A store provisioned with ingestion off should hold nothing.
    """
    return Expectation(
        promised_of_event_data_store(store),
        account=None if store.organization else account,
        region=store.home_region if store.multi_region is False else None,
        since=since,
        oldest=still_kept(store.retention_days, now=now),
        nothing=store.ingestion is False,
        doubt=doubt,
    )


def still_kept(days: int | None, *, now: datetime) -> datetime | None:
    """The oldest event time that must still be there of what is kept for so many days; None: no end.

    The last day accuses nobody, see `FADING`.
    """
    return None if days is None else now - timedelta(days=days) + FADING


def promised_of_trail(trail: TrailPromise) -> Selectors:
    """The selectors a manifest promises of a trail; none are CloudTrail's default."""
    return read_selectors(
        {"EventSelectors": trail.event_selectors, "AdvancedEventSelectors": trail.advanced_event_selectors}
    )


def promised_of_event_data_store(store: EventDataStorePromise) -> Selectors:
    """The selectors a manifest promises of an event data store; none are CloudTrail's default."""
    return read_selectors({"AdvancedEventSelectors": store.advanced_event_selectors})
