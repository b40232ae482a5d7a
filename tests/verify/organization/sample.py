"""Organizations to report about: one where all is well, a bad day, a hostile one, and one of any size."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.verify.report.sample import HOSTILE
from verify.organization.document import OrganizationReport
from verify.organization.limits import NONE, Limits
from verify.organization.matrix import AccountRow, Catcher, Cell, CellState
from verify.report.parts import Waiver, Window

ORGANIZATION: Final = "o-exampleorgid"
MANAGEMENT: Final = "111111111111"
REGIONS: Final = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1")
END: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
WINDOW: Final = Window(start=END - timedelta(days=7), end=END)
TRAIL: Final = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/mesh-audit"
UNITS: Final = ("r-exmp", "ou-exmp-workload", "ou-exmp-security", "ou-exmp-sandboxes")
ALL_REGIONS: Final = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-central-2", "ap-northeast-1"),
    *("ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
    *("ap-southeast-4", "ap-south-1", "ap-south-2", "ap-east-1", "sa-east-1", "ca-central-1", "ca-west-1"),
    *("me-south-1", "me-central-1", "af-south-1", "il-central-1", "mx-central-1"),
)
"""Thirty of AWS's Regions."""

ORGANIZATION_TRAIL: Final = Catcher(kind="trail", arn=TRAIL, organization=True)
NOTHING: Final = "No trail and no event data store records App Mesh events here."
PROVISION: Final = "Make the organization trail multi-Region, or give this Region a trail."
REFUSED: Final = "AccessDenied: not authorized to perform: sts:AssumeRole on resource MeshtrailVerifier"
ROLE: Final = "Provision the role MeshtrailVerifier in the account."


def caught(region: str, seen: int = 2) -> Cell:
    """A cell where all is well."""
    return Cell(region=region, state=CellState.CAUGHT, catchers=(ORGANIZATION_TRAIL,), seen=seen, landed=seen)


def lost(region: str) -> Cell:
    """A cell that records nothing."""
    return Cell(region=region, state=CellState.LOST, seen=3, landed=0, why=NOTHING, remedy=PROVISION)


def unknown(region: str) -> Cell:
    """A cell that nobody could see."""
    return Cell(region=region, state=CellState.UNKNOWN, why=REFUSED, remedy=ROLE)


def closed(region: str) -> Cell:
    """A Region that the account did not enable."""
    return Cell(region=region, state=CellState.NOT_ENABLED)


def row(number: int, *cells: Cell, regions: tuple[str, ...] = REGIONS) -> AccountRow:
    """An active account that was reached; where no cell is given, all is well."""
    known = {cell.region: cell for cell in cells}
    return AccountRow(
        id=MANAGEMENT if number == 0 else f"{123456789011 + number:012d}",
        name="management"
        if number == 0
        else f"{('orders', 'payments', 'search', 'edge')[number % 4]}-{number}",
        state="ACTIVE",
        joined_at=datetime(2024, 3, 1, tzinfo=UTC),
        units=(UNITS[0],) if number == 0 else (UNITS[0], UNITS[1 + number % 3]),
        reached=True,
        cells=tuple(known.get(region) or caught(region, seen=number % 5) for region in regions),
    )


def unreached(number: int, *, state: str = "ACTIVE", regions: tuple[str, ...] = REGIONS) -> AccountRow:
    """An account whose role could not be assumed."""
    return replace(
        row(number),
        state=state,
        reached=False,
        why=REFUSED,
        remedy=ROLE,
        cells=tuple(unknown(region) for region in regions),
    )


def report(
    *rows: AccountRow,
    regions: tuple[str, ...] = REGIONS,
    left_out: tuple[str, ...] = (),
    limits: Limits = NONE,
) -> OrganizationReport:
    """The report about these rows."""
    return OrganizationReport.of(
        rows,
        organization=ORGANIZATION,
        management_account=MANAGEMENT,
        regions=regions,
        window=WINDOW,
        generated_at=END + timedelta(minutes=20),
        left_out=left_out,
        limits=limits,
    )


def passing() -> OrganizationReport:
    """Twelve accounts in four Regions, every event caught."""
    return report(*(row(number) for number in range(12)))


def failing() -> OrganizationReport:
    """A Region of one account loses its events, another account was not reached, one is suspended, one is new."""
    rows = [row(number) for number in range(12)]
    rows[3] = row(3, lost("eu-west-1"))
    rows[5] = row(5, closed("eu-central-1"))
    rows[7] = unreached(7)
    rows[9] = unreached(9, state="SUSPENDED")
    rows[11] = replace(row(11), joined_at=END - timedelta(days=1))
    return report(*rows)


def narrowed() -> OrganizationReport:
    """Two of four Regions, a cell that loses its events and an account that was not reached, both accepted."""
    asked = ("eu-central-1", "eu-west-1")
    risk = Waiver(reason="Moves in spring", owner="order desk", expires=END + timedelta(days=90))
    rows = [row(number, regions=asked) for number in range(5)]
    rows[3] = row(3, replace(lost("eu-west-1"), waiver=risk), regions=asked)
    rows[4] = replace(
        unreached(4, regions=asked),
        waiver=risk,
        cells=tuple(replace(unknown(region), waiver=risk) for region in asked),
    )
    return report(*rows, regions=asked, limits=Limits(other_regions=("us-east-1", "us-west-2")))


def hostile() -> OrganizationReport:
    """Accounts with names, and cells with reasons, that somebody chose to do harm."""
    rows = [
        replace(
            row(number, replace(lost("eu-west-1"), why=f"why {text}", remedy=f"do {text}")),
            name=text,
            units=(UNITS[0], text),
        )
        for number, text in enumerate(HOSTILE)
    ]
    return report(*rows)


def large(accounts: int = 1_000, regions: tuple[str, ...] = ALL_REGIONS) -> OrganizationReport:
    """An organization of any size: two Regions off in most accounts, two of forty accounts in trouble."""
    rows: list[AccountRow] = []
    for number in range(accounts):
        off = [closed(region) for region in regions[-2:] if number % 3]
        if number % 40 == 7:
            rows.append(unreached(number, regions=regions))
        elif number % 40 == 21:
            rows.append(row(number, *off, *(lost(region) for region in regions[4:6]), regions=regions))
        else:
            rows.append(row(number, *off, regions=regions))
    return report(*rows, regions=regions)
