"""CloudTrail Lake's event data stores: price options, how long each may keep events, and their ARNs.

Source: CloudTrail API reference, CreateEventDataStore
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import Arn, MalformedArn

TYPED_RESOURCE_MAX_DAYS: Final = 2555
"""The longest retention `aws.cloudtrail.EventDataStore` accepts; AWS itself allows more (see `RETENTION`)."""

NAME: Final = re.compile(r"[a-zA-Z0-9._\-]{3,128}")


class BillingMode(StrEnum):
    """The price option of an event data store, by its API name."""

    EXTENDABLE = "EXTENDABLE_RETENTION_PRICING"
    FIXED = "FIXED_RETENTION_PRICING"


@dataclass(frozen=True, slots=True)
class Retention:
    """What a price option allows, in days.

    Attributes:
        minimum: The shortest retention.
        maximum: The longest retention.
        default: What AWS takes when nothing is asked for.
        title: The name AWS's console gives the option.
    """

    minimum: int
    maximum: int
    default: int
    title: str

    def allows(self, days: int) -> bool:
        """Whether a store with this price option may keep events for so many days."""
        return self.minimum <= days <= self.maximum


RETENTION: Final = {
    BillingMode.EXTENDABLE: Retention(7, 3653, 366, "one-year extendable retention pricing"),
    BillingMode.FIXED: Retention(7, 2557, 2557, "seven-year retention pricing"),
}


class NotAnEventDataStore(MeshtrailError):
    """An ARN that should name an event data store names something else."""


@dataclass(frozen=True, slots=True)
class EventDataStoreArn:
    """The ARN of an event data store; `store_id` is its tail, which is also its table name in Lake SQL."""

    partition: str
    region: str
    account: str
    store_id: str

    @classmethod
    def parse(cls, text: str) -> EventDataStoreArn:
        """Read the ARN of an event data store.

        Raises:
            NotAnEventDataStore: when the text is no ARN or the ARN of something else.
        """
        remedy = (
            "It reads arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID, "
            "as `aws cloudtrail list-event-data-stores` prints it."
        )
        try:
            arn = Arn.parse(text)
        except MalformedArn as error:
            raise NotAnEventDataStore(error.what, remedy=remedy) from error
        kind, _, store_id = arn.resource.partition("/")
        if arn.service != "cloudtrail" or kind != "eventdatastore" or not store_id or "/" in store_id:
            raise NotAnEventDataStore(
                f"{text!r} is not the ARN of an event data store",
                why=f"It names a {arn.service} {kind or 'resource'}.",
                remedy=remedy,
            )
        return cls(arn.partition, arn.region, arn.account, store_id)
