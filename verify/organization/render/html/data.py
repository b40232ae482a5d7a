"""The matrix as the page's script reads it: a JSON block inside the page.

Most cells of an organization say the same: one trail catches them all. What cells say is there once, and a row is a
list of places in `says`, with the events that were seen beside it; thirty thousand cells take a few hundred kilobytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from verify.organization.claims import IDLE, cells_of
from verify.organization.matrix import CellState
from verify.organization.render.summary import KINDS
from verify.report.summary import acceptance
from verify.report.text import bounded, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.organization.document import OrganizationReport
    from verify.organization.matrix import AccountRow, Cell
    from verify.report.parts import Waiver

MAX_CELLS: Final = 600_000
"""Cells that the page holds: an organization of 20,000 accounts in thirty Regions."""
MAX_NAME: Final = 200
MAX_TEXT: Final = 2_000
MAX_CATCHERS: Final = 20

ACCOUNT: Final = (
    *("id", "name", "state", "units", "joined", "reached", "idle", "isNew", "why", "remedy"),
    "waiver",
)
"""What an account's row holds, in order; behind it stand three lists over the Regions: what each cell says, how many
events were seen there, and how many of these landed (-1: not told)."""

NOT_ASKED: Final = "not-asked"
"""The state of the cells of a Region that was not asked for; no cell of the report has it."""

_STATES: Final = (*(state.value for state in CellState), NOT_ASKED)
_UNSAFE: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def shown_accounts(report: OrganizationReport) -> list[AccountRow]:
    """The accounts the page holds; of too many, those in trouble and then the first by their ids."""
    room = MAX_CELLS // max(len(_columns(report)), 1)
    if len(report.accounts) <= room:
        return list(report.accounts)
    ranked = sorted(report.accounts, key=lambda row: (not _is_in_trouble(row), row.id))
    return sorted(ranked[:room], key=lambda row: row.id)


def _columns(report: OrganizationReport) -> tuple[str, ...]:
    """The Regions of the picture: those that were asked for, then those that were not."""
    return (*report.regions, *report.limits.other_regions)


def _is_in_trouble(row: AccountRow) -> bool:
    return not row.reached or any(cell.state in {CellState.LOST, CellState.UNKNOWN} for cell in row.cells)


def data_block(report: OrganizationReport, rows: Sequence[AccountRow]) -> str:
    """These accounts as JSON that can stand inside a script element.

    Plain ASCII without `<`, `>` and `&`, so nothing in it can end the element or start a comment; every text is made
    visible first, so nothing in it can steer how the page reads.
    """
    says = _Says()
    block = {
        "columns": ACCOUNT,
        "states": _STATES,
        "asked": len(report.regions),
        "regions": [_text(region, MAX_NAME) for region in _columns(report)],
        "accounts": [_account(row, report, says) for row in rows],
        "says": says.all,
        "texts": says.texts,
    }
    return json.dumps(block, separators=(",", ":")).translate(_UNSAFE)


class _Says:
    """What cells say, each once: the place of its state, then places in `texts`."""

    def __init__(self) -> None:
        self.all: list[list[int]] = []
        self.texts: list[str] = []
        self._places: dict[object, int] = {}
        self._text_places: dict[str, int] = {}

    def place(self, cell: Cell) -> int:
        key = (cell.state, cell.catchers, cell.why, cell.remedy, cell.waiver)
        if key not in self._places:
            catchers = cell.catchers[:MAX_CATCHERS]
            lines = [
                f"{'organization ' if one.organization else ''}{KINDS[one.kind]} {one.arn}"
                for one in catchers
            ]
            if len(cell.catchers) > MAX_CATCHERS:
                lines.append(f"and {len(cell.catchers) - MAX_CATCHERS:,} more")
            self._add(key, cell.state, cell.why, cell.remedy, _accepted(cell.waiver), *lines)
        return self._places[key]

    def not_asked(self) -> int:
        """The place of what the cells of a Region say that was not asked for."""
        if NOT_ASKED not in self._places:
            why = "This Region was not asked for: nothing is known of it, and nothing is claimed."
            self._add(NOT_ASKED, NOT_ASKED, why, "", "")
        return self._places[NOT_ASKED]

    def _add(self, key: object, state: str, *texts: str) -> None:
        self._places[key] = len(self.all)
        self.all.append([_STATES.index(state), *(self._text(text) for text in texts)])

    def _text(self, text: str) -> int:
        shown = _text(text, MAX_TEXT)
        place = self._text_places.setdefault(shown, len(self.texts))
        if place == len(self.texts):
            self.texts.append(shown)
        return place


def _accepted(waiver: Waiver | None) -> str:
    return "" if waiver is None else acceptance(waiver)


def _text(text: str, limit: int) -> str:
    return bounded(visible(text), limit)


def _account(row: AccountRow, report: OrganizationReport, says: _Says) -> list[object]:
    cells = list(cells_of(row, report.regions))
    joined, others = row.joined_at, report.limits.other_regions
    nothing = [-1] * len(others)
    return [
        *(_text(text, MAX_NAME) for text in (row.id, row.name, row.state)),
        [_text(unit, MAX_NAME) for unit in row.units],
        f"{joined:%Y-%m-%d %H:%M:%S}" if joined else "",
        int(row.reached),
        int(row.state in IDLE and not row.reached),
        int(joined is not None and joined >= report.window.start),
        *(_text(text, MAX_TEXT) for text in (row.why, row.remedy, _accepted(row.waiver))),
        [*(says.place(cell) for cell in cells), *(says.not_asked() for _ in others)],
        [*(-1 if cell.seen is None else cell.seen for cell in cells), *nothing],
        [*(-1 if cell.landed is None else cell.landed for cell in cells), *nothing],
    ]
