from __future__ import annotations

from tests.verify.report import sample
from verify.report import Coverage, Report
from verify.report.matrix import CellState, Column, matrix_of


def with_coverage(*rows: Coverage) -> Report:
    """A passing report with just this coverage."""
    return sample.passing().model_copy(update={"coverage": rows, "events": ()})


def row(
    name: str, *, landed: int, expected: bool = True, region: str = "us-east-1", account: str = "1"
) -> Coverage:
    """Coverage of one name in Event history."""
    return Coverage(
        event_name=name,
        account=account,
        region=region,
        store="event-history",
        landed=landed,
        expected=expected,
    )


def test_the_whole_catalog_has_a_cell_in_every_store_and_region() -> None:
    """39 names by two Regions by three stores, all landed on a good day."""
    matrix = matrix_of(sample.passing(), max_columns=60, max_rows=200)
    assert len(matrix.rows) == 39
    assert len(matrix.columns) == 6
    assert {cell.state for _, cells in matrix.rows for cell in cells} == {CellState.LANDED}
    assert matrix.places() == [(("123456789012", "eu-west-1"), 3), (("123456789012", "us-east-1"), 3)]


def test_a_cell_tells_gap_trouble_landed_and_not_expected_apart() -> None:
    """Nothing where something was expected is a gap; nothing where nothing was is none."""
    report = with_coverage(row("A", landed=0), row("B", landed=0, expected=False), row("C", landed=2))
    matrix = matrix_of(report, max_columns=9, max_rows=9)
    assert [(name, cells[0].state) for name, cells in matrix.rows] == [
        ("A", CellState.GAP),
        ("B", CellState.NOT_EXPECTED),
        ("C", CellState.LANDED),
    ]


def test_a_cell_says_whether_its_store_would_take_such_an_event() -> None:
    """Nothing seen and nothing captured are told apart."""
    taken, passed_over = row("A", landed=0, expected=False), row("B", landed=0, expected=False)
    matrix = matrix_of(
        with_coverage(taken.model_copy(update={"captured": True}), passed_over), max_columns=9, max_rows=9
    )
    assert [(cells[0].state, cells[0].captured) for _, cells in matrix.rows] == [
        (CellState.NOT_EXPECTED, True),
        (CellState.NOT_EXPECTED, False),
    ]


def test_events_in_trouble_mark_their_cell() -> None:
    """A cell where some landed and one is missing, altered, doubled or late is troubled, and says how many."""
    report = sample.failing()
    matrix = matrix_of(report, max_columns=60, max_rows=200)
    troubled = [cell for _, cells in matrix.rows for cell in cells if cell.state is CellState.TROUBLED]
    expected = sum(
        landing.status not in {"landed", "not-expected"}
        for event in report.events
        for landing in event.stores.values()
    )
    assert sum(cell.troubled for cell in troubled) == expected > 0


def test_a_name_without_coverage_somewhere_is_not_expected_there() -> None:
    """Coverage that lists a name in one Region only leaves the other cell quiet."""
    report = with_coverage(row("A", landed=1), row("B", landed=1, region="eu-west-1"))
    matrix = matrix_of(report, max_columns=9, max_rows=9)
    assert [[cell.state for cell in cells] for _, cells in matrix.rows] == [
        [CellState.NOT_EXPECTED, CellState.LANDED],
        [CellState.LANDED, CellState.NOT_EXPECTED],
    ]


def test_limits_keep_what_is_wrong_and_count_the_rest() -> None:
    """Of a thousand accounts the ones with gaps are shown, and it says how many are not."""
    rows = [row("A", landed=1, account=f"{number:012d}") for number in range(1000)]
    rows[700] = row("A", landed=0, account=f"{700:012d}")
    matrix = matrix_of(with_coverage(*rows), max_columns=3, max_rows=9)
    assert Column(f"{700:012d}", "us-east-1", "event-history") in matrix.columns
    assert list(matrix.columns) == sorted(matrix.columns)
    assert matrix.columns_left_out == 997
    assert matrix.several_accounts()


def test_too_many_names_keep_those_with_gaps() -> None:
    """Rows are bounded the same way."""
    rows = [row(f"Name{number:03d}", landed=0 if number == 42 else 1) for number in range(300)]
    matrix = matrix_of(with_coverage(*rows), max_columns=3, max_rows=10)
    assert "Name042" in [name for name, _ in matrix.rows]
    assert matrix.rows_left_out == 290
