"""Where an interrupted run goes on: finished rows, for as long as they depend on the same, and one window for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from verify.organization.checkpoint import AccountCheckpoint, digest_of, path_of
from verify.organization.matrix import AccountRow, Catcher, Cell, CellState
from verify.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtrail.errors import MeshtrailError

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=90), NOW)
TRAIL = Catcher(
    kind="trail", arn="arn:aws:cloudtrail:us-east-1:111111111111:trail/organization", organization=True
)
ROW = AccountRow(
    id="123456789012",
    name="payments ☂",
    state="ACTIVE",
    units=("r-root", "ou-prod"),
    joined_at=NOW - timedelta(days=400),
    reached=True,
    cells=(Cell(region="eu-west-1", state=CellState.CAUGHT, catchers=(TRAIL,), seen=3, landed=3),),
)


def opened(
    path: Path, *, later: timedelta = timedelta(), told: list[MeshtrailError] | None = None
) -> AccountCheckpoint:
    """The checkpoint as a run sees it that begins some time later."""
    now = NOW + later
    window = Window(WINDOW.start + later, WINDOW.end + later)
    return AccountCheckpoint(path, window=window, now=now, notice=[].append if told is None else told.append)


def test_an_interrupted_run_goes_on_with_the_same_rows_and_the_same_window(tmp_path: Path) -> None:
    """An hour later it looks at what the first one looked at."""
    first = opened(tmp_path / "rows.jsonl")
    assert first.begun is None
    first.put(ROW, "same")
    first.close()
    second = opened(tmp_path / "rows.jsonl", later=timedelta(hours=1))
    assert (second.begun, second.window) == (NOW, WINDOW)
    assert second.row(ROW.id, "same") == ROW


def test_a_row_that_depends_on_something_else_is_asked_again(tmp_path: Path) -> None:
    """The trail's selectors changed, say; so is an account that was not asked."""
    opened(tmp_path / "rows.jsonl").put(ROW, "then")
    again = opened(tmp_path / "rows.jsonl")
    assert again.row(ROW.id, "now") is None
    assert again.row("222222222222", "then") is None


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(replace(ROW, reached=False, why="refused", cells=()), id="not-reached"),
        pytest.param(
            replace(
                ROW, cells=(*ROW.cells, Cell(region="us-east-1", state=CellState.UNKNOWN, why="refused"))
            ),
            id="unknown",
        ),
    ],
)
def test_a_row_that_leaves_a_question_open_is_not_kept(tmp_path: Path, row: AccountRow) -> None:
    """The next run asks again."""
    opened(tmp_path / "rows.jsonl").put(row, "same")
    assert opened(tmp_path / "rows.jsonl").row(row.id, "same") is None


def test_a_run_that_is_whole_leaves_nothing(tmp_path: Path) -> None:
    """The next one begins anew, with a window of its own."""
    first = opened(tmp_path / "rows.jsonl")
    first.put(ROW, "same")
    first.finish()
    assert list(tmp_path.iterdir()) == []
    second = opened(tmp_path / "rows.jsonl", later=timedelta(hours=1))
    assert second.begun is None
    assert second.window.end == NOW + timedelta(hours=1)


def test_a_file_that_cannot_be_removed_is_told_and_costs_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is whole: a folder that became read-only does not take what it found."""

    def refused(path: Path, **_options: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    told: list[MeshtrailError] = []
    first = opened(tmp_path / "rows.jsonl", told=told)
    monkeypatch.setattr(type(tmp_path), "unlink", refused)
    first.finish()
    assert [(error.where, error.why) for error in told] == [
        (str(tmp_path / "rows.jsonl"), "Permission denied")
    ]


def test_what_was_found_long_ago_is_not_gone_on_with(tmp_path: Path) -> None:
    """Twelve hours are long; and a clock that went backwards is not trusted."""
    opened(tmp_path / "rows.jsonl").put(ROW, "same")
    for later in (timedelta(hours=12), timedelta(hours=-1)):
        assert opened(tmp_path / "rows.jsonl", later=later).row(ROW.id, "same") is None


def test_a_crash_in_the_middle_of_a_line_costs_that_line(tmp_path: Path) -> None:
    """And what is written after it is read."""
    path = tmp_path / "rows.jsonl"
    other = replace(ROW, id="222222222222")
    first = opened(path)
    first.put(ROW, "same")
    first.put(other, "same")
    path.write_bytes(path.read_bytes()[:-20])
    second = opened(path)
    second.put(replace(ROW, id="333333333333"), "same")
    third = opened(path)
    assert [third.row(one, "same") is not None for one in (ROW.id, other.id, "333333333333")] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("garbage", [b"", b"null\n", b"\x00\xff\n{}\n", b'{"format": 1, "began": 7}\n'])
def test_a_file_that_is_none_is_begun_anew(tmp_path: Path, garbage: bytes) -> None:
    """Nobody is bothered with it."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(garbage)
    path.chmod(0o600)
    told: list[MeshtrailError] = []
    opened(path, told=told).put(ROW, "same")
    assert opened(path).row(ROW.id, "same") == ROW
    assert told == []


def test_a_row_that_somebody_edited_is_asked_again(tmp_path: Path) -> None:
    """One letter is enough."""
    path = tmp_path / "rows.jsonl"
    opened(path).put(ROW, "same")
    path.write_bytes(path.read_bytes().replace(b'"landed": 3', b'"landed": 2'))
    assert opened(path).row(ROW.id, "same") is None


def test_a_file_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    """It decides which accounts are asked; the run goes on without."""
    path = tmp_path / "rows.jsonl"
    opened(path).put(ROW, "same")
    path.chmod(0o666)
    told: list[MeshtrailError] = []
    again = opened(path, told=told)
    assert again.row(ROW.id, "same") is None
    again.put(ROW, "same")
    again.finish()
    assert [error.where for error in told] == [str(path)]


def test_nothing_is_kept_where_nobody_asks_for_it() -> None:
    """`--no-cache`."""
    none = AccountCheckpoint(None, window=WINDOW, now=NOW)
    none.put(ROW, "same")
    assert none.row(ROW.id, "same") is None
    none.finish()


def test_runs_that_ask_for_something_else_do_not_meet(tmp_path: Path) -> None:
    """Each has a file of its own; and values of any kind have a digest."""
    assert path_of("a", tmp_path) != path_of("b", tmp_path)
    assert digest_of({"b": NOW, "a": 1}) == digest_of({"a": 1, "b": NOW})
