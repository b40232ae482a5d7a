"""`--region` narrows what is asked and what is claimed; a Region left out is shown as not asked, never as fine."""

from __future__ import annotations

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.test_limits import claim
from tests.verify.organization.test_run import verified
from tests.verify.organization.test_survey import STORE, store
from tests.verify.organization.world import HOME, OTHER, REGIONS, World
from verify.organization.claims import EVERY_ACCOUNT_REACHED, NO_EVENT_LOST
from verify.organization.matrix import CellState
from verify.organization.merging import merged
from verify.organization.render import render
from verify.organization.render.html.data import NOT_ASKED, data_block
from verify.verdict import Verdict

MEMBER = "123456789012"


def asked_in(world: World, region: str) -> list[str]:
    """What its accounts were asked in a Region, but for the bucket, which lies in HOME."""
    return [
        call
        for account in world.accounts.values()
        for call in account.calls
        if call.endswith(f"@{region}") and not call.startswith(("head_bucket", "list_objects"))
    ]


def test_nothing_is_asked_of_an_account_in_a_region_that_was_left_out() -> None:
    """But for what tells of the Regions that were not: where a trail is at home, and which stores span Regions."""
    world = World(MEMBER)
    report = verified(world, regions=(OTHER,))
    assert report.verdict is Verdict.PASS
    assert {call for call in world.accounts[MEMBER].calls if call.endswith(f"@{HOME}")} == {
        f"describe_regions@{HOME}"
    }
    assert set(asked_in(world, HOME)) == {
        f"describe_regions@{HOME}",
        f"get_event_selectors@{HOME}",
        f"list_event_data_stores@{HOME}",
    }
    everything = World(MEMBER)
    verified(everything)
    assert len(asked_in(everything, HOME)) > len(asked_in(world, HOME))


def test_stores_elsewhere_are_looked_for_only_where_nothing_here_catches() -> None:
    """An event data store takes the events of every Region: without it, a cell would be called lost that is not."""
    world = World(MEMBER)
    world.accounts[MEMBER].trails = []
    world.accounts[MEMBER].stores = [store()]
    report = verified(world, regions=(OTHER,))
    (cell,) = next(row.cells for row in report.accounts if row.id == MEMBER)
    assert (cell.state, [one.arn for one in cell.catchers]) == (CellState.CAUGHT, [STORE])
    assert f"list_event_data_stores@{HOME}" in world.accounts[MEMBER].calls


def test_the_claims_are_about_the_regions_that_were_asked_for() -> None:
    """In title, summary and evidence, whoever has the others enabled; of a manifest's Regions as well."""
    report = verified(World(MEMBER), regions=(HOME,))
    found = claim(report, NO_EVENT_LOST.id)
    assert (
        found.title == f"An App Mesh event would be recorded in every account of the organization, in {HOME}"
    )
    for name in (EVERY_ACCOUNT_REACHED.id, NO_EVENT_LOST.id):
        found = claim(report, name)
        assert found.summary.endswith(f"Asked of {HOME} only; 24 Regions not asked.")
        facts = {item.label: item.value for item in found.evidence}
        assert facts["asked Regions"] == HOME
        assert OTHER in facts["not asked"].split(", ")
    whole = claim(verified(World(MEMBER), regions=()), NO_EVENT_LOST.id)
    assert whole.title == NO_EVENT_LOST.title
    assert "not asked" not in whole.summary


def test_the_title_counts_many_regions() -> None:
    """And names few."""
    report = verified(World(MEMBER), regions=(*REGIONS, "us-west-2", "eu-west-2", "eu-west-3"))
    assert claim(report, NO_EVENT_LOST.id).title.endswith("in the 5 Regions asked for")


def test_every_rendering_shows_what_was_not_asked() -> None:
    """As columns of the page that are no cells, and as a line elsewhere; it is counted nowhere."""
    report = verified(World(MEMBER), regions=(HOME,))
    for form in ("terminal", "markdown", "html", "json"):
        shown = render(report, form)
        assert OTHER in shown
        assert form == "json" or "24 Regions not asked" in " ".join(shown.split())
    block = data_block(report, report.accounts)
    assert f'"{NOT_ASKED}"' in block
    assert "nothing is claimed" in block
    assert {row.id: [cell.region for cell in row.cells] for row in report.accounts} == {
        MANAGEMENT: [HOME],
        MEMBER: [HOME],
    }


def test_a_merge_of_regions_leaves_out_what_no_run_asked() -> None:
    """Two runs, each of one Region."""
    both = merged([verified(World(MEMBER), regions=(region,)) for region in REGIONS])
    assert both.regions == tuple(sorted(REGIONS))
    assert not set(both.limits.other_regions) & set(REGIONS)
    assert len(both.limits.other_regions) == 23
