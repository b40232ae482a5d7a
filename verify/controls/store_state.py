"""An event data store as AWS describes it now.

Source: CloudTrail API reference, GetEventDataStore
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.event_data_store import EventDataStoreArn
from cloudtrail.selectors import read_selectors
from verify.aws import Aws, asking

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.manifest import EventDataStorePromise
    from cloudtrail.selectors import Selectors

GET_EVENT_DATA_STORE: Final = "cloudtrail:GetEventDataStore"


class StoreState:
    """An event data store as AWS describes it now; asked for once, when it is first needed.

    Args:
        promise: What the manifest says of it.
        aws: The session to look with.
        discovered: Whether the promise is only what was found: nobody promised it.
    """

    def __init__(self, promise: EventDataStorePromise, *, aws: Aws, discovered: bool = False) -> None:
        self.promise = promise
        self.discovered = discovered
        self._client: Any = aws.cloudtrail(EventDataStoreArn.parse(promise.arn).region)

    @cached_property
    def description(self) -> dict[str, Any]:
        """GetEventDataStore."""
        with asking(GET_EVENT_DATA_STORE, f"event data store {self.promise.arn}"):
            return dict(self._client.get_event_data_store(EventDataStore=self.promise.arn))

    @property
    def selectors(self) -> Selectors:
        """Its advanced event selectors."""
        return read_selectors(self.description)

    @property
    def terms(self) -> EventDataStorePromise:
        """What was promised; what was not, as of an adopted store, as AWS describes it now.

        Raises:
            CannotLook: when something was not promised, and AWS does not answer.
            MalformedSelector: when AWS answers with a selector of a kind this version does not know.
        """
        if self.promise.advanced_event_selectors:
            return self.promise
        now = {
            "multi_region": self.description.get("MultiRegionEnabled"),
            "organization": self.description.get("OrganizationEnabled"),
            "retention_days": self.description.get("RetentionPeriod"),
            "advanced_event_selectors": tuple(selector.to_api() for selector in self.selectors),
        }
        promised = self.promise.model_dump(include=set(now), exclude_none=True, exclude_defaults=True)
        return self.promise.model_copy(update=now | promised)

    @property
    def since(self) -> datetime | None:
        """When it was created: older events are not expected."""
        return self.description.get("CreatedTimestamp")
