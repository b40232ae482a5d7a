from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rollout.events import Lost, StackBegan, StackEnded
from rollout.journal import Journal, JournalHeld, JournalNotUsable, read, read_file
from rollout.stacks import Operation, Outcome
from rollout.state import State, states_of

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BEGAN = StackBegan(at=NOW, run="r", stack="a", account="123456789012", operation=Operation.UP, inputs="i")
ENDED = StackEnded(
    at=NOW,
    run="r",
    stack="a",
    account="123456789012",
    operation=Operation.UP,
    inputs="i",
    outcome=Outcome.DONE,
    touched=True,
    why="two\nlines",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal is."""
    return tmp_path / "rollout" / "journal.jsonl"


def test_what_is_written_is_read_again(path: Path) -> None:
    """Line breaks in what Pulumi said are part of the line."""
    with Journal(path) as journal:
        journal.write(BEGAN)
        journal.write(ENDED)

    assert read_file(path).events == (BEGAN, ENDED)
    assert path.read_bytes().count(b"\n") == 2


def test_it_is_readable_after_a_crash_at_any_byte(path: Path) -> None:
    """Every length of the file reads, claims no more than its whole lines, and can be gone on with."""
    with Journal(path) as journal:
        journal.write(BEGAN)
        journal.write(ENDED)
    whole = path.read_bytes()
    first = whole.index(b"\n")

    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        told = read_file(path)
        expected = () if length < first else (BEGAN,) if length < len(whole) - 1 else (BEGAN, ENDED)
        assert told.events == expected
        assert not told.damaged
        with Journal(path) as journal:
            journal.write(BEGAN)
        after = read_file(path)
        assert after.events == (*expected, BEGAN)
        assert states_of(after.events).of("a").state is State.IN_DOUBT


def test_every_line_is_on_the_disk_before_the_work_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is synced after each write, and the folder once."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    with Journal(path) as journal:
        opening = len(synced)
        journal.write(BEGAN)
        journal.write(ENDED)

    assert opening == 1
    assert len(synced) == 3


def test_a_line_that_is_gone_is_noticed(path: Path) -> None:
    """And puts every stack in doubt, also those that the journal never named."""
    with Journal(path) as journal:
        for event in (BEGAN, ENDED, BEGAN, ENDED):
            journal.write(event)
    lines = path.read_bytes().splitlines(keepends=True)

    told = read(lines[0] + lines[1] + lines[3])

    assert told.damaged
    assert any(isinstance(event, Lost) for event in told.events)
    assert states_of(told.events).of("another").state is State.IN_DOUBT


def test_two_runs_cannot_write_it(path: Path) -> None:
    """The second one is refused, until the first is through or dead."""
    with Journal(path), pytest.raises(JournalHeld, match="Another rollout is running"):
        Journal(path)
    with Journal(path):
        pass


def test_after_a_line_that_could_not_be_written_nothing_more_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether that line is there nobody knows; what follows it would be built on sand."""
    with Journal(path) as journal:
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", _full)
            with pytest.raises(JournalNotUsable, match="cannot be used"):
                journal.write(BEGAN)
        with pytest.raises(JournalNotUsable):
            journal.write(ENDED)


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With its remedy."""
    (tmp_path / "file").touch()

    with pytest.raises(JournalNotUsable, match="--directory"):
        Journal(tmp_path / "file" / "journal.jsonl")


@pytest.mark.parametrize(
    "line", [b"[]", b"{}", b'{"n":"1"}', b"[" * 100_000, b'{"n":1,"event":"?"}', b"\xff"]
)
def test_what_is_no_event_is_none(line: bytes) -> None:
    """However it came there."""
    assert read(line).events == ()
