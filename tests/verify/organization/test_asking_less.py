"""`--select` and `--event-source`: what is not asked for is not asked of AWS, and not claimed."""

from __future__ import annotations

from typing import Any

import pytest

from cloudtrail.selectors import read_selectors
from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.test_limits import claim
from tests.verify.organization.test_run import verified
from tests.verify.organization.test_survey import store
from tests.verify.organization.world import HOME, OTHER, World
from verify.organization.claims import EVERY_ACCOUNT_REACHED, NO_EVENT_LOST
from verify.organization.document import OrganizationReport
from verify.organization.matrix import CellState
from verify.organization.merging import merged
from verify.organization.render import render
from verify.organization.sources import NotASource, missed_by
from verify.report.written import ReportError
from verify.verdict import Verdict

MEMBER, CLOSED = "123456789012", "222222222222"
ECS, MESH = "ecs.amazonaws.com", "appmesh.amazonaws.com"


def reached_only(world: World) -> OrganizationReport:
    """What is found when only the accounts are asked for."""
    return verified(world, decided=(EVERY_ACCOUNT_REACHED.id,))


def test_a_run_about_accounts_asks_nothing_in_them() -> None:
    """Each role is assumed, and that is all; who is not reached is named as ever."""
    world = World(MEMBER, CLOSED)
    world.refused = {CLOSED}
    report = reached_only(world)
    assert world.accounts[MEMBER].calls == []
    assert {call.partition("@")[0] for call in world.accounts[MANAGEMENT].calls} <= {
        *("describe_regions", "describe_trails", "get_event_selectors", "head_bucket", "list_objects_v2"),
    }
    assert [one.id for one in report.claims] == [EVERY_ACCOUNT_REACHED.id]
    assert report.claims[0].verdict is Verdict.UNVERIFIABLE
    assert report.claims[0].evidence[0].value.startswith(CLOSED)
    assert (report.regions, report.decided) == ((), (EVERY_ACCOUNT_REACHED.id,))
    for form in ("terminal", "markdown", "html", "json"):
        shown = render(report, form)
        assert "1 of 3 accounts could not be reached" in " ".join(shown.split())
    assert OrganizationReport.from_json(report.to_json()) == report


def test_who_left_is_found_without_a_region() -> None:
    """In whichever Region something was delivered for it."""
    world = World(MEMBER, CLOSED)
    world.gone = {CLOSED}
    world.lands(CLOSED, OTHER, "a")
    assert {row.id: row.state for row in reached_only(world).accounts}[CLOSED] == "LEFT"


def test_a_run_about_events_says_nothing_of_reaching() -> None:
    """A cell that could not be looked at leaves it open all the same."""
    world = World(MEMBER, CLOSED)
    world.refused = {CLOSED}
    report = verified(world, decided=(NO_EVENT_LOST.id,))
    assert [(one.id, one.verdict) for one in report.claims] == [(NO_EVENT_LOST.id, Verdict.UNVERIFIABLE)]


def test_reports_of_several_selections_make_one() -> None:
    """About everything that either was asked for; an account whose cells nobody asked for is open."""
    both = merged([reached_only(World(MEMBER)), verified(World(MEMBER), accounts=(MEMBER,))])
    assert both.decided == (EVERY_ACCOUNT_REACHED.id, NO_EVENT_LOST.id)
    states = {row.id: {cell.state for cell in row.cells} for row in both.accounts}
    assert states == {MEMBER: {CellState.CAUGHT}, MANAGEMENT: set()}
    assert claim(both, NO_EVENT_LOST.id).verdict is Verdict.UNVERIFIABLE


def test_a_claim_that_was_not_asked_for_contradicts_the_document() -> None:
    """Nobody looked."""
    written = verified(World(MEMBER)).to_json()
    edited = written.replace(
        f'"{EVERY_ACCOUNT_REACHED.id}",\n    "{NO_EVENT_LOST.id}"', f'"{NO_EVENT_LOST.id}"'
    )
    assert edited != written
    with pytest.raises(ReportError, match="was not asked for, and is there"):
        OrganizationReport.from_json(edited)


# Whose events


def looked_up(world: World) -> set[str]:
    """The event sources that Event history was asked for."""
    return {source for account in world.accounts.values() for source in account.sources}


def test_event_history_is_asked_for_the_sources_that_are_asked_for() -> None:
    """One by one, and what it shows is looked for in the bucket."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    world.lands(MEMBER, OTHER, "a", source=ECS)
    report = verified(world, sources=(ECS,))
    assert looked_up(world) == {ECS}
    assert report.event_sources == (ECS,)
    assert claim(report, NO_EVENT_LOST.id).title.startswith(
        f"Every event of {ECS} would be recorded in every account"
    )
    cells = {cell.region: cell for row in report.accounts if row.id == MEMBER for cell in row.cells}
    assert (cells[OTHER].state, cells[OTHER].seen, cells[OTHER].landed) == (CellState.CAUGHT, 1, 1)
    both = World(MEMBER)
    verified(both, sources=(MESH, ECS))
    assert looked_up(both) == {MESH, ECS}


def test_an_event_of_another_source_does_not_stand_for_one_that_is_asked_for() -> None:
    """It has the same id, and is another's."""
    world = World(MEMBER)
    world.happens(MEMBER, OTHER, "a")
    world.lands(MEMBER, OTHER, "a", source=MESH)
    report = verified(world, sources=(ECS,))
    assert {cell.state for row in report.accounts for cell in row.cells} == {CellState.CAUGHT, CellState.LOST}


def test_a_store_that_selects_app_mesh_alone_loses_everybody_else() -> None:
    """Each kind of event of the other is named."""
    world = World(MEMBER)
    for account in world.accounts.values():
        account.trails = []
    world.accounts[MANAGEMENT].stores = [store(OrganizationEnabled=True)]
    report = verified(world, sources=(MESH, ECS))
    cell = report.accounts[0].cells[0]
    assert cell.state is CellState.LOST
    assert (
        f"miss 3 kinds of events of {MESH} and {ECS}: {ECS} own events, {ECS} reads, {ECS} writes" in cell.why
    )


@pytest.mark.parametrize(
    ("condition", "missed"),
    [
        pytest.param({"Field": "readOnly", "Equals": ["false"]}, {"reads"}, id="writes-only"),
        pytest.param(
            {"Field": "eventName", "NotEquals": ["RunTask"]}, {"reads", "writes", "own events"}, id="but-one"
        ),
        pytest.param(
            {"Field": "eventName", "NotStartsWith": ["Run"]}, {"reads", "writes", "own events"}, id="but-some"
        ),
        pytest.param({"Field": "eventSource", "Equals": [ECS]}, set[str](), id="all"),
        pytest.param(
            {"Field": "eventSource", "Equals": [MESH]}, {"reads", "writes", "own events"}, id="another"
        ),
    ],
)
def test_what_selectors_drop_of_a_service_whose_events_are_not_known(
    condition: dict[str, Any], missed: set[str]
) -> None:
    """A name that is passed over makes the whole kind incomplete: nobody knows what the service calls its events."""
    selectors = read_selectors(
        {
            "AdvancedEventSelectors": [
                {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, condition]}
            ]
        }
    )
    assert missed_by(selectors, (ECS,)) == {f"{ECS} {kind}" for kind in missed}


def test_other_services_may_be_in_every_region() -> None:
    """App Mesh was not; of others no Region of the partition is left out."""
    regions = verified(World(MEMBER), sources=(ECS,), regions=()).regions
    assert {"mx-central-1", HOME} < set(regions)
    assert len(regions) > 25


@pytest.mark.parametrize("wrong", ["ecs", "ECS.amazonaws.com", "appmesh.amazonaws.com'; --", ""])
def test_what_is_no_event_source_is_refused(wrong: str) -> None:
    """Nothing would be found of it, and all would seem well."""
    with pytest.raises(NotASource, match="is no event source"):
        verified(World(MEMBER), sources=(wrong,))


def test_reports_about_different_services_do_not_merge() -> None:
    """A cell that catches one need not catch the other."""
    with pytest.raises(ReportError, match="different services"):
        merged([verified(World(MEMBER)), verified(World(MEMBER), sources=(ECS,))])
