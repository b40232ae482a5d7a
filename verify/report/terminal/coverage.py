"""The coverage matrix on a terminal: a column for each account and Region, a figure in it for each store."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table
from rich.text import Text

from verify.report.matrix import CellState, Matrix, matrix_of
from verify.report.terminal.pieces import MAX_NAME, data, heading, left_out
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from verify.report.document import Report
    from verify.report.matrix import Cell

MAX_COLUMNS: Final = 12
MAX_ROWS: Final = 120
NAME_WIDTH: Final = 30

_STYLES: Final = {
    CellState.LANDED: "green",
    CellState.TROUBLED: "yellow",
    CellState.GAP: "bold red",
    CellState.NOT_EXPECTED: "dim",
}


def coverage(report: Report, width: int) -> Iterator[RenderableType]:
    """How many events of each name landed in each store, Region by Region, as wide as fits."""
    if not report.coverage:
        return
    matrix = matrix_of(report, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS)
    gaps = sum(cell.state is CellState.GAP for _, row in matrix.rows for cell in row)
    yield heading(
        "Coverage",
        f"events that landed, by name, Region and store; {plural(gaps, 'gap') if gaps else 'no gap'}",
    )
    letters = dict(zip(sorted({column.store for column in matrix.columns}), ascii_uppercase, strict=False))
    for store, letter in letters.items():
        yield Text.assemble("  ", (letter, "bold"), " ", data(store, limit=MAX_NAME))
    blocks = _blocks(matrix)
    at_once = max((width - NAME_WIDTH) // (2 + max(sum(block.widths) for block in blocks)), 1)
    for start in range(0, len(blocks), at_once):
        yield _coverage_table(matrix, blocks[start : start + at_once], letters)
    yield from left_out(matrix.columns_left_out, "column")
    yield from left_out(matrix.rows_left_out, "event name")


@dataclass(frozen=True, slots=True)
class _Block:
    """The columns of one account and Region, side by side; `widths` has one for each."""

    title: Text
    columns: slice
    widths: tuple[int, ...]


def _blocks(matrix: Matrix) -> list[_Block]:
    blocks: list[_Block] = []
    start = 0
    for (account, region), count in matrix.places():
        lines = [account] * matrix.several_accounts() + [region]
        title = Text("\n").join(data(line, limit=16) for line in lines)
        columns = slice(start, start := start + count)
        figures = zip(*(row[columns] for _, row in matrix.rows), strict=True)
        widths = [max(len(_figure(cell)) for cell in column) + 1 for column in figures]
        widths[0] += max(max(map(len, lines)) - sum(widths), 0)
        blocks.append(_Block(title, columns, tuple(widths)))
    return blocks


def _coverage_table(matrix: Matrix, blocks: list[_Block], letters: dict[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column("event", overflow="fold", max_width=NAME_WIDTH, vertical="bottom")
    for block in blocks:
        columns = zip(matrix.columns[block.columns], block.widths, strict=True)
        stores = "".join(f"{letters[column.store]:>{width - 1}} " for column, width in columns)
        table.add_column(Text.assemble(block.title, "\n", (stores, "bold")), no_wrap=True)
    for name, cells in matrix.rows:
        figures = [
            Text.assemble(
                *(
                    (f"{_figure(cell):>{width}}", _STYLES[cell.state])
                    for cell, width in zip(cells[block.columns], block.widths, strict=True)
                )
            )
            for block in blocks
        ]
        table.add_row(data(name, limit=MAX_NAME), *figures)
    return table


def _figure(cell: Cell) -> str:
    number = "·" if cell.state is CellState.NOT_EXPECTED else f"{cell.landed:,}"
    return number + {CellState.GAP: "✗", CellState.TROUBLED: "!"}.get(cell.state, " ")
