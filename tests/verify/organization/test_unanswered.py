"""What an account did not answer, and what has become of it, is told of it and of nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.world import (
    HOME,
    NOON,
    OTHER,
    World,
    member,
)
from verify.organization.matrix import CellState

MEMBER = "123456789012"


@pytest.mark.parametrize("operation", ["describe_trails", "get_trail_status", "lookup_events"])
def test_a_question_that_is_refused_leaves_its_cell_open_and_no_other(operation: str) -> None:
    """What could not be looked at is never caught, and never lost."""
    world = World(MEMBER)
    world.accounts[MEMBER].refused = {f"{operation}@{OTHER}": "AccessDeniedException"}
    cells = {cell.region: cell for cell in world.survey()[MEMBER].cells}
    assert cells[HOME].state is CellState.CAUGHT
    assert cells[OTHER].state is CellState.UNKNOWN
    assert "AccessDeniedException" in cells[OTHER].why
    assert "Allow cloudtrail:" in cells[OTHER].remedy


def test_stores_that_cannot_be_listed_leave_open_only_what_no_trail_catches() -> None:
    """One of them might."""
    world = World(MEMBER)
    world.accounts[MEMBER].refused = {"list_event_data_stores": "AccessDeniedException"}
    assert world.cell(MEMBER, OTHER).state is CellState.CAUGHT
    world.accounts[MEMBER].trails = []
    assert world.cell(MEMBER, OTHER).state is CellState.UNKNOWN


def test_a_region_that_is_off_is_not_asked_and_not_blamed() -> None:
    """No event can happen there."""
    world = World(MEMBER)
    world.accounts[MEMBER].enabled = (HOME,)
    assert world.cell(MEMBER, OTHER).state is CellState.NOT_ENABLED
    assert not [call for call in world.accounts[MEMBER].calls if call.endswith(OTHER)]


def test_where_enabled_regions_are_not_told_all_are_asked() -> None:
    """That costs calls, and no answer."""
    world = World(MEMBER)
    world.accounts[MEMBER].refused = {"describe_regions": "UnauthorizedOperation"}
    assert {cell.state for cell in world.survey()[MEMBER].cells} == {CellState.CAUGHT}


def test_access_denied_in_3_of_12_accounts_is_told_of_these_and_no_others() -> None:
    """Each with the role that is missing."""
    members = [f"{number:012}" for number in range(1, 12)]
    world = World(*members)
    world.refused = set(members[2:5])
    rows = world.survey()
    assert len(rows) == 12
    unreached = {row.id: row for row in rows.values() if not row.reached}
    assert set(unreached) == world.refused
    for number, row in unreached.items():
        assert f"{number}:role/MeshtrailVerifier" in row.why
        assert "external id" in row.remedy
    assert {cell.state for row in rows.values() if row.reached for cell in row.cells} == {CellState.CAUGHT}


def test_the_callers_token_that_expires_in_the_middle_leaves_the_rest_open() -> None:
    """The accounts before it are decided, those after it say why they are not."""
    members = [f"{number:012}" for number in range(1, 12)]
    world = World(*members)
    world.expires = 5
    rows = world.survey(workers=1)
    reached = [row for row in rows.values() if row.reached]
    assert len(reached) == 5
    assert {cell.state for row in reached for cell in row.cells} == {CellState.CAUGHT}
    assert all("ExpiredToken" in row.why for row in rows.values() if not row.reached)


def test_an_accounts_session_that_expires_in_the_middle_leaves_its_cells_open() -> None:
    """And says so in each; no other account notices."""
    world = World(MEMBER, "222222222222")
    operations = ("describe_trails", "get_trail_status", "list_event_data_stores", "lookup_events")
    world.accounts[MEMBER].refused = dict.fromkeys(operations, "ExpiredTokenException")
    rows = world.survey()
    assert [(cell.state, "ExpiredToken" in cell.why) for cell in rows[MEMBER].cells] == [
        (CellState.UNKNOWN, True)
    ] * 2
    assert {cell.state for cell in rows["222222222222"].cells} == {CellState.CAUGHT}


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"])
def test_an_account_that_is_not_active_is_named_and_not_asked(state: str) -> None:
    """Nothing can happen in it."""
    world = World(MEMBER)
    row = world.survey(member(MEMBER, state=state))[MEMBER]
    assert (row.state, row.reached, row.cells) == (state, False, ())
    assert state in row.why
    assert world.assumed == []


def test_a_new_account_without_the_role_is_told_that_it_is_new() -> None:
    """A StackSet takes its time."""
    world = World(MEMBER)
    world.refused = {MEMBER}
    new = world.survey(member(MEMBER, joined_at=NOON - timedelta(hours=2)))[MEMBER]
    old = world.survey(member(MEMBER, joined_at=NOON - timedelta(days=3)))[MEMBER]
    assert "joined at 2026-09-01 10:00 UTC" in new.remedy
    assert "joined" not in old.remedy


def test_a_throttled_account_is_asked_again_and_decided() -> None:
    """Twice throttled, then answered."""
    world = World(MEMBER)
    account = world.accounts[MEMBER]
    answers = iter(["ThrottlingException", "ThrottlingException"])

    class Refusing(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] -- one use
            return next(answers, None) if key == f"describe_trails@{OTHER}" else default

    account.refused = Refusing()
    assert world.cell(MEMBER, OTHER).state is CellState.CAUGHT


def test_a_defect_in_one_account_costs_that_account() -> None:
    """Its cells are open, and say that meshtrail itself failed."""
    world = World(MEMBER)
    world.accounts[MEMBER].trails = [{"IsMultiRegionTrail": True, "HomeRegion": HOME}]  # no ARN
    rows = world.survey()
    assert {cell.state for cell in rows[MEMBER].cells} == {CellState.UNKNOWN}
    assert all("meshtrail itself failed" in cell.why for cell in rows[MEMBER].cells)
    assert {cell.state for cell in rows[MANAGEMENT].cells} == {CellState.CAUGHT}
