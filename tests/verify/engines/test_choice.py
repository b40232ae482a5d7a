"""Each engine reads what it can read, and says what it leaves out."""

from typing import Any

import pytest
import typer

from cloudtrail.manifest import EventDataStorePromise, Manifest, TrailPromise
from tests.sandbox.athena.conftest import ACCOUNTS, REGION
from tests.verify.engines.conftest import CATALOG, TRAIL
from verify.aws import Aws
from verify.engines.choice import Engine, NoEngine
from verify.engines.kind import EngineKind
from verify.engines.meter import BadSize, Meter
from verify.engines.options import engine_of
from verify.log_files import LogFiles
from verify.stores.athena import AthenaTrailBucket
from verify.stores.base import Place, Store
from verify.stores.event_data_store import EventDataStore
from verify.stores.expectation import of_event_data_store, of_trail
from verify.stores.trail_bucket import TrailBucket
from verify.window import CLOUDTRAIL_BEGAN

LAKE = EventDataStorePromise(
    arn=f"arn:aws:cloudtrail:{REGION}:{ACCOUNTS[0]}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE",
    home_region=REGION,
)
OTHER = TRAIL.model_copy(update={"arn": f"{TRAIL.arn}2", "name": "other"})


def manifest(**changed: Any) -> Manifest:
    """Two trails, one with tables, and an event data store."""
    told: dict[str, Any] = {
        "account": ACCOUNTS[0],
        "partition": "aws",
        "home_region": REGION,
        "regions": (REGION,),
        "trails": (TRAIL, OTHER),
        "event_data_stores": (LAKE,),
        "athena": CATALOG,
    }
    return Manifest(**(told | changed))


def stores() -> list[Store]:
    """Of that manifest."""

    def bucket(trail: TrailPromise) -> TrailBucket:
        log_files: Any = object.__new__(LogFiles)  # nothing is read
        expectation = of_trail(trail, account=ACCOUNTS[0], since=None)
        return TrailBucket(trail, organization=None, log_files=log_files, expectation=expectation)

    expectation = of_event_data_store(LAKE, account=ACCOUNTS[0], since=None, now=CLOUDTRAIL_BEGAN)
    return [bucket(TRAIL), bucket(OTHER), EventDataStore(LAKE, aws=Aws(), expectation=expectation)]


def chosen(kind: EngineKind) -> tuple[list[Store], list[str]]:
    """The stores as an engine reads them, and what it told."""
    told: list[str] = []
    engine = Engine(kind, Meter(None, tell=told.append))
    found = engine.stores(stores(), manifest=manifest(), aws=Aws(), places=[Place(ACCOUNTS[0], REGION)])
    return found, told


def test_this_machine_reads_all() -> None:
    """Nothing changes, and nothing is told."""
    found, told = chosen(EngineKind.LOCAL)
    assert [type(store) for store in found] == [TrailBucket, TrailBucket, EventDataStore]
    assert told == []


def test_athena_reads_the_bucket_that_has_tables() -> None:
    """The other one is read here, and that is said."""
    found, told = chosen(EngineKind.ATHENA)
    assert [type(store) for store in found] == [AthenaTrailBucket, TrailBucket, EventDataStore]
    assert told == ["Trail bucket of other: Athena has no tables over it, so that it is read here."]


def test_lake_leaves_the_buckets_out_and_says_so() -> None:
    """What was not looked at has no claim; what Lake scans is told."""
    found, told = chosen(EngineKind.LAKE)
    assert [type(store) for store in found] == [EventDataStore]
    assert all("nothing is claimed of it" in sentence for sentence in told)
    assert len(told) == 2
    (store,) = found
    assert isinstance(store, EventDataStore)
    assert store.meter is not None


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        (EngineKind.ATHENA, {"athena": None}),
        (EngineKind.ATHENA, {"trails": (OTHER,)}),
        (EngineKind.LAKE, {"event_data_stores": ()}),
    ],
)
def test_an_engine_with_nothing_to_work_on_is_refused(kind: EngineKind, lacking: dict[str, Any]) -> None:
    """Before anything is looked at, with what to do."""
    with pytest.raises(NoEngine) as caught:
        Engine(kind, Meter(None, tell=lambda _: None)).check(manifest(**lacking))
    assert caught.value.remedy


@pytest.mark.parametrize("kind", [EngineKind.LOCAL, EngineKind.LAKE])
def test_a_bound_that_cannot_be_kept_is_refused(kind: EngineKind) -> None:
    """It would be forgotten without a word."""
    with pytest.raises(typer.BadParameter):
        engine_of(kind, "1GB")
    assert engine_of(kind, None).meter.most is None


def test_a_bound_is_read() -> None:
    """Or refused, when it is none."""
    assert engine_of(EngineKind.ATHENA, "1GB").meter.most == 10**9
    with pytest.raises(BadSize):
        engine_of(EngineKind.ATHENA, "much")
