"""A verification of an organization from the outside: which accounts, where it goes on, and what is wrong usage."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.organization.fakes import MANAGEMENT, ORGANIZATION, account, aws_of, organizations
from tests.verify.organization.world import HOME, NOON, OTHER, REGIONS, WINDOW, World
from verify.discovery.inventory import NotARegion
from verify.log_files import SqliteCheckpoint
from verify.organization.asked import NotAnAccount, OrganizationOptions
from verify.organization.checkpoint import AccountCheckpoint
from verify.organization.matrix import CellState
from verify.organization.run import OrganizationVerification, WrongOrganization
from verify.progress import Silent, Unwatched
from verify.verdict import Verdict
from verify.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from verify.organization.document import OrganizationReport
    from verify.progress import Step

MEMBERS = ("123456789012", "222222222222", "333333333333")


class Watching(Silent):
    """Counts what is done.

    Args:
        stop_at: At how many accounts somebody presses Ctrl-C.
    """

    def __init__(self, stop_at: int | None = None) -> None:
        self.done = 0
        self.stop_at = stop_at

    def step(self, title: str) -> Step:
        """A step whose parts are counted."""
        del title
        return _Counted(self)


class _Counted(Unwatched):
    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    def __call__(self, parts: int, /) -> None:
        """Count."""
        self._watching.done += parts
        if self._watching.done == self._watching.stop_at:
            raise Stopped


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def verified(
    world: World,
    *,
    kept: Path | None = None,
    later: timedelta = timedelta(),
    watching: Any = None,
    organization_client: Any = None,
    waivers: Any = None,
    **options: Any,
) -> OrganizationReport:
    """The report about a world whose members the organization lists."""
    listed = organization_client or organizations(
        {"r-root": ([], [account(number) for number in world.accounts if number not in world.gone])}
    )
    now = NOON + later
    rows = AccountCheckpoint(kept, window=Window(WINDOW.start + later, WINDOW.end + later), now=now)
    log_files = SqliteCheckpoint()
    try:
        return OrganizationVerification(
            aws_of(organizations=listed),
            replace(OrganizationOptions(regions=REGIONS, workers=1), **options),
            rows=rows,
            log_files=log_files,
            now=now,
            watcher=watching or Silent(),
            sessions=world,
            opened=lambda _aws, _bucket: world.objects,
            waivers=waivers,
        ).run()
    finally:
        rows.close()
        log_files.close()


def test_every_account_has_a_row() -> None:
    """And the report is about this organization."""
    watching = Watching()
    report = verified(World(*MEMBERS), watching=watching)
    assert [row.id for row in report.accounts] == sorted((MANAGEMENT, *MEMBERS))
    assert (report.organization, report.management_account, report.verdict) == (
        ORGANIZATION,
        MANAGEMENT,
        Verdict.PASS,
    )
    assert (report.left_out, watching.done) == ((), 4)


def test_accounts_that_are_not_asked_for_are_left_out_and_named() -> None:
    """So that nobody takes a part for the whole."""
    report = verified(World(*MEMBERS), accounts=MEMBERS[:1])
    assert [row.id for row in report.accounts] == [MEMBERS[0]]
    assert set(report.left_out) == {MANAGEMENT, *MEMBERS[1:]}
    assert report.verdict is Verdict.UNVERIFIABLE


def test_an_account_that_is_asked_for_and_is_no_member_is_looked_at_all_the_same() -> None:
    """It is named as one that left; the trail of the organization does not record it."""
    world = World(*MEMBERS)
    world.gone = {MEMBERS[0]}
    world.accounts[MEMBERS[0]].trails = []
    report = verified(world, accounts=(MEMBERS[0],))
    (row,) = report.accounts
    assert (row.state, row.reached) == ("LEFT", True)
    assert {cell.state for cell in row.cells} == {CellState.LOST}


def test_an_account_that_left_within_the_window_is_found_by_its_log_files() -> None:
    """One that left earlier is not."""
    world = World(*MEMBERS)
    world.gone = {MEMBERS[0], MEMBERS[1]}
    world.refused = {MEMBERS[0]}
    world.lands(MEMBERS[0], OTHER, "a")
    world.lands(MEMBERS[1], OTHER, "b", at=WINDOW.start - timedelta(days=2))
    world.lands(MEMBERS[2], OTHER, "c")
    report = verified(world)
    rows = {row.id: row for row in report.accounts}
    assert set(rows) == {MANAGEMENT, MEMBERS[0], MEMBERS[2]}
    assert rows[MEMBERS[0]].state == "LEFT"
    assert "--since" in rows[MEMBERS[0]].remedy


def test_an_interrupted_run_asks_only_what_is_missing(tmp_path: Path) -> None:
    """Of four accounts two were done; the report is that of a run that nobody interrupted."""
    whole = verified(World(*MEMBERS))
    world = World(*MEMBERS)
    with pytest.raises(BaseExceptionGroup) as stopped:
        verified(world, kept=tmp_path / "rows.jsonl", watching=Watching(stop_at=2))
    assert stopped.group_contains(Stopped)
    assert len(world.assumed) >= 2
    again = World(*MEMBERS)
    report = verified(again, kept=tmp_path / "rows.jsonl", later=timedelta(minutes=10))
    assert len(set(again.assumed) - {MANAGEMENT}) == 2 - (MANAGEMENT not in world.assumed)
    assert report.window == whole.window
    assert report.accounts == whole.accounts
    assert not (tmp_path / "rows.jsonl").exists()


def test_what_changed_for_all_is_asked_of_all_again(tmp_path: Path) -> None:
    """The organization's trail takes writes only, meanwhile."""
    path = tmp_path / "rows.jsonl"
    world = World(*MEMBERS)
    first = AccountCheckpoint(path, window=WINDOW, now=NOON)
    first.close()
    report = verified(world, kept=path)
    kept = AccountCheckpoint(path, window=WINDOW, now=NOON)
    for row in report.accounts:
        kept.put(row, "what it depended on then")
    kept.close()
    again = World(*MEMBERS)
    verified(again, kept=path)
    assert len(set(again.assumed)) == 4


def test_another_organization_than_the_manifests_is_refused() -> None:
    """Before any account is asked."""
    world = World(*MEMBERS)
    with pytest.raises(WrongOrganization, match=ORGANIZATION) as told:
        verified(world, organization="o-another1234")
    assert told.value.where == "manifest of o-another1234"
    assert world.assumed == []


@pytest.mark.parametrize("wrong", [{"accounts": ("payments",)}, {"log_archive_account": "22222"}])
def test_what_is_no_account_is_refused(wrong: dict[str, Any]) -> None:
    """Twelve digits are one."""
    with pytest.raises(NotAnAccount):
        verified(World(), **wrong)


@pytest.mark.parametrize("wrong", ["europe", "eu-wset-1", "cn-north-1", "us-gov-west-1"])
def test_what_is_no_region_of_the_partition_is_refused(wrong: str) -> None:
    """A misspelt one has the shape of one, is enabled nowhere, and would pass for one where nothing can happen."""
    with pytest.raises(NotARegion, match=f"^{wrong} is no Region"):
        verified(World(), regions=(HOME, wrong))


def test_a_region_that_never_had_app_mesh_may_be_asked_for() -> None:
    """It is one all the same."""
    assert verified(World(), regions=(HOME, "mx-central-1")).regions == ("mx-central-1", HOME)


def test_without_regions_all_of_the_partition_are_the_matrix() -> None:
    """Those that are off in an account say so."""
    report = verified(World(), regions=())
    assert len(report.regions) == 25
    states = {cell.region: cell.state for cell in report.accounts[0].cells}
    assert states[HOME] is CellState.CAUGHT
    assert states["af-south-1"] is CellState.NOT_ENABLED
