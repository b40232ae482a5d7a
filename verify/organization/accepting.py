"""Accepted risks over an organization: a waiver names accounts and Regions, and is held against each cell. Pure.

The file is that of `meshtrail verify` (`verify.waivers`). There a claim is about one place; here two claims are about a
whole matrix, so that a waiver with a scope marks the cells and accounts that it names, and what is left decides the
claim. One without a scope marks the claim itself. Either way what was found stays as it was found.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from verify.organization.claims import EVERY_ACCOUNT_REACHED, NO_EVENT_LOST, cells_of, counts_in_verdict
from verify.organization.matrix import CellState
from verify.verdict import Verdict
from verify.waivers import risk_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from verify.organization.matrix import AccountRow, Cell
    from verify.report.parts import Claim
    from verify.waivers import Waiver, Waivers

_OPEN = {CellState.LOST, CellState.UNKNOWN}
_WAIVABLE = {Verdict.FAIL, Verdict.UNVERIFIABLE}


class Accepting:
    """The waivers of one run, held against what it found.

    Args:
        waivers: Those of the file.
        now: The present; a waiver that ran out excuses nothing.
    """

    def __init__(self, waivers: Waivers, *, now: datetime) -> None:
        self._waivers = waivers
        self._now = now
        self._valid = waivers.in_force(now)
        self._used: set[int] = set()

    def rows(self, rows: Iterable[AccountRow], regions: Sequence[str]) -> tuple[AccountRow, ...]:
        """The rows, with what somebody accepts marked in each.

        Args:
            rows: The rows.
            regions: The Regions of the matrix.
        """
        scoped = [one for one in self._valid if _is_scoped(one) and _names_places(one)]
        reached = [one for one in scoped if one.control == EVERY_ACCOUNT_REACHED.id and one.region is None]
        caught = [one for one in scoped if one.control == NO_EVENT_LOST.id]
        return tuple(self._row(row, regions, reached, caught) for row in rows)

    def claims(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """The claims, those that a waiver without a scope excuses marked with it, and one about the waivers.

        Args:
            claims: The claims about the rows that `rows` gave.
        """
        marked: list[Claim] = []
        for claim in claims:
            fitting = [
                one
                for one in self._valid
                if not _is_scoped(one) and one.control == claim.id and claim.verdict in _WAIVABLE
            ]
            self._used |= {id(one) for one in fitting}
            marked.append(claim.model_copy(update={"waiver": risk_of(fitting[0])}) if fitting else claim)
        unused = [one for one in self._valid if id(one) not in self._used]
        return (*marked, self._waivers.current(unused, now=self._now))

    def _row(
        self,
        row: AccountRow,
        regions: Sequence[str],
        reached: Sequence[Waiver],
        caught: Sequence[Waiver],
    ) -> AccountRow:
        here = [one for one in caught if _fits(one.account, row.id)]
        if here and counts_in_verdict(row):
            row = replace(row, cells=tuple(self._cell(cell, here) for cell in cells_of(row, regions)))
        if not row.reached and counts_in_verdict(row):
            fitting = [one for one in reached if _fits(one.account, row.id)]
            self._used |= {id(one) for one in fitting}
            row = replace(row, waiver=risk_of(fitting[0])) if fitting else row
        return row

    def _cell(self, cell: Cell, waivers: Sequence[Waiver]) -> Cell:
        if cell.state not in _OPEN:
            return cell
        fitting = [one for one in waivers if _fits(one.region, cell.region)]
        self._used |= {id(one) for one in fitting}
        return replace(cell, waiver=risk_of(fitting[0])) if fitting else cell


def _is_scoped(waiver: Waiver) -> bool:
    return any(part is not None for part in (waiver.account, waiver.region, waiver.store, waiver.subject))


def _names_places(waiver: Waiver) -> bool:
    """Whether it is about accounts and Regions alone; a cell has no store and no subject."""
    return waiver.store is None and waiver.subject is None


def _fits(wanted: str | None, found: str) -> bool:
    return wanted is None or fnmatchcase(found, wanted)
