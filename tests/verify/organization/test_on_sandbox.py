"""A whole organization on the sandbox: twelve accounts, four Regions, and then three things that go wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sandbox.clients import SandboxClient
from sandbox.organization import (
    AUDIT,
    EXTERNAL_ID,
    HOME,
    LOG_ARCHIVE,
    MANAGEMENT,
    OPT_IN,
    REGIONS,
    WORKLOADS,
    SandboxOrganization,
    build,
    with_trail,
)
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify.aws import Aws
from verify.log_files import SqliteCheckpoint
from verify.organization.accounts import NotAdministrator
from verify.organization.asked import OrganizationOptions
from verify.organization.checkpoint import AccountCheckpoint
from verify.organization.matrix import CellState
from verify.organization.run import OrganizationVerification
from verify.progress import Silent
from verify.verdict import Verdict
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.organization.document import OrganizationReport

WITHOUT_OPT_IN = WORKLOADS[1]
LEAVER, BARE, CLOSED = WORKLOADS[3], WORKLOADS[5], WORKLOADS[8]


@pytest.fixture(scope="module")
def organization() -> Iterator[SandboxOrganization]:
    """An organization with its trail, and a mesh in every account and Region."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as running:
        made = build(SandboxClient(running.endpoint), delegated=True, without_opt_in={WITHOUT_OPT_IN})
        with_trail(made)
        made.call_app_mesh()
        yield made


def verified(
    organization: SandboxOrganization, *, account: str = MANAGEMENT, **options: Any
) -> OrganizationReport:
    """What an account finds that looks at everything."""
    root = organization.root(account)
    session: Any = boto3.Session
    aws = Aws(session(region_name=HOME, **root.credentials), endpoint_url=organization.sandbox.endpoint)
    now = datetime.now(UTC) + timedelta(seconds=2)
    window = Window(now - timedelta(days=1), now)
    log_files = SqliteCheckpoint()
    try:
        return OrganizationVerification(
            aws,
            OrganizationOptions(
                external_id=EXTERNAL_ID, regions=REGIONS, log_archive_account=LOG_ARCHIVE, **options
            ),
            rows=AccountCheckpoint(None, window=window, now=now),
            log_files=log_files,
            now=now,
            watcher=Silent(),
        ).run()
    finally:
        log_files.close()


def states(report: OrganizationReport) -> dict[tuple[str, str], CellState]:
    """The cells of the matrix that are not caught."""
    return {
        (row.id, cell.region): cell.state
        for row in report.accounts
        for cell in row.cells
        if cell.state is not CellState.CAUGHT
    }


def test_a_sound_organization_passes_with_a_full_matrix(organization: SandboxOrganization) -> None:
    """Every event that happened landed; where a Region is off, none can happen."""
    report = verified(organization)
    assert report.verdict is Verdict.PASS
    assert [len(row.cells) for row in report.accounts] == [4] * 12
    assert states(report) == {(WITHOUT_OPT_IN, OPT_IN): CellState.NOT_ENABLED}
    landed = [(cell.seen, cell.landed) for row in report.accounts for cell in row.cells if cell.seen]
    assert landed == [(1, 1)] * 47


def test_a_delegated_administrator_sees_the_same(organization: SandboxOrganization) -> None:
    """The selectors of the organization's trail are told to it, too; the management account has the role."""
    report = verified(organization, account=AUDIT, accounts=(MANAGEMENT, WORKLOADS[0]))
    assert {cell.state for row in report.accounts for cell in row.cells} == {CellState.CAUGHT}
    assert report.verdict is Verdict.UNVERIFIABLE, "ten accounts were not asked for"
    assert len(report.left_out) == 10


def test_a_member_may_not_look(organization: SandboxOrganization) -> None:
    """It is told who may."""
    with pytest.raises(NotAdministrator) as told:
        verified(organization, account=WORKLOADS[0])
    assert "delegated administrator" in told.value.remedy


def test_the_matrix_shows_exactly_what_went_wrong(organization: SandboxOrganization) -> None:
    """One account leaves, one Region's delivery breaks, one account's role is missing, one account is closed."""
    organization.leave(LEAVER)
    organization.break_delivery("eu-west-1")
    organization.remove_role(BARE)
    organization.call_app_mesh(mesh="later")
    organization.close(CLOSED)
    report = verified(organization)
    rows = {row.id: row for row in report.accounts}
    assert rows[LEAVER].state == "LEFT"
    assert (rows[BARE].reached, rows[BARE].cells) == (False, ())
    assert (rows[CLOSED].state, rows[CLOSED].reached) == ("SUSPENDED", False)
    others = set(rows) - {LEAVER, BARE, CLOSED}
    expected = {
        **{(LEAVER, region): CellState.LOST for region in REGIONS},
        **{(account, "eu-west-1"): CellState.LOST for account in others},
        (WITHOUT_OPT_IN, OPT_IN): CellState.NOT_ENABLED,
    }
    assert states(report) == expected
    assert report.verdict is Verdict.FAIL
