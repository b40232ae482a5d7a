"""Which events a bucket or an event data store does not hold, and how little is read to tell."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.verify.organization.fakes import MANAGEMENT, refusal
from tests.verify.organization.test_survey import MEMBER, store
from tests.verify.organization.world import HOME, NOON, OTHER, World
from verify.organization.landing import SOON, _spans
from verify.organization.matrix import CellState
from verify.stores.trail_bucket import EARLY

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is given apart


@given(st.lists(TIMES, min_size=1, max_size=30))
def test_spans_cover_every_event_and_never_overlap(times: list[datetime]) -> None:
    """And reach no further than is said from an event."""
    spans = _spans(times)
    assert all(
        any(span.start <= time - EARLY and time + SOON <= span.end for span in spans) for time in times
    )
    assert all(one.end < other.start for one, other in itertools.pairwise(spans))
    assert {span.start for span in spans} <= {time - EARLY for time in times}
    assert {span.end for span in spans} <= {time + SOON for time in times}


def test_an_event_of_the_last_minute_of_a_day_is_found_in_the_folder_of_the_next() -> None:
    """A folder is of the day of delivery."""
    world = World(MEMBER)
    midnight = NOON.replace(hour=0)
    world.happens(MEMBER, OTHER, "a", at=midnight - timedelta(seconds=30))
    world.lands(MEMBER, OTHER, "a", at=midnight + timedelta(minutes=5))
    assert world.cell(MEMBER, OTHER).state is CellState.CAUGHT


def test_a_log_file_in_the_folder_of_another_account_counts_for_that_one() -> None:
    """Accounts and Regions are looked up by their own folders."""
    world = World(MEMBER, "222222222222")
    world.happens(MEMBER, OTHER, "a")
    world.lands("222222222222", OTHER, "a")
    assert world.cell(MEMBER, OTHER).state is CellState.LOST


def test_an_object_that_is_not_named_as_cloudtrail_names_log_files_holds_nothing() -> None:
    """Whoever may write to the bucket could put it there."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    key = world.lands(MEMBER, OTHER, "a")
    body = world.objects.bodies.pop(key)
    del world.objects.infos[key]
    assert isinstance(body, bytes)
    world.objects.put(f"{key.rpartition('/')[0]}/mine.json.gz", body)
    assert world.cell(MEMBER, OTHER).state is CellState.LOST


def test_what_no_bucket_holds_is_asked_of_the_event_data_stores() -> None:
    """Here the store refuses: so it is not known whether the event is lost."""
    world = World(MEMBER)
    account = world.accounts[MEMBER]
    account.stores = [store()]
    world.happens(MEMBER, OTHER, "a")
    world.happens(MEMBER, OTHER, "b")
    world.lands(MEMBER, OTHER, "a")
    account.refused = {"start_query": "AccessDeniedException"}
    cell = world.cell(MEMBER, OTHER)
    assert cell.state is CellState.UNKNOWN
    assert "cloudtrail:StartQuery" in cell.why
    account.refused = {}
    account.records = ["b"]
    held = world.cell(MEMBER, OTHER)
    assert (held.state, held.seen, held.landed) == (CellState.CAUGHT, 2, 2)


def test_a_store_that_is_being_deleted_holds_nothing_and_is_not_asked() -> None:
    """CloudTrail refuses to query it; that leaves no doubt about an event that is nowhere else."""
    world = World(MEMBER)
    world.accounts[MEMBER].stores = [store(Status="PENDING_DELETION")]
    world.accounts[MEMBER].refused = {"start_query": "InactiveEventDataStoreException"}
    world.happens(MEMBER, OTHER, "a")
    cell = world.cell(MEMBER, OTHER)
    assert (cell.state, cell.seen, cell.landed) == (CellState.LOST, 1, 0)
    assert "PENDING_DELETION" in cell.why
    assert "start_query" not in str(world.accounts[MEMBER].calls)


def test_queries_to_the_organizations_store_share_the_budget_of_its_account_and_region() -> None:
    """However many members ask: CloudTrail allows its account three a second, also when its own row is done."""
    members = [f"{number:012}" for number in range(1, 13)]
    world = World(*members)
    for account in world.accounts.values():
        account.trails = []
    owner = world.accounts[MANAGEMENT]
    arn = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"
    owner.stores = [store(EventDataStoreArn=arn, OrganizationEnabled=True)]
    owner.records = members
    for number in members:
        world.happens(number, OTHER, number)
    rows = world.survey()
    assert {cell.state for row in rows.values() for cell in row.cells} == {CellState.CAUGHT}
    queries = [ask for ask in world.made if ask.action == "cloudtrail:StartQuery"]
    assert {(ask.account, ask.region) for ask in queries} == {(MANAGEMENT, HOME)}
    times = [time for ask, time in zip(world.made, world.made_at, strict=True) if ask in queries]
    assert len(times) == len(members)
    assert all(later - time > 0.999 for time, later in zip(times, times[3:], strict=False))


def test_stores_are_not_queried_for_what_a_bucket_holds() -> None:
    """A query is paid for."""
    world = World(MEMBER)
    world.accounts[MEMBER].stores = [store()]
    world.happens(MEMBER, OTHER, "a")
    world.lands(MEMBER, OTHER, "a")
    assert world.cell(MEMBER, OTHER).state is CellState.CAUGHT
    assert not [call for call in world.accounts[MEMBER].calls if "query" in call]


def test_a_refused_bucket_of_the_organization_tells_of_the_log_archive() -> None:
    """That is whose role may read it, mostly."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    world.unlisted = refusal("AccessDenied")
    cell = world.cell(MEMBER, OTHER)
    assert cell.state is CellState.UNKNOWN
    assert "--log-archive-account" in cell.remedy
