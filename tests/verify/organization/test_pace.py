"""How fast an organization is surveyed, how much is under way, and how much of Event history is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.verify.organization.world import (
    HOME,
    LATENCY,
    NOON,
    OTHER,
    REGIONS,
    World,
)
from verify.aws import CannotLook
from verify.organization.matrix import CellState
from verify.organization.sessions import RoleRefused
from verify.organization.survey import UNDER_WAY
from verify.window import Window

MEMBER = "123456789012"


def test_what_is_done_is_let_go_of() -> None:
    """Every account, reached or not."""
    world = World(MEMBER, "222222222222")
    world.refused = {MEMBER}
    world.survey()
    assert sorted(world.forgotten) == sorted(world.accounts)


def test_many_accounts_take_little_longer_than_their_calls_and_workers_allow() -> None:
    """Workers are idle at the beginning and at the end only, and few accounts are under way at a time."""
    world = World(*(f"{number:012}" for number in range(1, 300)))
    world.survey(workers=16)
    bound = len(world.made) * LATENCY / 16
    assert world.took <= 1.05 * bound
    open_, most = set[str](), 0
    last = {ask.account: number for number, ask in enumerate(world.made)}
    for number, ask in enumerate(world.made):
        open_.add(ask.account)
        most = max(most, len(open_))
        if last[ask.account] == number:
            open_.discard(ask.account)
    assert most < UNDER_WAY / 4


def test_roles_are_assumed_in_another_region_when_the_rate_of_one_is_used_up() -> None:
    """Six hundred a second in each; and nobody waits for the next second."""
    world = World(*(f"{number:012}" for number in range(1, 700)))
    world.survey(workers=4_000, under_way=4_000)
    assert (world.assumed_in.count(HOME), world.assumed_in.count(OTHER)) == (600, 100)
    assert world.took < 1


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        pytest.param(CannotLook, 2, id="turned-off"),
        pytest.param(RoleRefused, 1, id="refused"),
    ],
)
def test_a_region_whose_sts_does_not_answer_is_no_reason_to_miss_an_account(
    error: type[CannotLook], asked: int
) -> None:
    """It is asked at home; that the role is refused is an answer, wherever it comes from."""
    members = [f"{number:012}" for number in range(1, 602)]
    world = World(*members)
    world.elsewhere = (
        error(role="the role", code="AccessDenied", message="no")
        if error is RoleRefused
        else error(action="sts:AssumeRole", where=OTHER, code="RegionDisabledException", message="off")
    )
    rows = world.survey(workers=4_000, under_way=4_000)
    assert sum(row.reached for row in rows.values()) == (602 if asked == 2 else 600)
    assert len(world.assumed_in) == 602 + 2 * (asked - 1)


def test_event_history_is_read_to_its_end_at_the_pace_it_allows() -> None:
    """Seven events in pages of two are four calls: the third waits for its second."""
    world = World(MEMBER)
    for number in range(7):
        world.happens(MEMBER, OTHER, f"event {number}")
    world.lands(MEMBER, OTHER, *(f"event {number}" for number in range(7)))
    cell = world.cell(MEMBER, OTHER)
    assert (cell.seen, cell.landed) == (7, 7)
    assert 1 < world.took < 1.5
    assert len([call for call in world.accounts[MEMBER].calls if call == f"lookup_events@{OTHER}"]) == 4


def test_event_history_is_asked_for_no_more_than_it_keeps() -> None:
    """Of a window that reaches back further, the part of the last 90 days; and each cell says from when on."""
    world = World(MEMBER)
    rows = world.survey(window=Window(NOON - timedelta(days=300), NOON))
    cells = [cell for row in rows.values() for cell in row.cells]
    assert {(cell.state, cell.seen) for cell in cells} == {(CellState.CAUGHT, 0)}
    assert all("before 2026-06-03 12:00 UTC" in cell.why for cell in cells)


def test_a_window_that_event_history_keeps_nothing_of_is_open_and_not_empty() -> None:
    """Nobody was asked, so nobody said that nothing happened."""
    world = World(MEMBER)
    rows = world.survey(window=Window(NOON - timedelta(days=300), NOON - timedelta(days=100)))
    cells = [cell for row in rows.values() for cell in row.cells]
    assert {(cell.state, cell.seen, cell.landed) for cell in cells} == {(CellState.UNKNOWN, None, None)}
    assert all("Event history keeps 90 days" in cell.why and cell.remedy for cell in cells)
    assert not [call for call in world.accounts[MEMBER].calls if call.startswith("lookup_events")]


def test_a_window_as_long_as_event_history_keeps_is_told_whole() -> None:
    """What fades in the minutes that a run takes is not worth a word."""
    window = Window(NOON - timedelta(days=90, minutes=30), NOON)
    cells = [cell for row in World(MEMBER).survey(window=window).values() for cell in row.cells]
    assert {(cell.state, cell.why) for cell in cells} == {(CellState.CAUGHT, "")}


def test_regions_come_in_one_order() -> None:
    """Whichever answered first."""
    world = World(MEMBER)
    assert [cell.region for cell in world.survey()[MEMBER].cells] == sorted(REGIONS)
