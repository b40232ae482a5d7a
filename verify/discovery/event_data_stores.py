"""The event data stores of an account in one Region.

Sources: CloudTrail API reference, ListEventDataStores and GetEventDataStore
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html). CloudTrail Lake is closed to new
customers since 2026-05-31: for an account that never had a store, a refusal means that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.event_data_store import BillingMode, EventDataStoreArn
from cloudtrail.manifest import EventDataStorePromise
from cloudtrail.partitions import why_no_lake
from cloudtrail.selectors import read_selectors
from verify.aws import CannotLook, asking
from verify.controls.store_state import GET_EVENT_DATA_STORE

if TYPE_CHECKING:
    from cloudtrail.selectors import Selectors
    from verify.aws import Aws

LIST_EVENT_DATA_STORES: Final = "cloudtrail:ListEventDataStores"
TAKES_IN: Final = {"ENABLED", "CREATED", "STARTING_INGESTION"}
"""The statuses of a store that takes events in, or is about to."""
_CLOSED: Final = "no longer accepting new customers"


@dataclass(frozen=True, slots=True)
class FoundStore:
    """An event data store as it is now: what a manifest would promise of it."""

    promise: EventDataStorePromise
    selectors: Selectors
    status: str

    @property
    def why_idle(self) -> str | None:
        """Why it takes nothing in now; None: it does."""
        return None if self.status in TAKES_IN else f"its status is {self.status}"

    @property
    def is_being_deleted(self) -> bool:
        """Whether it can only be restored, for seven days."""
        return self.status == "PENDING_DELETION"

    @property
    def owner(self) -> str:
        """The account it belongs to."""
        return EventDataStoreArn.parse(self.promise.arn).account

    def covers(self, region: str) -> bool:
        """Whether it takes what happens in a Region."""
        return self.promise.multi_region is not False or self.promise.home_region == region


def store_arns(aws: Aws, region: str) -> list[str]:
    """The ARNs of a Region's event data stores.

    Raises:
        CannotLook: when AWS does not answer; that Lake takes no new customers is an answer.
    """
    if why_no_lake(region) is not None:
        return []
    arns: list[str] = []
    token: dict[str, str] = {}
    client: Any = aws.cloudtrail(region)
    while True:
        try:
            with asking(LIST_EVENT_DATA_STORES, f"event data stores in {region}"):
                page = client.list_event_data_stores(**token)
        except CannotLook as error:
            if _CLOSED in error.why:
                return []
            raise
        arns += [str(store["EventDataStoreArn"]) for store in page.get("EventDataStores", [])]
        if not page.get("NextToken"):
            return arns
        token = {"NextToken": page["NextToken"]}


def read_store(aws: Aws, arn: str) -> FoundStore:
    """One event data store with its selectors.

    Raises:
        CannotLook: when AWS does not describe it.
        MalformedSelector: when its selectors are of a kind this version does not know.
        NotAnEventDataStore: when AWS lists something else.
    """
    region = EventDataStoreArn.parse(arn).region
    with asking(GET_EVENT_DATA_STORE, f"event data store {arn}"):
        now: Any = aws.cloudtrail(region).get_event_data_store(EventDataStore=arn)
    billing = now.get("BillingMode")
    promise = EventDataStorePromise(
        arn=arn,
        name=now.get("Name"),
        home_region=region,
        multi_region=now.get("MultiRegionEnabled"),
        organization=now.get("OrganizationEnabled"),
        retention_days=now.get("RetentionPeriod"),
        billing_mode=BillingMode(billing) if billing in set(BillingMode) else None,
        termination_protection=now.get("TerminationProtectionEnabled"),
        key_arn=now.get("KmsKeyId") or None,
        advanced_event_selectors=tuple(now.get("AdvancedEventSelectors") or ()),
    )
    return FoundStore(promise, read_selectors(now), str(now.get("Status")))
