"""The survey of an organization: each cell decided from what the account answered; what it did not answer is told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.world import (
    ARN,
    HOME,
    LATENCY,
    NOON,
    OTHER,
    READS_ONLY,
    REGIONS,
    WRITES_ONLY,
    World,
    member,
    trail,
)
from verify.aws import AccessDenied, CannotLook
from verify.organization.matrix import CellState
from verify.organization.sessions import RoleRefused
from verify.organization.survey import UNDER_WAY
from verify.window import Window

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
