# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.lake.rendering import rows
from sandbox.lake.service import LakeService
from sandbox.settings import SandboxSettings
from tests.sandbox.lake.conftest import ACCOUNT, NOW, REGION, Clock, StandingExecutor, create, event

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.lake.store import EventDataStore


def _ids(store: EventDataStore, lake: LakeService, executor: StandingExecutor) -> list[str | None]:
    backend = lake.backend(store.account, store.region)
    query = backend.start_query(f"SELECT eventID FROM {store.store_id} ORDER BY 1")
    executor.run()
    assert query.outcome is not None, query.error
    return [line[0]["eventID"] for line in rows(query.outcome.rows, query.outcome.names)]


def test_an_event_reaches_every_store_that_wants_it(lake: LakeService, executor: StandingExecutor) -> None:
    """In every Region of the account, and in no other account."""
    stores = [create(lake.backend(ACCOUNT, region)) for region in (REGION, "eu-west-1")]
    stranger = create(lake.backend("111122223333", REGION))
    lake.ingest(event(eventID="1"))
    assert [_ids(store, lake, executor) for store in (*stores, stranger)] == [["1"], ["1"], []]


def test_an_event_delivered_twice_is_there_twice(lake: LakeService, executor: StandingExecutor) -> None:
    """Lake does not remove duplicates."""
    store = create(lake.backend(ACCOUNT, REGION))
    lake.ingest(event(eventID="1"))
    lake.ingest(event(eventID="1"))
    assert _ids(store, lake, executor) == ["1", "1"]


def test_events_show_after_the_delay_or_a_flush(executor: StandingExecutor) -> None:
    """Not before `lake_delay` has passed; a flush does not wait for it."""
    clock = Clock()
    with LakeService(SandboxSettings(lake_delay=60), clock=clock, executor=executor) as lake:
        store = create(lake.backend(ACCOUNT, REGION))
        lake.ingest(event(eventID="1"))
        seen = [_ids(store, lake, executor)]
        clock.pass_by(timedelta(seconds=60))
        seen.append(_ids(store, lake, executor))
        lake.ingest(event(eventID="2"))
        seen.append(_ids(store, lake, executor))
        lake.flush()
        seen.append(_ids(store, lake, executor))
    assert seen == [[], ["1"], ["1"], ["1", "2"]]


def test_events_leave_when_their_retention_is_over(
    lake: LakeService, clock: Clock, executor: StandingExecutor
) -> None:
    """Counted from the event's own time: too old at once, or later."""
    store = create(lake.backend(ACCOUNT, REGION), RetentionPeriod=7)
    lake.ingest(event(NOW - timedelta(days=8), eventID="old"))
    lake.ingest(event(NOW - timedelta(days=6), eventID="young"))
    assert _ids(store, lake, executor) == ["young"]
    clock.pass_by(timedelta(days=2))
    assert _ids(store, lake, executor) == []


def test_reset_forgets_everything(lake: LakeService) -> None:
    """No store and no file is left."""
    backend = lake.backend(ACCOUNT, REGION)
    create(backend)
    lake.ingest(event())
    lake.flush()
    lake.reset()
    assert not backend.stores()
    assert not list(lake._folder.rglob("*.orc"))


def test_a_temporary_folder_goes_with_the_service() -> None:
    """What the service made, it removes."""
    with LakeService(SandboxSettings()) as lake:
        create(lake.backend(ACCOUNT, REGION))
        lake.ingest(event())
        lake.flush()
        folder = lake._folder
        assert list(folder.rglob("*.orc"))
    assert not folder.exists()


def test_a_given_folder_is_used_and_kept(tmp_path: Path) -> None:
    """Only the stores in it are removed."""
    with LakeService(SandboxSettings(), tmp_path) as lake:
        store = create(lake.backend(ACCOUNT, REGION))
        lake.ingest(event())
        lake.flush()
        assert list((tmp_path / store.store_id).glob("*.orc"))
    assert tmp_path.exists()
    assert not list(tmp_path.iterdir())
