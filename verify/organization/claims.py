"""What is claimed of a whole organization, decided from the rows of its matrix alone. Pure.

A call can be made only in an account that is active. One that is suspended, closing or not open yet is named in the
evidence, and decides nothing unless it was reached all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.discovery.event_data_stores import GET_EVENT_DATA_STORE, LIST_EVENT_DATA_STORES
from verify.discovery.inventory import DESCRIBE_ORGANIZATION
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.discovery.trails import DESCRIBE_TRAILS, GET_EVENT_SELECTORS, GET_TRAIL_STATUS
from verify.finding import Finding, Scope, cannot_tell, fails, holds
from verify.lookup_events import LOOKUP_EVENTS
from verify.organization.matrix import ACTIVE, AccountRow, Cell, CellState
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import LIST
from verify.statement import Requirement, Standard, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verify.finding import Fact
    from verify.report.parts import Claim, Window

ASSUME_ROLE: Final = "sts:AssumeRole"
LIST_ROOTS: Final = "organizations:ListRoots"
LIST_UNITS: Final = "organizations:ListOrganizationalUnitsForParent"
LIST_ACCOUNTS: Final = "organizations:ListAccountsForParent"

_WALK: Final = (DESCRIBE_ORGANIZATION, LIST_ROOTS, LIST_UNITS, LIST_ACCOUNTS, ASSUME_ROLE)

NO_EVENT_LOST: Final = Statement(
    id="organization.no-event-lost",
    title="An App Mesh event would be recorded in every account and Region of the organization",
    severity=Severity.CRITICAL,
    actions=(
        *_WALK,
        DESCRIBE_REGIONS,
        DESCRIBE_TRAILS,
        GET_TRAIL_STATUS,
        GET_EVENT_SELECTORS,
        LIST_EVENT_DATA_STORES,
        GET_EVENT_DATA_STORE,
        LOOKUP_EVENTS,
        LIST,
    ),
    remedy=(
        "Each cell of the matrix says what is missing there. An organization trail of every Region, in the management "
        "account's home Region, records all accounts at once; where none is allowed, give each account its own."
    ),
    requirements=(
        Requirement(Standard.NIST_800_53, "AU-11"),
        Requirement(Standard.NIST_800_53, "AU-12"),
        Requirement(Standard.PCI_DSS, "10.5.1"),
    ),
)
EVERY_ACCOUNT_REACHED: Final = Statement(
    id="organization.every-account-reached",
    title="Every active account of the organization let the verifier look",
    severity=Severity.HIGH,
    actions=_WALK,
    remedy="Provision the verifier's role in each account that is named.",
)
STATEMENTS: Final = (EVERY_ACCOUNT_REACHED, NO_EVENT_LOST)
"""What is claimed of every organization."""


def organization_claims(
    rows: Sequence[AccountRow], *, management_account: str, regions: Sequence[str], window: Window
) -> tuple[Claim, ...]:
    """Both claims about the matrix.

    Args:
        rows: Every account of the organization, in any order.
        management_account: Whose claims these are.
        regions: The Regions of the matrix; a cell that a row lacks is one nobody could tell.
        window: The time that was looked at; who joined within it is named as new.
    """
    scope = Scope(management_account)
    ordered = sorted(rows, key=lambda row: row.id)
    return (
        EVERY_ACCOUNT_REACHED.claim(_reached(ordered, window), scope),
        NO_EVENT_LOST.claim(_caught(ordered, regions), scope),
    )


def cells_of(row: AccountRow, regions: Iterable[str]) -> Iterator[Cell]:
    """The row's cell in each of the Regions; where it has none, one that nobody could tell."""
    known = {cell.region: cell for cell in row.cells}
    for region in regions:
        yield known.get(region) or Cell(
            region=region,
            state=CellState.UNKNOWN,
            why=row.why or "This account and Region was not looked at.",
            remedy=row.remedy,
        )


def counts_in_verdict(row: AccountRow) -> bool:
    """Whether what is unknown of an account keeps the organization from passing."""
    return row.state == ACTIVE or row.reached


def _reached(rows: Sequence[AccountRow], window: Window) -> Finding:
    if not rows:
        return cannot_tell(
            "No account was listed.", reason="An organization has at least its management account."
        )
    missed = [row for row in rows if not row.reached and row.state == ACTIVE]
    idle = [row for row in rows if row.state != ACTIVE]
    active = len(rows) - len(idle)
    facts: list[Fact] = [
        *(("not reached", f"{_named(row)}: {row.why}") for row in missed),
        *((row.state.lower().replace("_", " "), _named(row)) for row in idle),
        *(fact for row in rows for fact in _joined(row, window)),
    ]
    aside = f" {plural(len(idle), 'account')} not active, named in the evidence." if idle else ""
    if missed:
        return cannot_tell(
            f"{len(missed):,} of {plural(active, 'active account')} could not be reached.{aside}",
            *facts,
            reason="; ".join(dict.fromkeys(row.remedy or row.why for row in missed)) or "Nobody said why.",
        )
    if not active:
        return cannot_tell(f"No account is active.{aside}", *facts, reason="There was nothing to reach.")
    return holds(f"{plural(active, 'active account')} reached.{aside}", *facts)


def _joined(row: AccountRow, window: Window) -> Iterator[Fact]:
    if row.joined_at is not None and row.joined_at >= window.start:
        yield "new", f"{_named(row)}: joined {row.joined_at:%Y-%m-%d %H:%M:%S} UTC"


def _caught(rows: Sequence[AccountRow], regions: Sequence[str]) -> Finding:
    by_state: dict[CellState, list[Fact]] = {state: [] for state in CellState}
    count = dict.fromkeys(CellState, 0)
    set_aside: list[Fact] = []
    for row in rows:
        for state in CellState:
            here = [cell for cell in cells_of(row, regions) if cell.state is state]
            if not here:
                continue
            if state is CellState.UNKNOWN and not counts_in_verdict(row):
                set_aside.append((row.state.lower().replace("_", " "), _where(row, here, regions)))
                continue
            count[state] += len(here)
            by_state[state].append((state.value, _where(row, here, regions)))
    lost, unknown = by_state[CellState.LOST], by_state[CellState.UNKNOWN]
    found = (
        f"{count[CellState.CAUGHT]:,} of {plural(sum(count.values()) - count[CellState.NOT_ENABLED], 'cell')} "
        f"(an account in a Region) would record an App Mesh event"
    )
    if count[CellState.LOST]:
        rest = f", {count[CellState.UNKNOWN]:,} could not be told" if unknown else ""
        return fails(f"{found}; {count[CellState.LOST]:,} would lose it{rest}.", *lost, *unknown, *set_aside)
    if count[CellState.UNKNOWN]:
        return cannot_tell(
            f"{found}; {count[CellState.UNKNOWN]:,} could not be told.",
            *unknown,
            *set_aside,
            reason="What could not be looked at may lose events. Each cell of the matrix says why, and what to do.",
        )
    if not count[CellState.CAUGHT]:
        return cannot_tell(f"{found}.", *set_aside, reason="No account and Region was looked at.")
    return holds(f"{found}.", *set_aside)


def _where(row: AccountRow, cells: Sequence[Cell], regions: Sequence[str]) -> str:
    """An account and its Regions, each named."""
    listed = ", ".join(cell.region for cell in cells)
    every = f" (all {len(regions):,} Regions)" if len(cells) == len(regions) > 1 else ""
    return f"{_named(row)}: {listed}{every}"


def _named(row: AccountRow) -> str:
    return f"{row.id} {row.name}".strip()
