"""Which events an event data store records: by status, account, Region and selectors.

Source: CloudTrail user guide, "CloudTrail Lake event data stores"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html) and "Event data stores for
organizations" (.../cloudtrail-lake-organizations.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.partitions import partition_of
from cloudtrail.selectors import SelectableEvent, matches
from sandbox.lake.organization import accounts_of
from sandbox.lake.store import EventDataStore, Status

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.ledger import CapturedEvent


def wants(store: EventDataStore, event: CapturedEvent, now: datetime) -> bool:
    """Whether a store records an event that reaches Lake at `now`."""
    return (
        store.status(now) is Status.ENABLED
        and _covers_region(store, event.region)
        and event.account in _accounts(store)
        and matches(store.options.selectors, SelectableEvent.from_document(event.record))
    )


def _covers_region(store: EventDataStore, region: str) -> bool:
    if store.options.multi_region:
        return partition_of(region) == partition_of(store.region)
    return region == store.region


def _accounts(store: EventDataStore) -> frozenset[str]:
    return accounts_of(
        store.account, organization=store.options.organization, partition=partition_of(store.region)
    )
