"""Athena and CloudTrail Lake say of every account and Region, by one query, what this machine says file by file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cloudtrail.athena.folder import TrailFolder
from cloudtrail.athena.table import tables
from cloudtrail.manifest import AthenaPromise, Manifest, TrailPromise
from cloudtrail.partitions import trail_arn
from sandbox.clients import SandboxClient
from sandbox.organization import (
    BUCKET,
    EXTERNAL_ID,
    HOME,
    LOG_ARCHIVE,
    MANAGEMENT,
    ORGANIZATION,
    REGIONS,
    TRAIL,
    WORKLOADS,
    SandboxOrganization,
    build,
    with_trail,
)
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.engines.choice import Engine, NoEngine
from verify.engines.kind import EngineKind
from verify.engines.meter import Meter
from verify.log_files import SqliteCheckpoint
from verify.organization.asked import OrganizationOptions
from verify.organization.checkpoint import AccountCheckpoint
from verify.organization.matrix import CellState
from verify.organization.run import OrganizationVerification
from verify.progress import Silent
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.organization.document import OrganizationReport

ARN = trail_arn(region=HOME, account=MANAGEMENT, name=TRAIL)
RESULTS = "organization-athena-results"
BROKEN, QUIET = "eu-west-1", WORKLOADS[2]
PROMISED = Manifest(
    account=MANAGEMENT,
    partition="aws",
    home_region=HOME,
    organization_id=ORGANIZATION,
    regions=REGIONS,
    trails=(
        TrailPromise(
            arn=ARN,
            name=TRAIL,
            home_region=HOME,
            scope="organization",
            bucket=BUCKET,
            bucket_region=HOME,
        ),
    ),
    athena=AthenaPromise(
        trail_arn=ARN,
        region=HOME,
        workgroup="organization",
        database="organization",
        results=f"s3://{RESULTS}/",
    ),
)


@dataclass
class World:
    """An organization with Athena's tables over its trail, and how it is looked at.

    Attributes:
        organization: The organization.
        told: What the engine said.
    """

    organization: SandboxOrganization
    told: list[str] = field(default_factory=list[str])

    def client(self, service: str) -> Any:
        """A client of the management account."""
        return self.organization.root().client(service, HOME)

    def provision(self) -> None:
        """The tables, where a stack would make them: with the trail, in the management account."""
        glue = self.client("glue")
        glue.create_database(DatabaseInput={"Name": "organization"})
        folder = TrailFolder(
            bucket=BUCKET, prefix=None, organization=ORGANIZATION, account=MANAGEMENT, regions=REGIONS
        )
        for table in tables(folder):
            glue.create_table(
                DatabaseName="organization",
                TableInput={
                    "Name": table.name,
                    "TableType": "EXTERNAL_TABLE",
                    "Parameters": dict(table.parameters),
                    "PartitionKeys": [{"Name": name, "Type": "string"} for name in table.partition_columns],
                    "StorageDescriptor": {
                        "Columns": [{"Name": name, "Type": kind} for name, kind in table.columns],
                        "Location": table.location,
                        "InputFormat": table.input_format,
                        "OutputFormat": table.output_format,
                        "SerdeInfo": {
                            "SerializationLibrary": table.serde,
                            "Parameters": dict(table.serde_parameters),
                        },
                    },
                },
            )
        self.client("s3").create_bucket(Bucket=RESULTS)
        self.client("athena").create_work_group(
            Name="organization",
            Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{RESULTS}/"}},
        )

    def verified(
        self,
        kind: EngineKind,
        *,
        most: int | None = None,
        promised: Manifest | None = PROMISED,
        **options: Any,
    ) -> OrganizationReport:
        """What an engine finds."""
        self.told.clear()
        root = self.organization.root()
        session: Any = boto3.Session
        aws = Aws(
            session(region_name=HOME, **root.credentials), endpoint_url=self.organization.sandbox.endpoint
        )
        now = datetime.now(UTC) + timedelta(seconds=2)
        window = Window(now - timedelta(days=1), now)
        log_files = SqliteCheckpoint()
        asked: dict[str, Any] = {"regions": REGIONS, **options}
        try:
            return OrganizationVerification(
                aws,
                OrganizationOptions(external_id=EXTERNAL_ID, log_archive_account=LOG_ARCHIVE, **asked),
                rows=AccountCheckpoint(None, window=window, now=now),
                log_files=log_files,
                now=now,
                watcher=Silent(),
                engine=Engine(kind, Meter(most, tell=self.told.append)),
                promised=promised,
            ).run()
        finally:
            log_files.close()

    @property
    def scans(self) -> int:
        """How many queries of the last run scanned something."""
        return sum("Athena scanned" in sentence for sentence in self.told)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Events everywhere but in one account; then again, while one Region's deliveries fail."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000)) as running:
        made = build(SandboxClient(running.endpoint))
        with_trail(made, athena_account=MANAGEMENT)
        made.call_app_mesh([one for one in made.accounts if one != QUIET])
        made.break_delivery(BROKEN)
        made.call_app_mesh(WORKLOADS[:2], mesh="later")
        built = World(made)
        built.provision()
        yield built


def lost(report: OrganizationReport) -> set[tuple[str, str]]:
    """The cells that are lost."""
    return {
        (row.id, cell.region) for row in report.accounts for cell in row.cells if cell.state is CellState.LOST
    }


def test_athena_finds_what_this_machine_finds(world: World) -> None:
    """Every row and every claim is the same, also where an event is in no log file; one query tells it."""
    local = world.verified(EngineKind.LOCAL)
    assert world.told == []
    found = world.verified(EngineKind.ATHENA)
    assert lost(local) >= {(one, BROKEN) for one in WORKLOADS[:2]}
    seen = {(row.id, cell.region): (cell.seen, cell.landed) for row in found.accounts for cell in row.cells}
    assert seen[WORKLOADS[0], BROKEN] == (2, 1)
    assert seen[QUIET, HOME] == (0, 0)
    assert found.accounts == local.accounts
    assert found.claims == local.claims
    before, after = world.told
    assert "Athena will scan about" in before
    assert "charged as 0.000010 TB scanned" in before
    assert "Athena scanned" in after


def test_athena_scans_the_accounts_that_are_asked_for_only(world: World) -> None:
    """Of two accounts by four Regions one by one; where nothing happened nothing is scanned."""
    world.verified(EngineKind.ATHENA, accounts=WORKLOADS[:2])
    every = _files(world.told[0])
    report = world.verified(EngineKind.ATHENA, accounts=(WORKLOADS[0],), regions=(HOME,))
    assert 0 < _files(world.told[0]) <= every / 6
    assert [(cell.seen, cell.landed) for cell in report.accounts[0].cells] == [(2, 2)]
    world.verified(EngineKind.ATHENA, accounts=(QUIET,))
    assert world.told == []


def test_a_bound_refuses_and_leaves_open_what_only_the_query_would_tell(world: World) -> None:
    """Nothing is scanned; a cell without events needs no query."""
    report = world.verified(EngineKind.ATHENA, most=1, accounts=(QUIET, WORKLOADS[0]))
    assert (len(world.told), world.scans) == (1, 0)
    states = {
        (row.id == QUIET, cell.state) for row in report.accounts for cell in row.cells if cell.region == HOME
    }
    assert states == {(True, CellState.CAUGHT), (False, CellState.UNKNOWN)}
    cell = next(
        cell for row in report.accounts if row.id != QUIET for cell in row.cells if cell.region == HOME
    )
    assert "--max-scan allows 1 byte" in cell.why
    assert "--max-scan" in cell.remedy


@pytest.mark.parametrize(
    ("promised", "says"),
    [
        pytest.param(None, "none was given", id="no-manifest"),
        pytest.param(PROMISED.model_copy(update={"athena": None}), "tells of none", id="no-tables"),
        pytest.param(
            PROMISED.model_copy(
                update={"trails": (PROMISED.trails[0].model_copy(update={"scope": "multi-region"}),)}
            ),
            "hold no other account's",
            id="one-account",
        ),
    ],
)
def test_athena_without_tables_over_the_organization_is_refused(
    world: World, promised: Manifest | None, says: str
) -> None:
    """Before anything is asked."""
    with pytest.raises(NoEngine) as told:
        world.verified(EngineKind.ATHENA, promised=promised)
    assert says in told.value.why
    assert told.value.remedy


def test_lake_without_a_store_of_the_organization_is_refused(world: World) -> None:
    """Nobody would be left to look."""
    with pytest.raises(NoEngine, match="event data store of the organization"):
        world.verified(EngineKind.LAKE)


def test_lake_finds_what_this_machine_finds(world: World) -> None:
    """What happened since the store was made is in it, the broken Region's events too; of the rest it says nothing."""
    world.client("cloudtrail").create_event_data_store(
        Name="organization",
        MultiRegionEnabled=True,
        OrganizationEnabled=True,
        TerminationProtectionEnabled=False,
    )
    world.organization.call_app_mesh([QUIET], mesh="in the store")
    local = world.verified(EngineKind.LOCAL, accounts=(QUIET,))
    found = world.verified(EngineKind.LAKE, accounts=(QUIET,))
    assert found.accounts == local.accounts
    assert {(cell.seen, cell.landed) for cell in found.accounts[0].cells} == {(1, 1)}
    assert ["CloudTrail Lake scanned" in sentence for sentence in world.told] == [False, True]
    older = world.verified(EngineKind.LAKE, accounts=(WORKLOADS[0],))
    cells = {cell.region: cell for cell in older.accounts[0].cells}
    assert {cell.state for cell in cells.values()} == {CellState.UNKNOWN}
    assert "With --engine lake nobody reads log files." in cells[HOME].why


def _files(sentence: str) -> int:
    """How many log files a sentence speaks of."""
    words = sentence.replace(",", "").split()
    return int(words[words.index("log") - 1])
