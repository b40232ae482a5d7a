"""CloudTrail Lake of one account in one Region: the operations, in Python's terms."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtrail.event_data_store import EventDataStoreArn, NotAnEventDataStore
from cloudtrail.partitions import partition_of, why_no_lake
from sandbox.lake.encryption import usable_key
from sandbox.lake.errors import (
    EventDataStoreAlreadyExistsException,
    EventDataStoreARNInvalidException,
    EventDataStoreMaxLimitExceededException,
    EventDataStoreNotFoundException,
    QueryIdNotFoundException,
    UnsupportedOperationException,
)
from sandbox.lake.execution import Scope
from sandbox.lake.ingest import wants
from sandbox.lake.limits import EVENT_DATA_STORES_PER_REGION
from sandbox.lake.options import changed, check_stoppable, chosen
from sandbox.lake.organization import check_may_own
from sandbox.lake.queries import Clock, Queries, Query
from sandbox.lake.schema import row
from sandbox.lake.sql.statement import STORE_ID, parse
from sandbox.lake.storage import Row, StoreFiles
from sandbox.lake.store import EventDataStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from datetime import datetime, timedelta
    from pathlib import Path

    from sandbox.lake.parameters import Parameters
    from sandbox.ledger import CapturedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every account and Region's Lake shares.

    Attributes:
        clock: The time, aware UTC.
        executor: Where queries run.
        folder: Where ORC files go.
        settling: How long a status in between lasts.
        query_time: How long a query may run.
    """

    clock: Clock
    executor: Executor
    folder: Path
    settling: timedelta
    query_time: timedelta


class LakeBackend:
    """The event data stores and queries of one account in one Region. Safe to use from several threads."""

    def __init__(self, *, account: str, region: str, surroundings: Surroundings) -> None:
        self._account = account
        self._region = region
        self._around = surroundings
        self._lock = threading.RLock()
        self._stores: dict[str, EventDataStore] = {}
        self._queries = Queries(surroundings.executor, surroundings.clock, surroundings.query_time)

    def require_lake(self) -> None:
        """Refuse every operation where Lake does not exist.

        Raises:
            UnsupportedOperationException: in a partition without Lake.
        """
        reason = why_no_lake(self._region)
        if reason is not None:
            raise UnsupportedOperationException(reason)

    def create(self, parameters: Parameters) -> EventDataStore:
        """Create an event data store from a CreateEventDataStore request.

        Raises:
            LakeError: any of the operation's errors.
        """
        with self._lock:
            now = self._around.clock()
            options = chosen(parameters, self._key(parameters))
            ingesting = parameters.flag("StartIngestion") is not False
            if not ingesting:
                check_stoppable(options)
            if options.organization:
                check_may_own(self._account, partition=partition_of(self._region))
            self._check_name(options.name, None)
            if len(self._present(now)) >= EVENT_DATA_STORES_PER_REGION:
                raise EventDataStoreMaxLimitExceededException(
                    f"{EVENT_DATA_STORES_PER_REGION} event data stores exist in {self._region}, "
                    "those pending deletion counted; no more can be created"
                )
            store_id = str(uuid.uuid4())
            store = EventDataStore(
                store_id=store_id,
                account=self._account,
                region=self._region,
                options=options,
                files=StoreFiles(self._around.folder / store_id),
                created_at=now,
                updated_at=now,
                settling=self._around.settling,
            )
            store.begin(now, ingesting=ingesting)
            self._stores[store_id] = store
            return store

    def get(self, name: str) -> EventDataStore:
        """The store that an ARN, or the ID at its end, stands for.

        Raises:
            EventDataStoreARNInvalidException: when the text is neither, or names another account or Region.
            EventDataStoreNotFoundException: when there is no such store.
        """
        with self._lock:
            store = self._present(self._around.clock()).get(self._store_id(name))
        if store is None:
            raise EventDataStoreNotFoundException(f"There is no event data store {name}")
        return store

    def active(self, name: str) -> EventDataStore:
        """As `get`, but the store must not wait for its deletion.

        Raises:
            InactiveEventDataStoreException: when it does.
        """
        store = self.get(name)
        store.require_active(self._around.clock())
        return store

    def update(self, name: str, parameters: Parameters) -> EventDataStore:
        """Change a store as an UpdateEventDataStore request asks.

        Raises:
            LakeError: any of the operation's errors.
        """
        with self._lock:
            store = self.active(name)
            options = changed(store.options, parameters, self._key(parameters))
            if options.organization and not store.options.organization:
                check_may_own(self._account, partition=partition_of(self._region))
            self._check_name(options.name, store)
            store.update(options, self._around.clock())
            return store

    def stores(self) -> Sequence[EventDataStore]:
        """Every store, those pending deletion too, oldest first."""
        with self._lock:
            return list(self._present(self._around.clock()).values())

    def delete(self, name: str) -> None:
        """Delete a store; it can be restored for seven days."""
        with self._lock:
            self.get(name).delete(self._around.clock())

    def restore(self, name: str) -> EventDataStore:
        """Take back the deletion of a store."""
        with self._lock:
            store = self.get(name)
            store.restore(self._around.clock())
            return store

    def start_ingestion(self, name: str) -> None:
        """Let a store record again."""
        with self._lock:
            store = self.active(name)
            store.start(self._around.clock())

    def stop_ingestion(self, name: str) -> None:
        """Let a store record nothing more."""
        with self._lock:
            store = self.active(name)
            store.stop(self._around.clock())

    def start_query(self, text: str) -> Query:
        """Start a query.

        Raises:
            InvalidQueryStatementException: when the text is not a SELECT that can run.
            EventDataStoreNotFoundException: when a store it names does not exist.
            InactiveEventDataStoreException: when one waits for its deletion.
            MaxConcurrentQueriesException: when too many run already.
        """
        statement = parse(text)
        stores = [self.active(store_id) for store_id in statement.store_ids]
        return self._queries.start(statement, lambda: self._scopes(stores))

    def query(self, query_id: str, store_name: str | None = None) -> Query:
        """One query; a store named along with it has to be one the query reads.

        Raises:
            QueryIdNotFoundException: when there is no such query on that store.
        """
        query = self._queries.get(query_id)
        if store_name is not None and self.get(store_name).store_id not in query.statement.store_ids:
            raise QueryIdNotFoundException(f"There is no query {query_id} on {store_name}")
        return query

    def queries(self, store_name: str) -> Sequence[Query]:
        """The queries on a store, newest first."""
        store = self.active(store_name)
        return [query for query in self._queries.all() if store.store_id in query.statement.store_ids]

    def ingest(self, event: CapturedEvent, *, visible_at: datetime) -> None:
        """Hand an event to every store that records it."""
        with self._lock:
            now = self._around.clock()
            wanting = [store for store in self._present(now).values() if wants(store, event, now)]
        for store in wanting:
            store.files.append(Row(row(event.record), visible_at))

    def flush(self) -> None:
        """Make everything recorded so far visible to queries."""
        now = self._around.clock()
        for store in self.stores():
            store.files.flush(now)

    def clear(self) -> None:
        """Forget every store and query."""
        self._queries.cancel_all()
        with self._lock:
            for store in self._stores.values():
                store.files.remove()
            self._stores.clear()
            self._queries = Queries(self._around.executor, self._around.clock, self._around.query_time)

    def _scopes(self, stores: Sequence[EventDataStore]) -> Mapping[str, Scope]:
        now = self._around.clock()
        return {store.store_id: Scope(store.files.visible(now), store.horizon(now)) for store in stores}

    def _present(self, now: datetime) -> dict[str, EventDataStore]:
        for store in [store for store in self._stores.values() if store.is_gone(now)]:
            store.files.remove()
            del self._stores[store.store_id]
        return self._stores

    def _store_id(self, name: str) -> str:
        store_id = name
        if ":" in name:
            try:
                arn = EventDataStoreArn.parse(name)
            except NotAnEventDataStore as error:
                raise EventDataStoreARNInvalidException(error.what) from error
            here = (partition_of(self._region), self._region, self._account)
            if (arn.partition, arn.region, arn.account) != here:
                raise EventDataStoreARNInvalidException(
                    f"{name} is not an event data store of account {self._account} in {self._region}"
                )
            store_id = arn.store_id
        if STORE_ID.fullmatch(store_id) is None:
            raise EventDataStoreARNInvalidException(f"{name} is not the ARN or ID of an event data store")
        return store_id.lower()

    def _check_name(self, name: str, own: EventDataStore | None) -> None:
        # A store pending deletion keeps its name: RestoreEventDataStore has no error for a name taken since.
        stores = self._present(self._around.clock())
        if any(store is not own and store.options.name == name for store in stores.values()):
            raise EventDataStoreAlreadyExistsException(f"An event data store named {name} exists")

    def _key(self, parameters: Parameters) -> str | None:
        name = parameters.text("KmsKeyId")
        return None if name is None else usable_key(name, account=self._account, region=self._region)
