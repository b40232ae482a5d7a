"""The whole road: an organization is provisioned, App Mesh is called everywhere, and one matrix tells what is lost.

The tests of this module are one story, told in order on one sandbox.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from sandbox.organization import HOME, LOG_ARCHIVE, MANAGEMENT, OPT_IN, ORGANIZATION, REGIONS, WORKLOADS
from verify.organization.matrix import CellState
from verify.verdict import ExitCode, Verdict

if TYPE_CHECKING:
    from tests.organization.conftest import Provisioned, Verified
    from verify.organization.document import OrganizationReport
    from verify.organization.matrix import AccountRow, Cell

WITHOUT: Final = WORKLOADS[8]
"""The account that has the opt-in Region not enabled for a while."""
EXPIRED: Final = WORKLOADS[1]
"""The account in which a session expires."""
LEFT: Final = WORKLOADS[0]
"""The account that leaves."""
BROKEN: Final = "eu-west-1"
"""The Region whose delivery breaks."""
CLOSED: Final = WORKLOADS[6]
"""The account whose role is missing."""


def cells(report: OrganizationReport) -> dict[tuple[str, str], Cell]:
    """The matrix, by account and Region."""
    return {(row.id, cell.region): cell for row in report.accounts for cell in row.cells}


def rows(report: OrganizationReport) -> dict[str, AccountRow]:
    """The rows, by account."""
    return {row.id: row for row in report.accounts}


def verdicts(verified: Verified) -> dict[str, Verdict]:
    """What is claimed, by claim."""
    return {claim.id: claim.verdict for claim in verified.report.claims}


def test_everything_is_caught(provisioned: Provisioned, capsys: pytest.CaptureFixture[str]) -> None:
    """After `pulumi up`, a call in every account and Region is recorded, and the matrix is full."""
    organization = provisioned.organization
    organization.call_app_mesh()
    verified = provisioned.verify(capsys)
    assert verified.code == ExitCode.OK, verified.report.to_json()
    report = verified.report
    assert (report.organization, report.management_account) == (ORGANIZATION, MANAGEMENT)
    assert report.regions == REGIONS
    matrix = cells(report)
    assert set(matrix) == {(account, region) for account in organization.accounts for region in REGIONS}
    assert len(matrix) == 12 * 4
    trail = provisioned.manifest["trails"][0]["arn"]
    for place, cell in matrix.items():
        assert cell.state is CellState.CAUGHT, (place, cell.why)
        assert [(one.kind, one.arn, one.organization) for one in cell.catchers] == [("trail", trail, True)]
        assert cell.seen == cell.landed == 1, place
    assert all(row.reached for row in report.accounts)
    assert set(verdicts(verified).values()) == {Verdict.PASS}


def test_athena_says_the_same_by_the_tables_of_the_stack(
    provisioned: Provisioned, capsys: pytest.CaptureFixture[str]
) -> None:
    """One query over the organization's table, told before and after; a bound that is too small refuses it."""
    asked = ("--account", EXPIRED, "--account", WITHOUT)
    local = provisioned.verify(capsys, *asked)
    verified = provisioned.verify(capsys, "--engine", "athena", "--max-scan", "1GB", *asked)
    assert verified.report.accounts == local.report.accounts
    assert "Athena will scan about" in verified.said
    assert verified.said.count("Athena scanned") == 1
    refused = provisioned.verify(capsys, "--engine", "athena", "--max-scan", "1KB", "--account", EXPIRED)
    assert refused.code == ExitCode.UNVERIFIABLE
    assert {cell.state for cell in cells(refused.report).values()} == {CellState.UNKNOWN}
    assert "Athena scanned" not in refused.said


@pytest.mark.parametrize("sid", ["AthenaFindsLogFiles", "AthenaReadsLogFiles", "AthenaDecryptsLogFiles"])
def test_what_the_log_archive_does_not_grant_athena_is_named(
    provisioned: Provisioned, capsys: pytest.CaptureFixture[str], sid: str
) -> None:
    """The stack grants it, each statement is needed, and without one the cells are open and say which action."""
    archive = provisioned.organization.root(LOG_ARCHIVE)
    trail = provisioned.manifest["trails"][0]
    s3, kms = archive.client("s3", HOME), archive.client("kms", HOME)
    of_bucket = s3.get_bucket_policy(Bucket=trail["bucket"])["Policy"]
    of_key = kms.get_key_policy(KeyId=trail["keyArn"], PolicyName="default")["Policy"]
    assert (sid in of_bucket) != (sid in of_key)
    s3.put_bucket_policy(Bucket=trail["bucket"], Policy=_without(of_bucket, sid))
    kms.put_key_policy(KeyId=trail["keyArn"], PolicyName="default", Policy=_without(of_key, sid))
    try:
        refused = provisioned.verify(capsys, "--engine", "athena", "--account", EXPIRED)
    finally:
        s3.put_bucket_policy(Bucket=trail["bucket"], Policy=of_bucket)
        kms.put_key_policy(KeyId=trail["keyArn"], PolicyName="default", Policy=of_key)
    assert refused.code == ExitCode.UNVERIFIABLE
    action = "kms:Decrypt" if sid in of_key else "s3:"
    for cell in cells(refused.report).values():
        assert cell.state is CellState.UNKNOWN
        assert action in cell.why


def _without(policy: str, sid: str) -> str:
    document = json.loads(policy)
    kept = [each for each in document["Statement"] if each["Sid"] != sid]
    return json.dumps({**document, "Statement": kept})


def test_a_selection_and_a_waiver_are_taken_from_the_command_line(
    provisioned: Provisioned, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only roles are assumed, and a waiver of an account that is well excuses nothing."""
    waivers = provisioned.folder / "waivers.toml"
    waivers.write_text(
        '[[waiver]]\ncontrol = "organization.every-account-reached"\n'
        f'account = "{CLOSED}"\nreason = "it is being closed"\nowner = "security"\nexpires = 2099-12-31\n'
    )
    only = ("--select", "organization.every-account-reached")
    verified = provisioned.verify(capsys, *only, "--waivers", str(waivers))
    assert verified.code == ExitCode.OK
    assert set(verdicts(verified)) == {"organization.every-account-reached", "waivers.current"}
    assert verified.report.regions == ()
    assert {row.id for row in verified.report.accounts if row.reached} == set(
        provisioned.organization.accounts
    )


def test_what_is_no_gap_is_told_apart(provisioned: Provisioned, capsys: pytest.CaptureFixture[str]) -> None:
    """A Region that is not enabled loses nothing; credentials that expire in the middle are replaced, or it is said."""
    organization = provisioned.organization
    account = organization.root(WITHOUT).client("account")
    account.disable_region(RegionName=OPT_IN)
    organization.expire_sessions(EXPIRED)
    verified = provisioned.verify(capsys, "--account", WITHOUT, "--account", EXPIRED)
    account.enable_region(RegionName=OPT_IN)
    (fault,) = organization.sandbox.state()["faults"]
    organization.sandbox.clear_faults()
    assert fault["struck"] == 1
    odd = {place: cell for place, cell in cells(verified.report).items() if cell.state != CellState.CAUGHT}
    assert odd.pop((WITHOUT, OPT_IN)).state is CellState.NOT_ENABLED
    assert {account for account, _ in odd} <= {EXPIRED}
    assert all(cell.state is CellState.UNKNOWN and "xpired" in cell.why for cell in odd.values())
    assert set(verified.report.left_out) == set(organization.accounts) - {WITHOUT, EXPIRED}


def test_the_matrix_shows_exactly_what_went_wrong(
    provisioned: Provisioned, capsys: pytest.CaptureFixture[str]
) -> None:
    """An account leaves, a Region's delivery breaks, a role is missing: these three show, and nothing else."""
    organization = provisioned.organization
    organization.leave(LEFT)
    organization.remove_role(CLOSED)
    organization.break_delivery(BROKEN)
    organization.call_app_mesh(mesh="after")
    verified = provisioned.verify(capsys)
    report, matrix = verified.report, cells(verified.report)
    assert verified.code == ExitCode.FAILED

    accounts = rows(report)
    assert set(accounts) == set(organization.accounts)
    assert {row.id for row in report.accounts if row.state != "ACTIVE"} == {LEFT}
    assert {row.id for row in report.accounts if not row.reached} - {LEFT} == {CLOSED}
    assert "AccessDenied" in accounts[CLOSED].why
    assert accounts[CLOSED].remedy
    # StackSets take the role of who leaves along, on AWS some time later: then nobody can tell what is lost there.
    left = {matrix[LEFT, region].state for region in REGIONS} if accounts[LEFT].reached else set[CellState]()
    assert left <= {CellState.LOST}
    members = set(organization.accounts) - {LEFT, CLOSED}
    lost = {place for place, cell in matrix.items() if cell.state is CellState.LOST and place[0] in members}
    assert lost == {(account, BROKEN) for account in members}
    whole = {place for place, cell in matrix.items() if cell.state is CellState.CAUGHT}
    assert whole == {(account, region) for account in members for region in REGIONS if region != BROKEN}
    for place in whole:
        assert matrix[place].seen == matrix[place].landed == 2, place
    for account in members:
        cell = matrix[account, BROKEN]
        assert (cell.seen, cell.landed) == (2, 1)
        assert cell.remedy

    told = verdicts(verified)
    assert told["organization.no-event-lost"] is Verdict.FAIL
    assert told["organization.every-account-reached"] is Verdict.UNVERIFIABLE


def test_mended_nothing_is_lost(provisioned: Provisioned, capsys: pytest.CaptureFixture[str]) -> None:
    """With deliveries working again what waited arrives, and the cells that were lost are whole."""
    provisioned.organization.sandbox.clear_faults()
    provisioned.organization.sandbox.flush()
    verified = provisioned.verify(capsys, "--account", MANAGEMENT, "--account", EXPIRED)
    mended = {place: (cell.state, cell.landed) for place, cell in cells(verified.report).items()}
    assert set(mended) == {(account, region) for account in (MANAGEMENT, EXPIRED) for region in REGIONS}
    assert set(mended.values()) == {(CellState.CAUGHT, 2)}
