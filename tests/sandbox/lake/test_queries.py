# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.lake.errors import (
    EventDataStoreNotFoundException,
    InactiveQueryException,
    InvalidQueryStatementException,
    MaxConcurrentQueriesException,
    QueryIdNotFoundException,
)
from sandbox.lake.queries import QueryStatus
from sandbox.lake.service import LakeService
from sandbox.settings import SandboxSettings
from tests.sandbox.lake.conftest import ACCOUNT, REGION, Clock, StandingExecutor, create, event

if TYPE_CHECKING:
    from sandbox.lake.backend import LakeBackend
    from sandbox.lake.queries import Query

ENDLESS = (
    "SELECT count(*) FROM {s}, UNNEST(sequence(1, 10000)) AS t(x), UNNEST(sequence(1, 10000)) AS u(y), "
    "UNNEST(sequence(1, 10000)) AS v(z)"
)


@pytest.fixture
def text(backend: LakeBackend) -> str:
    """A query over an existing store."""
    return f"SELECT eventID FROM {create(backend).store_id}"


def _until_it_runs(query: Query) -> None:
    deadline = time.monotonic() + 30
    while query.status is QueryStatus.QUEUED and time.monotonic() < deadline:
        time.sleep(0.01)


def _until_it_ends(query: Query) -> None:
    deadline = time.monotonic() + 30
    while query.is_active and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_query_is_queued_then_finished(backend: LakeBackend, executor: StandingExecutor, text: str) -> None:
    """It waits for its turn and keeps what it found."""
    query = backend.start_query(text)
    assert query.status is QueryStatus.QUEUED
    executor.run()
    assert query.status is QueryStatus.FINISHED
    assert query.outcome is not None
    assert query.error is None


def test_a_failed_query_tells_why(
    lake: LakeService, backend: LakeBackend, executor: StandingExecutor
) -> None:
    """The error is the value that could not be computed; there is no result."""
    store = create(backend)
    lake.ingest(event())
    query = backend.start_query(f"SELECT requestParameters['nothing'] FROM {store.store_id}")
    executor.run()
    assert query.status is QueryStatus.FAILED
    assert query.error is not None
    assert "nothing" in query.error
    assert query.outcome is None


def test_an_unforeseen_error_fails_the_query_and_no_more(
    backend: LakeBackend, executor: StandingExecutor, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong, a caller that waits gets a status; paths and internals are not shown."""

    def broken(*_: object) -> None:
        raise OSError("/secret/path")

    monkeypatch.setattr("sandbox.lake.execution.read", broken)
    query = backend.start_query(text)
    executor.run()
    assert (query.status, query.error) == (QueryStatus.FAILED, "OSError while the query ran")


def test_a_query_that_waits_can_be_cancelled(
    backend: LakeBackend, executor: StandingExecutor, text: str
) -> None:
    """It never runs, and cannot be cancelled twice."""
    query = backend.start_query(text)
    query.cancel()
    executor.run()
    assert query.status is QueryStatus.CANCELLED
    with pytest.raises(InactiveQueryException, match="is CANCELLED"):
        query.cancel()


def test_a_query_that_runs_can_be_cancelled() -> None:
    """It stops at once, without a result."""
    with LakeService(SandboxSettings()) as lake:
        backend = lake.backend(ACCOUNT, REGION)
        store = create(backend)
        lake.ingest(event())
        query = backend.start_query(ENDLESS.format(s=store.store_id))
        _until_it_runs(query)
        query.cancel()
        assert (query.status, query.outcome) == (QueryStatus.CANCELLED, None)


def test_a_query_that_takes_too_long_times_out() -> None:
    """TIMED_OUT, after the limit and not long after."""
    with LakeService(SandboxSettings(), query_time=timedelta(seconds=0.3)) as lake:
        backend = lake.backend(ACCOUNT, REGION)
        store = create(backend)
        lake.ingest(event())
        query = backend.start_query(ENDLESS.format(s=store.store_id))
        _until_it_ends(query)
        assert query.status is QueryStatus.TIMED_OUT
        assert query.run_time < timedelta(seconds=20)


def test_ten_queries_at_once_are_the_limit(
    lake: LakeService, backend: LakeBackend, executor: StandingExecutor, text: str
) -> None:
    """Those that ended no longer count; another Region has its own ten."""
    for _ in range(10):
        backend.start_query(text)
    with pytest.raises(MaxConcurrentQueriesException):
        backend.start_query(text)
    elsewhere = lake.backend(ACCOUNT, "eu-west-1")
    elsewhere.start_query(f"SELECT eventID FROM {create(elsewhere).store_id}")
    executor.run()
    backend.start_query(text)


def test_a_refused_query_does_not_count(backend: LakeBackend, text: str) -> None:
    """A statement that cannot run takes none of the ten places."""
    for _ in range(12):
        with pytest.raises(InvalidQueryStatementException):
            backend.start_query(text.replace("eventID", "nothing"))
    backend.start_query(text)


def test_an_unknown_store_in_from_is_not_found(backend: LakeBackend) -> None:
    """A well-formed ID that nobody has, or that another account has."""
    with pytest.raises(EventDataStoreNotFoundException):
        backend.start_query("SELECT eventID FROM 0a1b2c3d-0000-4000-8000-000000000001")


def test_results_are_kept_for_seven_days(
    backend: LakeBackend, executor: StandingExecutor, clock: Clock, text: str
) -> None:
    """Then the query is forgotten."""
    query = backend.start_query(text)
    executor.run()
    clock.pass_by(timedelta(days=7) - timedelta(seconds=1))
    assert backend.query(query.query_id) is query
    clock.pass_by(timedelta(seconds=1))
    with pytest.raises(QueryIdNotFoundException):
        backend.query(query.query_id)


def test_a_query_is_found_with_the_store_it_reads_only(backend: LakeBackend, text: str) -> None:
    """Naming another store of the account finds nothing."""
    other = create(backend, Name="other")
    query = backend.start_query(text)
    with pytest.raises(QueryIdNotFoundException):
        backend.query(query.query_id, other.arn)
    assert backend.queries(other.arn) == []


def test_queries_are_listed_newest_first(backend: LakeBackend, text: str) -> None:
    """The last one started comes first."""
    queries = [backend.start_query(text) for _ in range(3)]
    store_id = queries[0].statement.store_ids[0]
    assert backend.queries(store_id) == queries[::-1]


def test_the_number_of_remembered_queries_is_bounded(
    backend: LakeBackend, executor: StandingExecutor, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest results make room."""
    monkeypatch.setattr("sandbox.lake.queries._ENDED_KEPT", 2)
    queries: list[Query] = []
    for _ in range(4):
        queries.append(backend.start_query(text))
        executor.run()
    assert backend.queries(queries[0].statement.store_ids[0]) == queries[:1:-1]
