"""What to say first about an organization: the cells in numbers, what catches events, and what is wrong where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from verify.organization.claims import NO_EVENT_LOST, cells_of, counts_in_verdict
from verify.organization.matrix import CellState
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.organization.document import OrganizationReport
    from verify.organization.matrix import AccountRow, Catcher

TROUBLE: Final = (CellState.LOST, CellState.UNKNOWN)
"""What is wrong with a cell, worst first."""

KINDS: Final = {"trail": "trail", "event-data-store": "event data store"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """The same trouble in the same Regions, of one account or of several.

    Attributes:
        state: Lost or unknown.
        regions: Where.
        why: Why.
        remedy: What to do.
        rows: Whose.
        counts: Whether it counts in the verdict; what is unknown of a suspended account does not.
    """

    state: CellState
    regions: tuple[str, ...]
    why: str
    remedy: str
    rows: tuple[AccountRow, ...]
    counts: bool

    @property
    def cells(self) -> int:
        """How many cells it is about."""
        return len(self.regions) * len(self.rows)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The cells of the matrix by their state.

    Attributes:
        by_state: How many of each state count in the verdict.
        aside: How many are unknown because their account is not active.
        seen: App Mesh events in Event history.
        landed: How many of these are in a lasting store.
    """

    by_state: Counter[CellState]
    aside: int
    seen: int
    landed: int


def headline(report: OrganizationReport) -> str:
    """The answer as a sentence."""
    return next((claim.summary for claim in report.claims if claim.id == NO_EVENT_LOST.id), "")


def subject(report: OrganizationReport) -> str:
    """What the matrix is about: `12 accounts by 4 Regions`."""
    return f"{plural(len(report.accounts), 'account')} by {plural(len(report.regions), 'Region')}"


def numbers(report: OrganizationReport) -> Numbers:
    """The matrix in numbers."""
    by_state, aside, seen, landed = Counter[CellState](), 0, 0, 0
    for row in report.accounts:
        counts = counts_in_verdict(row)
        for cell in cells_of(row, report.regions):
            seen += cell.seen or 0
            landed += cell.landed or 0
            if cell.state is CellState.UNKNOWN and not counts:
                aside += 1
            else:
                by_state[cell.state] += 1
    return Numbers(by_state, aside, seen, landed)


def troubles(report: OrganizationReport) -> list[Trouble]:
    """Everything that is wrong; what is lost first, what does not count last, what concerns more cells before less."""
    grouped: dict[tuple[bool, CellState, tuple[str, ...], str, str], list[AccountRow]] = {}
    for row in report.accounts:
        for state, regions, why, remedy in _of(row, report.regions):
            key = (not counts_in_verdict(row) and state is CellState.UNKNOWN, state, regions, why, remedy)
            grouped.setdefault(key, []).append(row)
    found = [
        Trouble(state, regions, why, remedy, tuple(rows), counts=not aside)
        for (aside, state, regions, why, remedy), rows in grouped.items()
    ]
    return sorted(
        found, key=lambda one: (not one.counts, TROUBLE.index(one.state), -one.cells, one.rows[0].id)
    )


def _of(row: AccountRow, regions: tuple[str, ...]) -> Iterator[tuple[CellState, tuple[str, ...], str, str]]:
    alike: dict[tuple[CellState, str, str], list[str]] = {}
    for cell in cells_of(row, regions):
        if cell.state in TROUBLE:
            alike.setdefault((cell.state, cell.why, cell.remedy), []).append(cell.region)
    for (state, why, remedy), where in alike.items():
        yield state, tuple(where), why, remedy


def catching(report: OrganizationReport) -> list[tuple[str, int]]:
    """What records events, and in how many cells: the organization's own one by one, those of accounts by kind."""
    count = Counter(
        _called(catcher)
        for row in report.accounts
        for cell in row.cells
        if cell.state is CellState.CAUGHT
        for catcher in cell.catchers
    )
    return sorted(count.items(), key=lambda item: (-item[1], item[0]))


def _called(catcher: Catcher) -> str:
    if catcher.organization:
        return f"organization {KINDS[catcher.kind]} {catcher.arn}"
    return f"{KINDS[catcher.kind]}s of single accounts"


def where(trouble: Trouble, report: OrganizationReport) -> str:
    """Its Regions: each by name, or all of them."""
    if len(trouble.regions) == len(report.regions) > 1:
        return f"all {len(report.regions):,} Regions"
    return ", ".join(trouble.regions)


def whose(trouble: Trouble, limit: int) -> str:
    """Its accounts, the first `limit` of them by name."""
    named = [f"{row.id} {row.name}".strip() for row in trouble.rows[:limit]]
    more = len(trouble.rows) - limit
    return ", ".join(named) + (f" and {plural(more, 'account')} more" if more > 0 else "")
