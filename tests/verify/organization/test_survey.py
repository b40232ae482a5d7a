"""The survey of an organization: each cell decided from what the account answered; what it did not answer is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.world import (
    ARN,
    HOME,
    NOON,
    OTHER,
    READS_ONLY,
    WRITES_ONLY,
    World,
    trail,
)
from verify.aws import AccessDenied
from verify.organization.matrix import CellState

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBER = "123456789012"
OWN = f"arn:aws:cloudtrail:{HOME}:{MEMBER}:trail/own"
SECOND = f"arn:aws:cloudtrail:{HOME}:{MEMBER}:trail/second"
STORE = f"arn:aws:cloudtrail:{HOME}:{MEMBER}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"


def store(**fields: Any) -> dict[str, Any]:
    """An event data store as GetEventDataStore gives it."""
    return {
        "EventDataStoreArn": STORE,
        "Name": "mesh",
        "Status": "ENABLED",
        "MultiRegionEnabled": True,
        "OrganizationEnabled": False,
        "AdvancedEventSelectors": [
            {
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Management"]},
                    {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
                ]
            }
        ],
        **fields,
    }


def test_an_organization_trail_catches_every_cell() -> None:
    """And every event that happened landed."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    world.lands(MEMBER, OTHER, "a")
    rows = world.survey()
    assert [row.reached for row in rows.values()] == [True, True]
    cells = {(row.id, cell.region): cell for row in rows.values() for cell in row.cells}
    assert {cell.state for cell in cells.values()} == {CellState.CAUGHT}
    caught = cells[MEMBER, OTHER]
    assert [(one.kind, one.arn, one.organization) for one in caught.catchers] == [("trail", ARN, True)]
    assert (caught.seen, caught.landed) == (1, 1)
    assert (cells[MEMBER, HOME].seen, cells[MEMBER, HOME].landed) == (0, 0)


def test_the_selectors_of_the_organization_trail_are_asked_for_once() -> None:
    """In the management account, however many members there are; a member would be refused."""
    world = World(MEMBER, "222222222222")
    for number in (MEMBER, "222222222222"):
        world.accounts[number].refused = {"get_event_selectors": "TrailNotFoundException"}
    states = {cell.state for row in world.survey().values() for cell in row.cells}
    assert states == {CellState.CAUGHT}
    assert [call for call in world.accounts[MANAGEMENT].calls if call.startswith("get_event_selectors")] == [
        f"get_event_selectors@{HOME}"
    ]


def _nothing(world: World) -> None:
    world.accounts[MEMBER].trails = []


def _stopped(world: World) -> None:
    world.accounts[MEMBER].statuses[ARN, OTHER] = {"IsLogging": False}


def _fails(world: World) -> None:
    status = {"IsLogging": True, "LatestDeliveryError": "AccessDenied"}
    world.accounts[MEMBER].statuses[ARN, OTHER] = status


def _writes_only(world: World) -> None:
    world.accounts[MEMBER].trails = [trail(OWN)]
    world.accounts[MEMBER].selectors[OWN] = WRITES_ONLY


def _elsewhere(world: World) -> None:
    world.accounts[MEMBER].trails = [trail(OWN, IsMultiRegionTrail=False)]


def _no_bucket(world: World) -> None:
    world.accounts[MEMBER].trails = [trail(OWN)]
    world.accounts[MEMBER].refused = {"head_bucket": "404"}


def _idle_store(world: World) -> None:
    world.accounts[MEMBER].trails = []
    world.accounts[MEMBER].stores = [store(Status="STOPPED_INGESTION")]


@pytest.mark.parametrize(
    ("spoil", "why", "remedy"),
    [
        pytest.param(_nothing, "No trail or event data store", "pulumi up", id="nothing"),
        pytest.param(_stopped, f"{ARN}: it is not logging.", "start-logging", id="stopped"),
        pytest.param(_fails, f"{ARN}: its last delivery failed with AccessDenied.", "policy", id="fails"),
        pytest.param(
            _writes_only, f"The selectors of {OWN} miss 15 kinds", "read and write", id="writes-only"
        ),
        pytest.param(_elsewhere, "No trail or event data store", "pulumi up", id="another-region"),
        pytest.param(_no_bucket, f"{OWN}: its bucket does not exist.", "pulumi up", id="no-bucket"),
        pytest.param(_idle_store, "its status is STOPPED_INGESTION", "ingestion", id="idle-store"),
    ],
)
def test_where_nothing_would_record_an_event_it_is_lost(
    spoil: Callable[[World], None], why: str, remedy: str
) -> None:
    """With what is wrong, and what to do about it."""
    world = World(MEMBER)
    spoil(world)
    cell = world.cell(MEMBER, OTHER)
    assert (cell.state, cell.catchers) == (CellState.LOST, ())
    assert why in cell.why
    assert remedy in cell.remedy


def test_the_organization_trail_without_its_bucket_catches_nothing_anywhere() -> None:
    """Its status may not say so before it delivers again."""
    world = World(MEMBER)
    world.accounts[MANAGEMENT].refused = {"head_bucket": "404"}
    cells = [cell for row in world.survey().values() for cell in row.cells]
    assert {(cell.state, cell.why) for cell in cells} == {
        (CellState.LOST, f"{ARN}: its bucket does not exist.")
    }


def test_a_bucket_whose_region_is_not_told_is_not_taken_for_deleted() -> None:
    """Nothing happened, so nothing has to be looked for in it."""
    world = World(MEMBER)
    world.accounts[MANAGEMENT].refused = {"head_bucket": "InternalError"}
    assert {cell.state for row in world.survey().values() for cell in row.cells} == {CellState.CAUGHT}


def test_two_trails_that_each_miss_half_catch_all_together() -> None:
    """Both are named."""
    world = World(MEMBER)
    account = world.accounts[MEMBER]
    account.trails = [trail(OWN), trail(SECOND)]
    account.selectors = {OWN: WRITES_ONLY, SECOND: READS_ONLY}
    cell = world.cell(MEMBER, OTHER)
    assert cell.state is CellState.CAUGHT
    assert [one.arn for one in cell.catchers] == [OWN, SECOND]


def test_a_store_at_home_in_another_region_catches_what_happens_here() -> None:
    """It takes events of every Region."""
    world = World(MEMBER)
    world.accounts[MEMBER].trails = []
    world.accounts[MEMBER].stores = [store()]
    cell = world.cell(MEMBER, OTHER)
    assert cell.state is CellState.CAUGHT
    assert [(one.kind, one.organization) for one in cell.catchers] == [("event-data-store", False)]


def test_the_organizations_store_counts_for_every_member() -> None:
    """A member does not see it."""
    world = World(MEMBER)
    for account in world.accounts.values():
        account.trails = []
    world.accounts[MANAGEMENT].stores = [store(OrganizationEnabled=True)]
    assert world.cell(MEMBER, OTHER).state is CellState.CAUGHT


def test_an_event_that_landed_nowhere_is_lost_although_the_trail_looks_well() -> None:
    """It is named; the one that landed is counted."""
    world = World(MEMBER)
    for name in ("a", "b", "c"):
        world.happens(MEMBER, OTHER, name)
    world.lands(MEMBER, OTHER, "a")
    world.lands(MEMBER, OTHER, "c", at=NOON - timedelta(minutes=5))  # late, and there all the same
    cell = world.cell(MEMBER, OTHER)
    assert (cell.state, cell.seen, cell.landed) == (CellState.LOST, 3, 2)
    assert "1 of 3 events in Event history landed nowhere: b." in cell.why
    assert cell.remedy


def test_an_event_that_a_store_may_hold_that_is_not_known_is_not_lost() -> None:
    """The stores could not be listed: which event, and why, is told."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    world.accounts[MEMBER].refused = {"list_event_data_stores": "AccessDeniedException"}
    cell = world.cell(MEMBER, OTHER)
    assert (cell.state, cell.seen, cell.landed) == (CellState.UNKNOWN, 1, None)
    assert "1 of 1 event in Event history landed in no store that could be looked in: a." in cell.why
    assert "cloudtrail:ListEventDataStores" in cell.why
    assert "Allow cloudtrail:ListEventDataStores" in cell.remedy


def test_log_files_of_other_times_are_not_fetched_while_nothing_is_missing() -> None:
    """A week of them may lie there."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    found = world.lands(MEMBER, OTHER, "a")
    for hours in range(5, 150, 7):
        world.lands(MEMBER, OTHER, f"of {hours}", at=NOON - timedelta(hours=hours))
    assert world.cell(MEMBER, OTHER).state is CellState.CAUGHT
    assert world.objects.fetched == [found]


def test_a_log_file_that_cannot_be_read_leaves_what_is_missing_open() -> None:
    """It may hold the event."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    key = world.lands(MEMBER, OTHER, "a")
    denied = AccessDenied(action="kms:Decrypt", where=key, code="AccessDenied", message="no")
    world.objects.put(key, denied)
    cell = world.cell(MEMBER, OTHER)
    assert (cell.state, cell.seen, cell.landed) == (CellState.UNKNOWN, 1, None)
    assert "kms:Decrypt" in cell.why
    assert "kms:Decrypt" in cell.remedy
