"""Queries as the API sees them: started, waited for, cancelled, listed; they run in a pool of threads.

Source: CloudTrail API reference, StartQuery, DescribeQuery, GetQueryResults, CancelQuery, ListQueries; CloudTrail
user guide, "Run a query and save query results".
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sandbox.lake.errors import (
    InactiveQueryException,
    MaxConcurrentQueriesException,
    QueryIdNotFoundException,
)
from sandbox.lake.execution import Execution, Outcome, QueryFailed, QueryInterrupted, Scope
from sandbox.lake.limits import CONCURRENT_QUERIES, RESULTS_KEPT

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sandbox.lake.sql.statement import Statement

Clock = Callable[[], datetime]

_ENDED_KEPT: Final = 1000
"""Ended queries remembered of one account in one Region; AWS has no such bound, the sandbox's memory has."""


class QueryStatus(StrEnum):
    """The status of a query, by its API name."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMED_OUT = "TIMED_OUT"


_ACTIVE: Final = frozenset({QueryStatus.QUEUED, QueryStatus.RUNNING})


class Query:
    """One query, from start to end. Safe to use from several threads.

    Attributes:
        query_id: Its ID.
        statement: What it runs.
        created_at: When it was started, UTC.
    """

    def __init__(self, statement: Statement, execution: Execution, clock: Clock) -> None:
        self.query_id = str(uuid.uuid4())
        self.statement = statement
        self.created_at = clock()
        self._execution = execution
        self._clock = clock
        self._lock = threading.Lock()
        self._status = QueryStatus.QUEUED
        self._started_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._outcome: Outcome | None = None
        self._error: str | None = None

    @property
    def status(self) -> QueryStatus:
        """Where it is now."""
        return self._status

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self._status in _ACTIVE

    @property
    def outcome(self) -> Outcome | None:
        """What it found; None unless it is finished."""
        return self._outcome

    @property
    def error(self) -> str | None:
        """Why it failed; None unless it failed."""
        return self._error

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, UTC; None while it waits or runs."""
        return self._ended_at

    @property
    def run_time(self) -> timedelta:
        """How long it has run, or ran."""
        if self._started_at is None:
            return timedelta()
        return (self._ended_at or self._clock()) - self._started_at

    def run(self, scopes: Callable[[], Mapping[str, Scope]], limit: timedelta) -> None:
        """Run to the end; nothing is raised, the status tells.

        Args:
            scopes: What it may read, asked for when it begins.
            limit: How long it may run.
        """
        with self._lock:
            if self._status is not QueryStatus.QUEUED:
                return
            self._status, self._started_at = QueryStatus.RUNNING, self._clock()
        timer = threading.Timer(limit.total_seconds(), self._stop, [QueryStatus.TIMED_OUT])
        timer.daemon = True
        timer.start()
        try:
            outcome = self._execution.run(scopes())
        except QueryInterrupted:
            self._end(QueryStatus.CANCELLED)
        except QueryFailed as error:
            self._end(QueryStatus.FAILED, error=str(error))
        except Exception as error:  # noqa: BLE001 # whatever it is, the caller waits for a status
            self._end(QueryStatus.FAILED, error=f"{type(error).__name__} while the query ran")
        else:
            self._end(QueryStatus.FINISHED, outcome=outcome)
        finally:
            timer.cancel()
            self._execution.close()

    def cancel(self) -> None:
        """Stop it.

        Raises:
            InactiveQueryException: when it has ended.
        """
        if not self._stop(QueryStatus.CANCELLED):
            raise InactiveQueryException(f"The query {self.query_id} is {self._status}")

    def _stop(self, status: QueryStatus) -> bool:
        if not self._end(status):
            return False
        if self._started_at is None:
            self._execution.close()
        else:
            self._execution.interrupt()
        return True

    def _end(self, status: QueryStatus, *, outcome: Outcome | None = None, error: str | None = None) -> bool:
        with self._lock:
            if not self.is_active:
                return False
            self._status, self._ended_at = status, self._clock()
            self._outcome, self._error = outcome, error
            return True


class Queries:
    """The queries of one account in one Region.

    Args:
        executor: Where they run.
        clock: The time, aware UTC.
        limit: How long a query may run.
    """

    def __init__(self, executor: Executor, clock: Clock, limit: timedelta) -> None:
        self._executor = executor
        self._clock = clock
        self._limit = limit
        self._lock = threading.Lock()
        self._queries: dict[str, Query] = {}

    def start(self, statement: Statement, scopes: Callable[[], Mapping[str, Scope]]) -> Query:
        """Check a statement and queue it.

        Raises:
            InvalidQueryStatementException: when a name in it cannot be resolved.
            MaxConcurrentQueriesException: when too many queries wait or run already.
        """
        with self._lock:
            if sum(query.is_active for query in self._queries.values()) >= CONCURRENT_QUERIES:
                raise MaxConcurrentQueriesException(
                    f"{CONCURRENT_QUERIES} queries are queued or running; no more can be started"
                )
            execution = Execution(statement, self._clock())
            try:
                execution.check()
            except BaseException:
                execution.close()
                raise
            query = Query(statement, execution, self._clock)
            self._forget()
            self._queries[query.query_id] = query
        self._executor.submit(query.run, scopes, self._limit)
        return query

    def get(self, query_id: str) -> Query:
        """One query.

        Raises:
            QueryIdNotFoundException: when there is none, or it ended too long ago.
        """
        with self._lock:
            self._forget()
            query = self._queries.get(query_id)
        if query is None:
            raise QueryIdNotFoundException(f"There is no query {query_id}")
        return query

    def all(self) -> list[Query]:
        """Every query that is remembered, newest first."""
        with self._lock:
            self._forget()
            return list(reversed(self._queries.values()))

    def cancel_all(self) -> None:
        """Stop whatever waits or runs."""
        for query in self.all():
            if query.is_active:
                try:
                    query.cancel()
                except InactiveQueryException:
                    continue

    def _forget(self) -> None:
        now = self._clock()
        ended = [query for query in self._queries.values() if query.ended_at is not None]
        for query in ended:
            if query.ended_at is not None and now >= query.ended_at + RESULTS_KEPT:
                self._queries.pop(query.query_id, None)
        for query in ended[: max(0, len(ended) - _ENDED_KEPT)]:
            self._queries.pop(query.query_id, None)
