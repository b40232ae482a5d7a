"""Accepted risks over an organization: by account and Region, visible everywhere, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.test_limits import claim
from tests.verify.organization.test_run import verified
from tests.verify.organization.world import HOME, NOON, OTHER, World
from verify.catalogue import ORGANIZATION
from verify.exit_status import exit_status
from verify.organization.claims import EVERY_ACCOUNT_REACHED, NO_EVENT_LOST
from verify.organization.document import OrganizationReport
from verify.organization.matrix import CellState
from verify.organization.merging import merged
from verify.organization.render import render
from verify.verdict import ExitCode, Verdict
from verify.waivers import CURRENT, BadWaivers, Waivers

if TYPE_CHECKING:
    from pathlib import Path

MEMBER, CLOSED = "123456789012", "222222222222"
REASON = "Nothing runs there <b>yet</b>"
LATER, EARLIER = NOON + timedelta(days=90), NOON - timedelta(days=1)


def waivers(folder: Path, *scopes: str, control: str = NO_EVENT_LOST.id, expires: str = "") -> Waivers:
    """A file of waivers, one for each scope in TOML."""
    date = expires or f"{LATER:%Y-%m-%d}"
    text = "".join(
        f'[[waiver]]\ncontrol = "{control}"\nreason = "{REASON}"\nowner = "platform"\nexpires = {date}\n{scope}\n'
        for scope in scopes
    )
    (folder / "waivers.toml").write_text(text)
    return Waivers.read(folder / "waivers.toml", statements=[one.id for one in ORGANIZATION])


def losing() -> World:
    """A trail that does not log in one Region of one account."""
    world = World(MEMBER, CLOSED)
    world.accounts[MEMBER].statuses[world.accounts[MEMBER].trails[0]["TrailARN"], OTHER] = {
        "IsLogging": False
    }
    return world


def unreached() -> World:
    """An account without the role."""
    world = World(MEMBER, CLOSED)
    world.refused = {CLOSED}
    return world


def cells(report: OrganizationReport) -> dict[tuple[str, str], bool]:
    """Which cells are lost or not told, and whether somebody accepts that."""
    return {
        (row.id, cell.region): cell.waiver is not None
        for row in report.accounts
        for cell in row.cells
        if cell.state is not CellState.CAUGHT
    }


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(f'account = "{MEMBER}"\nregion = "{OTHER}"', id="account-and-region"),
        pytest.param(f'account = "{MEMBER}"', id="account"),
        pytest.param(f'region = "{OTHER}"', id="region"),
        pytest.param('account = "1234*"\nregion = "eu-*"', id="patterns"),
    ],
)
def test_a_cell_that_is_accepted_stays_lost_and_does_not_count(tmp_path: Path, scope: str) -> None:
    """The claim is decided by the others, and names it."""
    assert verified(losing()).verdict is Verdict.FAIL
    report = verified(losing(), waivers=waivers(tmp_path, scope))
    assert cells(report) == {(MEMBER, OTHER): True}
    found = claim(report, NO_EVENT_LOST.id)
    assert (found.verdict, found.waiver, report.verdict) == (Verdict.PASS, None, Verdict.PASS)
    assert "5 of 6 cells of the matrix; 1 lost or not told, which is accepted." in found.summary
    (fact,) = (item for item in found.evidence if item.label == "accepted")
    assert fact.value.startswith(
        f"{MEMBER} account {MEMBER}: {OTHER}: lost (accepted: {REASON}, platform, until "
    )
    assert exit_status(report) is ExitCode.OK


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(f'account = "{MEMBER}"\nregion = "{HOME}"', id="another-region"),
        pytest.param(f'account = "{CLOSED}"', id="another-account"),
        pytest.param(f'account = "{MANAGEMENT}"', id="the-account-that-the-claim-is-of"),
        pytest.param(f'account = "{MEMBER}"\nstore = "*"', id="a-store"),
    ],
)
def test_a_waiver_of_something_else_excuses_nothing_and_is_named(tmp_path: Path, scope: str) -> None:
    """The organization still fails."""
    report = verified(losing(), waivers=waivers(tmp_path, scope))
    assert (report.verdict, cells(report)) == (Verdict.FAIL, {(MEMBER, OTHER): False})
    current = claim(report, CURRENT.id)
    assert current.verdict is Verdict.PASS
    assert [item.label for item in current.evidence] == ["excuses nothing today"]


def test_another_cell_that_is_lost_still_fails(tmp_path: Path) -> None:
    """Of two, one is accepted."""
    world = losing()
    world.accounts[CLOSED].trails = []
    report = verified(world, waivers=waivers(tmp_path, f'account = "{MEMBER}"'))
    assert report.verdict is Verdict.FAIL
    assert cells(report) == {(MEMBER, OTHER): True, (CLOSED, OTHER): False, (CLOSED, HOME): False}


def test_a_waiver_without_a_scope_marks_the_claim(tmp_path: Path) -> None:
    """As in `verify` of an account: it stays failed, and does not count."""
    report = verified(losing(), waivers=waivers(tmp_path, ""))
    found = claim(report, NO_EVENT_LOST.id)
    assert (found.verdict, report.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert found.waiver is not None
    assert found.waiver.reason == REASON
    assert cells(report) == {(MEMBER, OTHER): False}


def test_an_account_that_is_not_reached_may_be_accepted(tmp_path: Path) -> None:
    """That of its cells nothing is known is another risk, to be accepted by itself."""
    scope = f'account = "{CLOSED}"'
    report = verified(unreached(), waivers=waivers(tmp_path, scope, control=EVERY_ACCOUNT_REACHED.id))
    found = claim(report, EVERY_ACCOUNT_REACHED.id)
    assert found.verdict is Verdict.PASS
    assert "1 account not reached, which is accepted." in found.summary
    assert next(item.label for item in found.evidence) == "accepted"
    assert claim(report, NO_EVENT_LOST.id).verdict is Verdict.UNVERIFIABLE
    cells_too = verified(unreached(), waivers=waivers(tmp_path, scope))
    assert claim(cells_too, NO_EVENT_LOST.id).verdict is Verdict.PASS
    assert cells(cells_too) == {(CLOSED, OTHER): True, (CLOSED, HOME): True}


@pytest.mark.parametrize("scope", ["", f'account = "{MEMBER}"'])
def test_a_waiver_that_ran_out_excuses_nothing_and_fails(tmp_path: Path, scope: str) -> None:
    """Also when there is nothing to excuse any more."""
    expired = waivers(tmp_path, scope, expires=f"{EARLIER:%Y-%m-%d}")
    report = verified(losing(), waivers=expired)
    assert cells(report) == {(MEMBER, OTHER): False}
    assert {one.id: one.verdict for one in report.claims if one.verdict is Verdict.FAIL} == {
        NO_EVENT_LOST.id: Verdict.FAIL,
        CURRENT.id: Verdict.FAIL,
    }
    assert verified(World(MEMBER), waivers=expired).verdict is Verdict.FAIL


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json"])
def test_accepted_risks_are_visible_in_every_rendering(tmp_path: Path, form: str) -> None:
    """Who, why and until when, beside what is accepted; and what the reason says is text."""
    file = waivers(tmp_path, f'account = "{MEMBER}"\nregion = "{OTHER}"')
    report = verified(losing(), waivers=file)
    shown = " ".join(render(report, form).split())  # pyright: ignore[reportArgumentType] -- one of the formats
    assert "platform" in shown
    assert "Nothing runs there" in shown
    assert f"{LATER:%Y-%m-%d}" in shown
    assert "accepted" in shown
    if form == "html":
        assert "<b>yet</b>" not in shown
    assert OrganizationReport.from_json(report.to_json()) == report


def test_an_account_accepted_is_visible_in_every_rendering(tmp_path: Path) -> None:
    """The reason stands beside it."""
    scope = f'account = "{CLOSED}"'
    report = verified(unreached(), waivers=waivers(tmp_path, scope, control=EVERY_ACCOUNT_REACHED.id))
    for form in ("terminal", "markdown", "html", "json"):
        assert "Nothing runs there" in " ".join(render(report, form).split())


def test_a_merge_keeps_what_is_accepted_until_it_runs_out(tmp_path: Path) -> None:
    """Measured by the newest of the reports."""
    file = waivers(tmp_path, f'account = "{MEMBER}"', expires=f"{NOON:%Y-%m-%d}")
    early = verified(losing(), waivers=file, accounts=(MEMBER,))
    soon = verified(losing(), accounts=(MANAGEMENT, CLOSED), later=timedelta(hours=1))
    assert cells(merged([early, soon])) == {(MEMBER, OTHER): True}
    tomorrow = verified(losing(), accounts=(MANAGEMENT, CLOSED), later=timedelta(hours=30))
    assert cells(merged([early, tomorrow])) == {(MEMBER, OTHER): False}


def test_a_control_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """No pattern is one."""
    with pytest.raises(BadWaivers, match=r"No claim is called organization\.\*"):
        waivers(tmp_path, "", control="organization.*")
