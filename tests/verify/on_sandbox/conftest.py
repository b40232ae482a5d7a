"""A sandbox with a trail, its bucket and an event data store, and a few App Mesh events that landed in all of them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from cloudtrail.manifest import BucketPromise, EventDataStorePromise, Manifest, TrailPromise
from cloudtrail.resource_policies import TrailDestination, bucket_policy
from sandbox.clients import ACCOUNT, SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.report import Claim, Report
from verify.s3_objects import S3Objects
from verify.verification import Options, Verification
from verify.window import Window

HOME = "us-east-1"
BUCKET = "audit-bucket"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/meshtrail"
APP_MESH_ONLY = [
    {
        "Name": "App Mesh",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
        ],
    }
]
AS_S3_DOES_BY_DEFAULT = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
"""What every bucket has since 2023; moto's have nothing."""


@dataclass(frozen=True)
class World:
    """A provisioned sandbox, and how to look at it."""

    sandbox: SandboxClient
    session: boto3.Session
    manifest: Manifest
    started: datetime

    @property
    def aws(self) -> Aws:
        """Fresh clients of the account's root user."""
        return Aws(self.session, endpoint_url=self.sandbox.endpoint)

    @property
    def s3(self) -> Any:
        """S3 as the root user."""
        return self.aws.client("s3", HOME)

    def call(self, count: int = 3, *, user_agent: str = "a person") -> None:
        """Let the root user call App Mesh."""
        client = self.aws.marked(user_agent).client("appmesh", HOME)
        for number in range(count):
            client.create_mesh(meshName=f"mesh-{number}-{len(user_agent)}")

    def verification(self, aws: Aws | None = None) -> Verification:
        """A verification of everything since the start."""
        looking = aws or self.aws
        now = datetime.now(UTC)
        return Verification(
            self.manifest,
            aws=looking,
            objects_of=lambda trail: S3Objects(looking, bucket=trail.bucket, region=trail.bucket_region),
            options=Options(
                window=Window(self.started, now + timedelta(seconds=1)),
                now=now,
                digest_cadence=timedelta(hours=1),
            ),
        )

    def verify(self) -> Report:
        """What a verification finds now."""
        return self.verification().run()

    def log_files(self) -> list[str]:
        """The keys of the log files."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        return [
            item["Key"]
            for page in pages
            for item in page.get("Contents", [])
            if "/CloudTrail/" in item["Key"]
        ]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox; it delivers when it is told to."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000)) as sandbox:
        yield sandbox


@pytest.fixture
def world(running: Sandbox) -> World:
    """A provisioned sandbox, without events yet."""
    running.reset()
    started = datetime.now(UTC).replace(microsecond=0)
    sandbox = SandboxClient(running.endpoint)
    session: Any = boto3.Session
    root = session(**sandbox.root(ACCOUNT).credentials)
    aws = Aws(root, endpoint_url=running.endpoint)
    policy = bucket_policy(TrailDestination(bucket=BUCKET, trail_arn=TRAIL))
    s3: Any = aws.client("s3", HOME)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=AS_S3_DOES_BY_DEFAULT)
    cloudtrail: Any = aws.cloudtrail(HOME)
    cloudtrail.create_trail(
        Name="meshtrail", S3BucketName=BUCKET, IsMultiRegionTrail=True, EnableLogFileValidation=True
    )
    cloudtrail.start_logging(Name="meshtrail")
    store = cloudtrail.create_event_data_store(
        Name="meshtrail", AdvancedEventSelectors=APP_MESH_ONLY, RetentionPeriod=366
    )
    manifest = Manifest(
        account=ACCOUNT,
        partition="aws",
        home_region=HOME,
        regions=(HOME,),
        trails=(
            TrailPromise(
                arn=TRAIL,
                name="meshtrail",
                home_region=HOME,
                scope="multi-region",
                bucket=BUCKET,
                bucket_region=HOME,
            ),
        ),
        buckets=(BucketPromise(name=BUCKET, region=HOME, versioning=False),),
        event_data_stores=(
            EventDataStorePromise(
                arn=store["EventDataStoreArn"],
                name="meshtrail",
                home_region=HOME,
                multi_region=True,
                organization=False,
                retention_days=366,
                termination_protection=True,
                ingestion=True,
                advanced_event_selectors=tuple(APP_MESH_ONLY),
            ),
        ),
    )
    return World(sandbox, root, manifest, started)


@pytest.fixture
def landed(world: World) -> World:
    """The same after some events landed everywhere."""
    world.call()
    world.sandbox.flush()
    return world


@pytest.fixture
def claim() -> Callable[..., Claim]:
    """Finds the one claim of an id and a kind of store in a report."""

    def find(report: Report, claim_id: str, store: str = "") -> Claim:
        (found,) = [c for c in report.claims if c.id == claim_id and (c.store or "").startswith(store)]
        return found

    return find
