"""One bucket, read by this machine and by Athena."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudtrail.manifest import AthenaPromise, TrailPromise
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from tests.sandbox.athena.conftest import ACCOUNTS, BUCKET, DATABASE, ORGANIZATION, REGION, World
from verify.aws import Aws
from verify.engines.meter import Meter
from verify.engines.query import AthenaQueries
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.s3_objects import S3Objects
from verify.stores.athena import AthenaTrailBucket
from verify.stores.base import Place, Reading
from verify.stores.expectation import of_trail
from verify.stores.trail_bucket import TrailBucket
from verify.window import Window

SOURCES = ["appmesh.amazonaws.com"]
PLACES = [Place(account, region) for account in ACCOUNTS for region in (REGION, "eu-west-1")]
NOW = datetime(2026, 9, 2, 1, tzinfo=UTC)
WINDOW = Window(datetime(2026, 9, 1, 11, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC))
TRAIL = TrailPromise(
    arn=f"arn:aws:cloudtrail:{REGION}:{ACCOUNTS[0]}:trail/meshtrail",
    name="meshtrail",
    home_region=REGION,
    scope="organization",
    bucket=BUCKET,
    bucket_region=REGION,
)
CATALOG = AthenaPromise(
    trail_arn=TRAIL.arn,
    region=REGION,
    workgroup="meshtrail",
    database=DATABASE,
    results=f"s3://{BUCKET}/athena/",
)


@dataclass
class Readers:
    """The bucket, and both ways to read it."""

    world: World
    most: int | None = None
    told: list[str] = field(default_factory=list[str])

    @property
    def aws(self) -> Aws:
        """Fresh clients."""
        return Aws(self.world.session, endpoint_url=self.world.endpoint)

    def local(self) -> TrailBucket:
        """Read by this machine."""
        objects = S3Objects(self.aws, bucket=BUCKET, region=REGION)
        return TrailBucket(
            TRAIL,
            organization=ORGANIZATION,
            log_files=LogFiles(objects, bucket=BUCKET, sources=SOURCES, checkpoint=SqliteCheckpoint()),
            expectation=of_trail(TRAIL, account=ACCOUNTS[0], since=None),
        )

    def athena(self, aws: Aws | None = None, **changed: Any) -> AthenaTrailBucket:
        """Read by Athena."""
        asking = aws or self.aws
        catalog = CATALOG.model_copy(update=changed)
        return AthenaTrailBucket(
            self.local(),
            catalog=catalog,
            aws=asking,
            account=ACCOUNTS[0],
            places=PLACES,
            meter=Meter(self.most, tell=self.told.append),
            queries=AthenaQueries(catalog, aws=asking, sleep=lambda _: None),
        )


def find(
    store: TrailBucket | AthenaTrailBucket, place: Place = PLACES[0], window: Window = WINDOW
) -> Reading:
    """What a store holds of a place."""
    return store.find(place, window, sources=SOURCES, now=NOW)


def hours(count: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=count)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as sandbox:
        yield sandbox


@pytest.fixture
def readers(running: Sandbox) -> Readers:
    """A provisioned bucket without a log file."""
    running.reset()
    world = World(running.endpoint)
    world.provision()
    return Readers(world)
