"""What a run does not speak of is said, and leaves open what it has to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.test_run import Watching, verified
from tests.verify.organization.test_survey import STORE, store
from tests.verify.organization.world import HOME, NOON, OTHER, World
from verify.organization.claims import EVERY_ACCOUNT_REACHED, NO_EVENT_LOST
from verify.organization.matrix import CellState
from verify.organization.merging import merged
from verify.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from verify.organization.document import OrganizationReport
    from verify.report.parts import Claim

MEMBER, GONE = "123456789012", "222222222222"


def claim(report: OrganizationReport, name: str) -> Claim:
    """One of its claims."""
    return next(one for one in report.claims if one.id == name)


def left() -> World:
    """An organization that an account left within the window."""
    world = World(MEMBER, GONE)
    world.lands(GONE, HOME, "a")
    world.gone = {GONE}
    return world


@pytest.mark.parametrize("refused", ["list_objects_v2", "head_bucket", "describe_trails"])
def test_where_nobody_can_tell_who_left_the_claim_stays_open(refused: str) -> None:
    """Though no account that is known lacks anything."""
    world = left()
    world.accounts[MANAGEMENT].refused = {refused: "AccessDenied"}
    found = claim(verified(world), EVERY_ACCOUNT_REACHED.id)
    assert found.verdict is Verdict.UNVERIFIABLE
    (fact,) = (item for item in found.evidence if item.label == "who left")
    assert fact.value.startswith("could not be told: ")
    assert "--log-archive-account" in (found.reason or "")


def test_an_account_that_left_keeps_a_merge_open_until_a_run_asks_for_it() -> None:
    """No shard was asked for it; both found it."""
    shards = [verified(left(), accounts=(one,)) for one in (MANAGEMENT, MEMBER)]
    found = merged(shards)
    assert (found.left_out, found.verdict) == ((GONE,), Verdict.UNVERIFIABLE)
    closed = merged([*shards, verified(left(), accounts=(GONE,))])
    assert closed.left_out == ()
    assert {row.id: row.state for row in closed.accounts}[GONE] == "LEFT"


def test_the_organizations_store_is_found_wherever_it_is_at_home() -> None:
    """Its home is not among the Regions that were asked for, and it takes the events of all."""
    world = World(MEMBER)
    for account in world.accounts.values():
        account.trails = []
    arn = STORE.replace(MEMBER, MANAGEMENT)
    world.accounts[MANAGEMENT].stores = [store(EventDataStoreArn=arn, OrganizationEnabled=True)]
    report = verified(world, regions=(OTHER,))
    assert {(row.id, cell.state) for row in report.accounts for cell in row.cells} == {
        (MANAGEMENT, CellState.CAUGHT),
        (MEMBER, CellState.CAUGHT),
    }


def test_a_run_that_goes_on_says_since_when_its_rows_were_found(tmp_path: Path) -> None:
    """Eleven hours later they may no longer be so."""
    world = World(MEMBER)
    with pytest.raises(BaseExceptionGroup):
        verified(world, kept=tmp_path / "rows.jsonl", watching=Watching(stop_at=1))
    report = verified(world, kept=tmp_path / "rows.jsonl", later=timedelta(hours=11))
    assert report.limits.found_since == NOON
    facts = {item.label: item.value for item in claim(report, NO_EVENT_LOST.id).evidence}
    assert facts["found since"].startswith("2026-09-01 12:00:00 UTC")
    assert verified(world).limits.found_since is None
