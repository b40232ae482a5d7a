"""What to say first about an organization: the cells in numbers, what catches events, and what is wrong where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from verify.organization.claims import NO_EVENT_LOST, cells_of, counts_in_verdict
from verify.organization.matrix import CellState
from verify.organization.sources import service
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.organization.document import OrganizationReport
    from verify.organization.matrix import AccountRow, Catcher
    from verify.report.parts import Waiver

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
        counts: Whether it counts in the verdict; what is unknown of a suspended account, or accepted, does not.
        waiver: Who accepts it.
    """

    state: CellState
    regions: tuple[str, ...]
    why: str
    remedy: str
    rows: tuple[AccountRow, ...]
    counts: bool
    waiver: Waiver | None = None

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
        accepted: How many are lost or unknown, which somebody accepts.
        seen: App Mesh events in Event history.
        landed: How many of these are in a lasting store.
    """

    by_state: Counter[CellState]
    aside: int
    accepted: int
    seen: int
    landed: int


def headline(report: OrganizationReport) -> str:
    """The answer as a sentence: that about events, or where they were not asked for the first there is."""
    said = {claim.id: claim.summary for claim in reversed(report.claims)}
    return said.get(NO_EVENT_LOST.id) or next(reversed(said.values()), "Nothing was asked for.")


def heading(report: OrganizationReport) -> str:
    """What the report is about: `App Mesh across the organization`."""
    return f"{service(report.event_sources)} across the organization"


def not_asked(report: OrganizationReport) -> str:
    """The Regions that were not asked for, and of which nothing is known; empty: none."""
    others = report.limits.other_regions
    return f"{plural(len(others), 'Region')} not asked: {', '.join(others)}" if others else ""


def subject(report: OrganizationReport) -> str:
    """What the matrix is about: `12 accounts by 4 Regions`."""
    if NO_EVENT_LOST.id not in report.decided:
        return f"{plural(len(report.accounts), 'account')}; Regions were not asked for"
    return f"{plural(len(report.accounts), 'account')} by {plural(len(report.regions), 'Region')}"


def numbers(report: OrganizationReport) -> Numbers:
    """The matrix in numbers."""
    by_state, aside, accepted, seen, landed = Counter[CellState](), 0, 0, 0, 0
    for row in report.accounts:
        counts = counts_in_verdict(row)
        for cell in cells_of(row, report.regions):
            seen += cell.seen or 0
            landed += cell.landed or 0
            if cell.waiver is not None:
                accepted += 1
            elif cell.state is CellState.UNKNOWN and not counts:
                aside += 1
            else:
                by_state[cell.state] += 1
    return Numbers(by_state, aside, accepted, seen, landed)


def troubles(report: OrganizationReport) -> list[Trouble]:
    """Everything that is wrong; what is lost first, what does not count last, what concerns more cells before less."""
    grouped: dict[tuple[bool, tuple[str, ...], _Alike], list[AccountRow]] = {}
    for row in report.accounts:
        for regions, alike in _of(row, report.regions):
            aside = not counts_in_verdict(row) and alike.state is CellState.UNKNOWN
            grouped.setdefault((aside, regions, alike), []).append(row)
    found = [
        Trouble(
            *(alike.state, regions, alike.why, alike.remedy, tuple(rows)),
            counts=not aside and alike.waiver is None,
            waiver=alike.waiver,
        )
        for (aside, regions, alike), rows in grouped.items()
    ]
    return sorted(
        found,
        key=lambda one: (
            *(not one.counts, one.waiver is None, TROUBLE.index(one.state), -one.cells),
            one.rows[0].id,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Alike:
    """What several cells say alike."""

    state: CellState
    why: str
    remedy: str
    waiver: Waiver | None


def _of(row: AccountRow, regions: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], _Alike]]:
    alike: dict[_Alike, list[str]] = {}
    for cell in cells_of(row, regions):
        if cell.state in TROUBLE:
            key = _Alike(cell.state, cell.why, cell.remedy, cell.waiver)
            alike.setdefault(key, []).append(cell.region)
    for key, where in alike.items():
        yield tuple(where), key


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
