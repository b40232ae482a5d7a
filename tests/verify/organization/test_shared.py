"""What belongs to the whole organization, where AWS answers oddly or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.organization.fakes import MANAGEMENT
from tests.verify.organization.test_run import verified
from tests.verify.organization.world import ARN, HOME, OTHER, World, trail
from verify.organization.matrix import CellState

if TYPE_CHECKING:
    from verify.organization.document import OrganizationReport

MEMBER = "123456789012"


def states(report: OrganizationReport, account: str) -> set[CellState]:
    """The states of an account's cells."""
    (row,) = (row for row in report.accounts if row.id == account)
    return {cell.state for cell in row.cells}


def whys(report: OrganizationReport, account: str) -> str:
    """What an account's cells say."""
    (row,) = (row for row in report.accounts if row.id == account)
    return " ".join(f"{cell.why} {cell.remedy}" for cell in row.cells)


@pytest.mark.parametrize(
    ("lacking", "changes"),
    [
        pytest.param(("S3BucketName",), {}, id="no-bucket"),
        pytest.param(("HomeRegion",), {"TrailARN": "nonsense"}, id="no-arn"),
        pytest.param(("TrailARN", "HomeRegion"), {}, id="nothing"),
    ],
)
def test_a_trail_that_is_described_oddly_costs_nothing_but_itself(
    lacking: tuple[str, ...], changes: dict[str, Any]
) -> None:
    """There is a report; a member whose events only that trail would record is one of which nothing is known."""
    world = World(MEMBER)
    odd = {name: value for name, value in trail(**changes).items() if name not in lacking}
    world.accounts[MANAGEMENT].trails = [odd]
    assert states(verified(world), MEMBER) == {CellState.UNKNOWN}


def test_an_odd_trail_does_not_hide_a_sound_one() -> None:
    """The other organization trail records every account."""
    world = World(MEMBER)
    odd = trail(ARN.replace("organization", "odd"), IsOrganizationTrail=True)
    del odd["S3BucketName"]
    world.accounts[MANAGEMENT].trails = [odd, trail()]
    assert states(verified(world), MEMBER) == {CellState.CAUGHT}


def test_why_nothing_is_known_of_a_trail_is_what_was_refused() -> None:
    """Whoever runs this in the management account is not sent there."""
    world = World(MEMBER)
    world.accounts[MANAGEMENT].refused = {"describe_trails": "AccessDeniedException"}
    report = verified(world)
    assert states(report, MEMBER) == {CellState.UNKNOWN}
    assert "cloudtrail:DescribeTrails" in whys(report, MEMBER)
    assert "Run it in the management account" not in whys(report, MEMBER)


def test_an_organization_that_shows_no_trail_to_the_caller_says_where_it_does() -> None:
    """Nothing was refused: the caller is a member."""
    world = World(MEMBER)
    world.accounts[MANAGEMENT].trails = []
    report = verified(world, regions=(HOME, OTHER))
    assert "Run it in the management account" in whys(report, MEMBER)
