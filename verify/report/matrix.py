"""The coverage matrix: a row for each event name, a column for each store in each account and Region."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeVar

from verify.report.summary import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.report.document import Report


class CellState(StrEnum):
    """What a cell says."""

    LANDED = "landed"
    TROUBLED = "troubled"
    """Events landed, and something is wrong with at least one more."""
    GAP = "gap"
    """At least one was expected and none is there."""
    NOT_EXPECTED = "not-expected"


_CONCERN: Final = {CellState.GAP: 2, CellState.TROUBLED: 1, CellState.LANDED: 0, CellState.NOT_EXPECTED: 0}


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """One store, in one account and Region."""

    account: str
    region: str
    store: str

    @property
    def place(self) -> tuple[str, str]:
        """The account and Region."""
        return self.account, self.region


@dataclass(frozen=True, slots=True)
class Cell:
    """How many events of a name landed in a column, and how many of them are in trouble."""

    state: CellState
    landed: int = 0
    troubled: int = 0
    captured: bool = False
    """Whether the store would take such an event, though none may have been seen."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The part of the matrix that is shown.

    Attributes:
        columns: Ordered by account, Region and store.
        rows: Event name and its cells, one for each column.
        columns_left_out: Columns beyond the limit.
        rows_left_out: Event names beyond the limit.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    columns_left_out: int = 0
    rows_left_out: int = 0

    def places(self) -> list[tuple[tuple[str, str], int]]:
        """Each account and Region with its number of columns, for a heading over them."""
        return [
            (place, len(list(columns))) for place, columns in groupby(self.columns, key=lambda c: c.place)
        ]

    def several_accounts(self) -> bool:
        """Whether the columns need their account named."""
        return len({column.account for column in self.columns}) > 1


def matrix_of(report: Report, *, max_columns: int, max_rows: int) -> Matrix:
    """The matrix of a report; what is in trouble is kept when the limits leave something out."""
    troubled = Counter(
        (event.event_name, Column(event.account, event.region, store))
        for event in report.events
        for store, landing in event.stores.items()
        if landing.status in TROUBLE
    )
    cells: dict[str, dict[Column, Cell]] = {}
    for row in report.coverage:
        column = Column(row.account, row.region, row.store)
        bad = troubled[row.event_name, column]
        cells.setdefault(row.event_name, {})[column] = Cell(
            _state(row.landed, bad, row.expected), row.landed, bad, captured=row.captured
        )
    uneasy_rows, uneasy_columns = Counter[str](), Counter[Column]()
    for name, line in cells.items():
        for column, cell in line.items():
            weight = _CONCERN[cell.state]
            uneasy_rows[name] += weight
            uneasy_columns[column] += weight
    columns = _kept(uneasy_columns, uneasy_columns, max_columns)
    names = _kept(uneasy_rows, uneasy_rows, max_rows)
    nothing = Cell(CellState.NOT_EXPECTED)
    return Matrix(
        columns=tuple(columns),
        rows=tuple((name, tuple(cells[name].get(column, nothing) for column in columns)) for name in names),
        columns_left_out=len(uneasy_columns) - len(columns),
        rows_left_out=len(uneasy_rows) - len(names),
    )


_Item = TypeVar("_Item", str, Column)


def _state(landed: int, troubled: int, expected: bool) -> CellState:  # noqa: FBT001 -- three facts of one cell
    if troubled and landed:
        return CellState.TROUBLED
    if landed:
        return CellState.LANDED
    return CellState.GAP if expected or troubled else CellState.NOT_EXPECTED


def _kept(items: Iterable[_Item], concern: Counter[_Item], limit: int) -> list[_Item]:
    order = sorted(items)
    chosen = set(sorted(order, key=lambda item: -concern[item])[:limit])
    return [item for item in order if item in chosen]
