"""What is claimed of a whole organization, decided from the rows of its matrix alone. Pure.

A call can be made only in an account that is active. One that is suspended, closing or not open yet is named in the
evidence, and decides nothing unless it was reached all the same
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from verify.discovery.event_data_stores import GET_EVENT_DATA_STORE, LIST_EVENT_DATA_STORES
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.discovery.trails import DESCRIBE_TRAILS, GET_EVENT_SELECTORS, GET_TRAIL_STATUS
from verify.finding import Finding, Scope, cannot_tell, fails, holds
from verify.lookup_events import LOOKUP_EVENTS
from verify.organization.accounts import ACTIONS, ACTIVE, LIST_ALL_ACCOUNTS, LIST_PARENTS
from verify.organization.limits import NONE, within
from verify.organization.matrix import AccountRow, Cell, CellState
from verify.organization.sessions import ASSUME_ROLE
from verify.organization.sources import APP_MESH_ALONE, an_event
from verify.report.parts import Severity, Waiver
from verify.report.summary import acceptance
from verify.report.text import plural
from verify.s3_objects import DECRYPT, GET, LIST
from verify.statement import Requirement, Standard, Statement
from verify.stores.event_data_store import QUERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verify.finding import Fact
    from verify.organization.limits import Limits
    from verify.report.parts import Claim, Window

IDLE: Final = frozenset({"SUSPENDED", "PENDING_ACTIVATION", "PENDING_CLOSURE", "CLOSED"})
"""The states of accounts in which no call can be made."""

ACCEPTED: Final = "accepted"
"""The label of what a claim's evidence says of accounts and cells that somebody accepts as they are."""
NAMED: Final = 4
"""How many Regions a claim's title names."""

_WALK: Final = (*ACTIONS, ASSUME_ROLE)

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
        *(LIST, GET, DECRYPT),
        *QUERY,
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
IDS: Final = tuple(statement.id for statement in STATEMENTS)
"""The claims' ids."""

_MAY_LOSE: Final = (
    "What could not be looked at may lose events. Each cell of the matrix says why, and what to do."
)
_WHO_LEFT: Final = (
    "Let the caller describe the organization's trails and list their bucket, or name the account whose role may: "
    "--log-archive-account."
)
_WHO_MOVED: Final = (
    f"Allow {LIST_ALL_ACCOUNTS} and {LIST_PARENTS} to whoever runs this: an account that is moved while the units are "
    "listed may be met in none of them."
)
_ALL_ACCEPTED: Final = "Nothing is caught; what is lost or not told is accepted, and proves nothing."
_NOT_ALL: Final = "This run was not asked for every account. Merge it with the reports of the others."


def organization_claims(
    rows: Sequence[AccountRow],
    *,
    management_account: str,
    regions: Sequence[str],
    window: Window,
    left_out: Sequence[str] = (),
    limits: Limits = NONE,
    sources: tuple[str, ...] = APP_MESH_ALONE,
    decided: Sequence[str] = IDS,
) -> tuple[Claim, ...]:
    """The claims about the matrix.

    Args:
        rows: The accounts of the organization that were asked for, in any order.
        management_account: Whose claims these are.
        regions: The Regions of the matrix; a cell that a row lacks is one nobody could tell.
        window: The time that was looked at; who joined within it is named as new.
        left_out: The organization's other accounts, that this run was not asked for. They leave both claims open.
        limits: What else the rows do not speak of, and since when they speak.
        sources: Whose events it is about.
        decided: The ids of the claims that were asked for.
    """
    scope = Scope(management_account)
    ordered = sorted(rows, key=lambda row: row.id)
    others = _others(left_out)
    claims: list[Claim] = []
    if EVERY_ACCOUNT_REACHED.id in decided:
        reached = _reached(ordered, window, others, limits)
        claims.append(EVERY_ACCOUNT_REACHED.claim(within(reached, regions, limits), scope))
    if NO_EVENT_LOST.id in decided:
        caught = _caught(ordered, regions, others, sources)
        statement = replace(NO_EVENT_LOST, title=_title(regions, limits, sources))
        claims.append(statement.claim(within(caught, regions, limits), scope))
    return tuple(claims)


def _title(regions: Sequence[str], limits: Limits, sources: tuple[str, ...]) -> str:
    """What is claimed of the matrix: no more than what was asked for."""
    recorded = f"{an_event(sources)} would be recorded"
    if not limits.other_regions:
        return f"{recorded} in every account and Region of the organization"
    named = ", ".join(sorted(regions)) if len(regions) <= NAMED else f"the {len(regions)} Regions asked for"
    return f"{recorded} in every account of the organization, in {named}"


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
    return row.reached or row.state not in IDLE


def _others(left_out: Sequence[str]) -> tuple[Fact, ...]:
    if not left_out:
        return ()
    return (("left out", f"{plural(len(left_out), 'account')}: {', '.join(sorted(left_out))}"),)


def _reached(rows: Sequence[AccountRow], window: Window, others: tuple[Fact, ...], limits: Limits) -> Finding:
    unreached = [row for row in rows if not row.reached and counts_in_verdict(row)]
    missed = [row for row in unreached if row.waiver is None]
    accepted = [row for row in unreached if row.waiver is not None]
    idle = [row for row in rows if row.state in IDLE]
    active = len(rows) - len(idle)
    facts: list[Fact] = [
        *((_unreached(row), f"{_named(row)}: {row.why}") for row in missed),
        *((ACCEPTED, f"{_named(row)}: {row.why} {_by(row.waiver)}") for row in accepted),
        *others,
        *(("who left", f"could not be told: {why}") for why in limits.who_left),
        *(("who moved", f"could not be told: {why}") for why in limits.who_moved),
        *(("told differently", account) for account in limits.differing),
        *((_state(row), _named(row)) for row in idle),
        *(fact for row in rows for fact in _joined(row, window)),
    ]
    aside = f" {plural(len(idle), 'account')} not active, named in the evidence." if idle else ""
    active -= len(accepted)
    if accepted:
        aside = f" {plural(len(accepted), 'account')} not reached, which is accepted.{aside}"
    if missed:
        return cannot_tell(
            f"{len(missed):,} of {plural(active, 'account')} could not be reached.{aside}",
            *facts,
            reason="; ".join(dict.fromkeys(row.remedy or row.why for row in missed)) or "Nobody said why.",
        )
    if others:
        return cannot_tell(f"Not every account was asked for.{aside}", *facts, reason=_NOT_ALL)
    for untold, who, reason in (
        (limits.who_left, "who left", _WHO_LEFT),
        (limits.who_moved, "who was moved meanwhile", _WHO_MOVED),
    ):
        if untold:
            return cannot_tell(
                f"{plural(active, 'active account')} reached; {who} could not be told.{aside}",
                *facts,
                reason=reason,
            )
    if not active:
        return cannot_tell(f"No account is active.{aside}", *facts, reason="There was nothing to reach.")
    return holds(f"{plural(active, 'active account')} reached.{aside}", *facts)


def _joined(row: AccountRow, window: Window) -> Iterator[Fact]:
    if row.joined_at is not None and row.joined_at >= window.start:
        yield "new", f"{_named(row)}: joined {row.joined_at:%Y-%m-%d %H:%M:%S} UTC"


def _caught(
    rows: Sequence[AccountRow],
    regions: Sequence[str],
    others: tuple[Fact, ...],
    sources: tuple[str, ...],
) -> Finding:
    count = Counter[CellState]()
    facts: dict[CellState, list[Fact]] = {CellState.LOST: [], CellState.UNKNOWN: []}
    aside: list[Fact] = []
    accepted: list[Fact] = []
    cells_accepted = 0
    for row in rows:
        every = list(cells_of(row, regions))
        cells = [cell for cell in every if cell.waiver is None]
        cells_accepted += len(every) - len(cells)
        accepted += _accepted(row, every)
        for state, named in facts.items():
            here = [cell for cell in cells if cell.state is state]
            if here and state is CellState.UNKNOWN and not counts_in_verdict(row):
                aside.append((_state(row), _where(row, here)))
                cells = [cell for cell in cells if cell.state is not state]
            elif here:
                named.append((state.value, _where(row, here)))
        count.update(cell.state for cell in cells)
    found = _in_numbers(count, cells_accepted, sources)
    named = (*facts[CellState.LOST], *facts[CellState.UNKNOWN], *accepted, *others, *aside)
    if count[CellState.LOST]:
        return fails(found, *named)
    if count[CellState.UNKNOWN]:
        return cannot_tell(found, *named, reason=_MAY_LOSE)
    if others:
        return cannot_tell(found, *named, reason=_NOT_ALL)
    if not count[CellState.CAUGHT]:
        reason = _ALL_ACCEPTED if accepted else "No account has a Region that is enabled."
        return cannot_tell(found, *named, reason=reason)
    return holds(found, *named)


def _accepted(row: AccountRow, cells: Sequence[Cell]) -> Iterator[Fact]:
    """The cells of an account that somebody accepts as they are, by who does."""
    by: dict[tuple[CellState, str], list[Cell]] = {}
    for cell in cells:
        if cell.waiver is not None:
            by.setdefault((cell.state, _by(cell.waiver)), []).append(cell)
    for (state, who), here in by.items():
        yield ACCEPTED, f"{_where(row, here)}: {state.value} {who}"


def _by(waiver: Waiver | None) -> str:
    return "" if waiver is None else f"({acceptance(waiver)})"


def _in_numbers(count: Counter[CellState], accepted: int, sources: tuple[str, ...]) -> str:
    cells = count.total() - count[CellState.NOT_ENABLED] + accepted
    said = (
        f"{an_event(sources)} would be recorded in {count[CellState.CAUGHT]:,} of {cells:,} cells of the "
        "matrix"
    )
    said += f", and lost in {count[CellState.LOST]:,}" * bool(count[CellState.LOST])
    said += f"; {count[CellState.UNKNOWN]:,} could not be told" * bool(count[CellState.UNKNOWN])
    return f"{said}{f'; {accepted:,} lost or not told, which is accepted' * bool(accepted)}."


def _where(row: AccountRow, cells: Sequence[Cell]) -> str:
    """An account and its Regions, each named."""
    return f"{_named(row)}: {', '.join(cell.region for cell in cells)}"


def _unreached(row: AccountRow) -> str:
    """What to call an account that was not reached: one that left is no member that refuses."""
    return "not reached" if row.state == ACTIVE else _state(row)


def _state(row: AccountRow) -> str:
    return row.state.lower().replace("_", " ")


def _named(row: AccountRow) -> str:
    return f"{row.id} {row.name}".strip()
