"""One search for all accounts: who has events waits for the others, and nobody waits for nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.virtual_time import run_virtually
from tests.verify.organization.world import ARN, HOME, LATENCY, NOON, OTHER, Taking, World, pool_of
from verify.aws import AccessDenied
from verify.organization.at_once import AtOnce
from verify.organization.matrix import CellState
from verify.organization.questions import Questions
from verify.organization.shared import Trail
from verify.stores.base import Place

if TYPE_CHECKING:
    from cloudtrail.errors import MeshtrailError
    from verify.discovery.event_data_stores import FoundStore
    from verify.organization.at_once import Found, Wanted

MEMBERS = ("123456789012", "222222222222", "333333333333")


class Searching:
    """A search that finds these events, whatever it is asked.

    Args:
        ids: They.
        error: What it raises instead.
    """

    action = "athena:StartQueryExecution"
    region = HOME

    def __init__(self, *ids: str, error: MeshtrailError | None = None) -> None:
        self.ids = frozenset(ids)
        self.error = error
        self.asked: list[Wanted] = []
        self.trail = ARN

    def answers_for(self, store: Trail | FoundStore) -> bool:
        """The organization's trail."""
        return isinstance(store, Trail) and store.arn == self.trail

    def leaves_out(self, store: Trail | FoundStore) -> MeshtrailError | None:
        """Nothing."""
        del store

    def __call__(self, wanted: Wanted) -> Found:
        """Find them."""
        self.asked.append(wanted)
        if self.error is not None:
            raise self.error
        return dict.fromkeys(wanted, self.ids)


def busy() -> World:
    """Two of three members have events, one of them in both Regions."""
    world = World(*MEMBERS)
    world.happens(MEMBERS[0], OTHER, "a")
    world.happens(MEMBERS[1], OTHER, "b")
    world.happens(MEMBERS[1], HOME, "c", at=NOON - timedelta(days=2))
    return world


def test_one_search_is_asked_for_what_all_accounts_look_for() -> None:
    """Nothing is read of the bucket; what is not found is lost."""
    world, search = busy(), Searching("a", "c")
    rows = world.survey(search=search)
    (asked,) = search.asked
    assert {place: sorted(events) for place, events in asked.items()} == {
        Place(MEMBERS[0], OTHER): ["a"],
        Place(MEMBERS[1], OTHER): ["b"],
        Place(MEMBERS[1], HOME): ["c"],
    }
    assert world.objects.fetched == []
    states = {(row.id, cell.region): cell.state for row in rows.values() for cell in row.cells}
    assert [place for place, state in states.items() if state is not CellState.CAUGHT] == [
        (MEMBERS[1], OTHER)
    ]
    assert states[MEMBERS[1], OTHER] is CellState.LOST


@pytest.mark.parametrize("workers", [1, 4, 64])
def test_more_accounts_wait_than_are_otherwise_surveyed_at_a_time(workers: int) -> None:
    """However few workers there are, and however many have events."""
    members = [f"{number:012}" for number in range(1, 40)]
    world = World(*members)
    for member in members:
        world.happens(member, OTHER, member)
    rows = world.survey(search=Searching(*members), workers=workers, under_way=3)
    assert {cell.state for row in rows.values() for cell in row.cells} == {CellState.CAUGHT}


def test_an_account_that_is_not_reached_keeps_nobody_waiting() -> None:
    """Neither does one whose Event history is refused."""
    world = busy()
    world.refused = {MEMBERS[2]}
    world.accounts[MEMBERS[0]].refused = {"lookup_events": "AccessDeniedException"}
    search = Searching("b", "c")
    rows = world.survey(search=search)
    assert not rows[MEMBERS[2]].reached
    assert {cell.state for cell in rows[MEMBERS[0]].cells} == {CellState.UNKNOWN}
    assert {cell.state for cell in rows[MEMBERS[1]].cells} == {CellState.CAUGHT}
    assert len(search.asked) == 1


def test_where_nothing_happened_nothing_is_searched() -> None:
    """A query costs, whatever it finds."""
    search = Searching()
    rows = World(*MEMBERS).survey(search=search)
    assert {cell.state for row in rows.values() for cell in row.cells} == {CellState.CAUGHT}
    assert search.asked == []


def test_a_search_that_fails_leaves_open_what_it_would_have_told() -> None:
    """And nothing else; it is asked once."""
    denied = AccessDenied(
        action="athena:StartQueryExecution", where="workgroup", code="AccessDenied", message="no"
    )
    search = Searching(error=denied)
    rows = busy().survey(search=search)
    states = {(row.id, cell.region): cell for row in rows.values() for cell in row.cells}
    open_ = {place for place, cell in states.items() if cell.state is CellState.UNKNOWN}
    assert open_ == {(MEMBERS[0], OTHER), (MEMBERS[1], OTHER), (MEMBERS[1], HOME)}
    assert all("athena:StartQueryExecution" in states[place].why for place in open_)
    assert len(search.asked) == 1


def test_a_trail_that_the_search_does_not_know_is_read_here() -> None:
    """An account's own."""
    world, search = busy(), Searching()
    search.trail = "another"
    world.lands(MEMBERS[0], OTHER, "a")
    assert {cell.state for cell in world.survey(search=search)[MEMBERS[0]].cells} == {CellState.CAUGHT}
    assert search.asked == []


def test_waiting_takes_no_worker() -> None:
    """One is enough for everybody."""

    async def work() -> list[frozenset[str] | MeshtrailError]:
        pool = pool_of(Taking(), 1)
        questions = Questions(pool, World().accounts[MANAGEMENT].aws(), MANAGEMENT)
        at_once = AtOnce(Searching("a"), questions, MEMBERS)
        place = Place(MEMBERS[0], OTHER)

        async def account(number: str, name: str) -> frozenset[str] | MeshtrailError:
            await at_once.tell(number, {Place(number, OTHER): {name: NOON}})
            return await at_once.missing({name: NOON}, place)

        waiting = asyncio.gather(account(MEMBERS[0], "a"), account(MEMBERS[1], "b"))
        await pool.spare()
        assert not waiting.done()
        at_once.done(MEMBERS[2])
        return list(await waiting)

    found, took = run_virtually(work())
    assert found == [frozenset(), {"b"}]
    assert took == pytest.approx(LATENCY)
