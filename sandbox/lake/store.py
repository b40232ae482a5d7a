"""One event data store: its status and what may be done in which.

    CREATED -> ENABLED <-> STOPPED_INGESTION        ENABLED, STOPPED_INGESTION -> PENDING_DELETION -> gone
                  ^------------------------------------- restore (within 7 days) -------'

The statuses in between (STARTING_INGESTION, STOPPING_INGESTION, and CREATED after creation) last
`settling`, as AWS's last seconds.

Source: CloudTrail user guide, "Event data store lifecycle" and "Change termination protection"; CloudTrail API
reference, DeleteEventDataStore, RestoreEventDataStore, StartEventDataStoreIngestion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import Arn, partition_of
from sandbox.lake.errors import (
    EventDataStoreTerminationProtectedException,
    InactiveEventDataStoreException,
    InvalidEventDataStoreStatusException,
)
from sandbox.lake.limits import PENDING_DELETION
from sandbox.lake.options import StoreOptions, check_stoppable

if TYPE_CHECKING:
    from sandbox.lake.storage import StoreFiles


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Status(StrEnum):
    """The status of an event data store, by its API name."""

    CREATED = "CREATED"
    ENABLED = "ENABLED"
    STARTING_INGESTION = "STARTING_INGESTION"
    STOPPING_INGESTION = "STOPPING_INGESTION"
    STOPPED_INGESTION = "STOPPED_INGESTION"
    PENDING_DELETION = "PENDING_DELETION"


@dataclass(kw_only=True)
class EventDataStore:
    """One event data store. Not locked: its backend is.

    Attributes:
        store_id: The ID, which is also its table's name in SQL.
        account: The account that owns it.
        region: Where it is.
        options: What its owner chose.
        files: Its events.
        created_at: When it was created, UTC.
        updated_at: When its options or its ingestion last changed.
        settling: How long the statuses in between last.
    """

    store_id: str
    account: str
    region: str
    options: StoreOptions
    files: StoreFiles
    created_at: datetime
    updated_at: datetime
    settling: timedelta
    _status: Status = Status.CREATED
    _next: Status | None = None
    _settles_at: datetime = _LONG_AGO
    _deleted_at: datetime | None = None
    _purged_before: datetime = _LONG_AGO

    @property
    def arn(self) -> str:
        """Its Amazon Resource Name."""
        resource = f"eventdatastore/{self.store_id}"
        return str(Arn(partition_of(self.region), "cloudtrail", self.region, self.account, resource))

    def status(self, now: datetime) -> Status:
        """Its status at a time."""
        if self._next is not None and now >= self._settles_at:
            self._status, self._next = self._next, None
        return self._status

    def begin(self, now: datetime, *, ingesting: bool) -> None:
        """Come into being; with `ingesting` false it starts with its ingestion stopped."""
        self._move(Status.CREATED, Status.ENABLED if ingesting else Status.STOPPED_INGESTION, now)

    def is_gone(self, now: datetime) -> bool:
        """Whether its time of grace after deletion is over."""
        return self._deleted_at is not None and now >= self._deleted_at + PENDING_DELETION

    def require_active(self, now: datetime) -> None:
        """Refuse an operation on a deleted store.

        Raises:
            InactiveEventDataStoreException: when it waits for its deletion.
        """
        if self.status(now) is Status.PENDING_DELETION:
            raise InactiveEventDataStoreException(f"The event data store {self.arn} is pending deletion")

    def delete(self, now: datetime) -> None:
        """Stop recording and wait for deletion.

        Raises:
            EventDataStoreTerminationProtectedException: when termination protection is on.
            InactiveEventDataStoreException: when it is deleted already.
        """
        self.require_active(now)
        if self.options.termination_protection:
            raise EventDataStoreTerminationProtectedException(
                f"Termination protection is enabled for the event data store {self.arn}"
            )
        self._status, self._next, self._deleted_at = Status.PENDING_DELETION, None, now
        self.updated_at = now

    def restore(self, now: datetime) -> None:
        """Take the deletion back; recording goes on.

        Raises:
            InvalidEventDataStoreStatusException: when it is not deleted.
        """
        self._require(Status.PENDING_DELETION, now)
        self._status, self._deleted_at, self.updated_at = Status.ENABLED, None, now

    def start(self, now: datetime) -> None:
        """Record again.

        Raises:
            InvalidEventDataStoreStatusException: when ingestion is not stopped.
            InvalidEventDataStoreCategoryException: when its events cannot be stopped and started.
        """
        check_stoppable(self.options)
        self._require(Status.STOPPED_INGESTION, now)
        self._move(Status.STARTING_INGESTION, Status.ENABLED, now)

    def stop(self, now: datetime) -> None:
        """Stop recording; what is recorded stays.

        Raises:
            InvalidEventDataStoreStatusException: when it is not enabled.
            InvalidEventDataStoreCategoryException: when its events cannot be stopped and started.
        """
        check_stoppable(self.options)
        self._require(Status.ENABLED, now)
        self._move(Status.STOPPING_INGESTION, Status.STOPPED_INGESTION, now)

    def update(self, options: StoreOptions, now: datetime) -> None:
        """Take other options. A shorter retention removes older events for good.

        Raises:
            InactiveEventDataStoreException: when it waits for its deletion.
        """
        self.require_active(now)
        self.options, self.updated_at = options, now
        self._purged_before = self._horizon(now)

    def horizon(self, now: datetime) -> datetime:
        """The earliest event time still kept, naive UTC."""
        return self._horizon(now).replace(tzinfo=None)

    def _horizon(self, now: datetime) -> datetime:
        return max(self._purged_before, now - timedelta(days=self.options.retention_days))

    def _require(self, status: Status, now: datetime) -> None:
        if self.status(now) is not status:
            raise InvalidEventDataStoreStatusException(
                f"The event data store {self.arn} is {self.status(now)}; this needs {status}"
            )

    def _move(self, through: Status, to: Status, now: datetime) -> None:
        self._status, self._next, self._settles_at = through, to, now + self.settling
        self.updated_at = now
