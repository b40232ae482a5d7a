"""The checkpoint: kept between runs, bounded, the user's alone, and never a reason to fail or to answer wrongly."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from verify.log_files import LogFileFacts, SqliteCheckpoint, checkpoint, database
from verify.log_files.checkpoint import BATCH, default_path

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtrail.errors import MeshtrailError

FACTS = LogFileFacts(
    "ab" * 32,
    records=((3, b'{"eventName":"CreateMesh"}'),),
    set_aside={"unreadable": 1},
    unreadable=((None, "odd", "\u2028"), (1, "odder", "")),
)
PROBLEM = LogFileFacts(problem="4 bytes lie behind", trailing=4)


def stamp(number: int) -> bytes:
    """A stamp of its own."""
    return number.to_bytes(16, "big")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where it lies: in a folder that is not there yet."""
    return tmp_path / "cache" / "log-files.sqlite3"


@pytest.fixture
def notices() -> list[MeshtrailError]:
    """What was noticed."""
    return []


def fill(path: Path, count: int = 1) -> None:
    """Keep some facts."""
    with closing(SqliteCheckpoint(path)) as opened:
        for number in range(count):
            opened.put(stamp(number), FACTS)


def test_facts_come_back_in_the_next_run(path: Path) -> None:
    """As they were, and only those that are asked for."""
    with closing(SqliteCheckpoint(path)) as opened:
        opened.put(stamp(1), FACTS)
        opened.put(stamp(2), PROBLEM)
        assert opened.get([stamp(1)]) == {stamp(1): FACTS}
    with closing(SqliteCheckpoint(path)) as opened:
        assert opened.get([stamp(1), stamp(2), stamp(3)]) == {stamp(1): FACTS, stamp(2): PROBLEM}


def test_it_is_the_users_alone(path: Path) -> None:
    """What is in log files is nobody else's business, and what is remembered of them nobody else's to change."""
    fill(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_temporary_one_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It serves one run, more than memory should hold even."""
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    with closing(SqliteCheckpoint()) as opened:
        for number in range(3 * BATCH):
            opened.put(stamp(number), FACTS)
        assert len(opened.get([stamp(0), stamp(BATCH), stamp(3 * BATCH)])) == 2
    assert list(tmp_path.iterdir()) == []


def test_facts_are_written_down_before_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed loses what came last, and nothing else."""
    monkeypatch.setattr(checkpoint, "EVERY", 3600)
    with closing(SqliteCheckpoint(path)) as opened:
        for number in range(BATCH + 1):
            opened.put(stamp(number), FACTS)
        with closing(SqliteCheckpoint(path)) as other:
            assert len(other.get([stamp(0), stamp(BATCH - 1), stamp(BATCH)])) == 2


def test_few_facts_do_not_wait_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large files are few, and each of them took a while."""
    monkeypatch.setattr(checkpoint, "EVERY", 0)
    with closing(SqliteCheckpoint(path)) as opened, closing(SqliteCheckpoint(path)) as other:
        opened.put(stamp(1), FACTS)
        assert other.get([stamp(1)])


def test_another_version_is_thrown_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its facts may mean something else; its table may look otherwise."""
    fill(path)
    monkeypatch.setattr(database, "FORMAT", database.FORMAT + 1)
    with closing(SqliteCheckpoint(path)) as opened:
        assert not opened.get([stamp(0)])
        opened.put(stamp(0), PROBLEM)
    with closing(SqliteCheckpoint(path)) as opened:
        assert opened.get([stamp(0)]) == {stamp(0): PROBLEM}


def test_a_file_that_is_no_database_is_replaced(path: Path, notices: list[MeshtrailError]) -> None:
    """There is nothing to save; that is said once."""
    path.parent.mkdir()
    path.write_bytes(b"not a database, and longer than the header of one" * 100)
    path.chmod(0o600)
    with closing(SqliteCheckpoint(path, notice=notices.append)) as opened:
        opened.put(stamp(1), FACTS)
    with closing(SqliteCheckpoint(path, notice=notices.append)) as opened:
        assert opened.get([stamp(1)])
    (notice,) = notices
    assert "not a database" in notice.why


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9], ids=["early", "middle", "late"])
def test_a_damaged_file_never_gives_wrong_facts(path: Path, notices: list[MeshtrailError], at: float) -> None:
    """What comes out is what went in, or nothing; and one can go on."""
    fill(path, 300)
    content = bytearray(path.read_bytes())
    start = int(len(content) * at)
    content[start : start + 5000] = os.urandom(5000)
    path.write_bytes(content)
    with closing(SqliteCheckpoint(path, notice=notices.append)) as opened:
        for number in range(300):
            assert opened.get([stamp(number)]).get(stamp(number), FACTS) == FACTS
        opened.put(stamp(1000), PROBLEM)
        assert opened.get([stamp(1000)]) == {stamp(1000): PROBLEM}
    assert len(notices) <= 1


@pytest.mark.parametrize("damage", ["x'00'", "facts || x'00'", "NULL"][:2], ids=["short", "longer"])
def test_a_damaged_entry_is_none(path: Path, damage: str) -> None:
    """Every entry has a checksum over its facts and its stamp."""
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE facts SET facts = {damage}")  # noqa: S608 -- the test's own words
    with closing(SqliteCheckpoint(path)) as opened:
        assert not opened.get([stamp(0)])


def test_an_entry_under_another_stamp_is_none(path: Path) -> None:
    """Facts cannot be passed for another file's by moving them."""
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE facts SET stamp = ?", (stamp(1),))
    with closing(SqliteCheckpoint(path)) as opened:
        assert not opened.get([stamp(1)])


def test_a_locked_file_is_done_without(
    path: Path, notices: list[MeshtrailError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds it: the run goes on, remembers for itself, and says once why."""
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    fill(path)
    with (
        closing(sqlite3.connect(path)) as holder,
        closing(SqliteCheckpoint(path, notice=notices.append)) as opened,
    ):
        holder.execute("BEGIN EXCLUSIVE")
        for number in range(2 * BATCH):
            opened.put(stamp(number), FACTS)
        assert len(opened.get([stamp(0), stamp(2 * BATCH - 1)])) == 2
    (notice,) = notices
    assert "locked" in notice.why
    assert notice.where == str(path)
    assert notice.remedy


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path, notices: list[MeshtrailError]) -> None:
    """Where the home folder is read-only, as in a container."""
    (tmp_path / "file").write_text("")
    with closing(SqliteCheckpoint(tmp_path / "file" / "cache", notice=notices.append)) as opened:
        opened.put(stamp(1), FACTS)
        assert opened.get([stamp(1)])
    assert len(notices) == 1


def test_a_file_that_others_may_write_is_not_trusted(path: Path, notices: list[MeshtrailError]) -> None:
    """They could have written that a tampered log file is whole."""
    fill(path)
    path.chmod(0o620)
    with closing(SqliteCheckpoint(path, notice=notices.append)) as opened:
        assert not opened.get([stamp(0)])
    assert "others" in notices[0].why


def test_a_link_is_not_followed(path: Path, notices: list[MeshtrailError]) -> None:
    """To somebody else's file perhaps."""
    fill(path)
    link = path.with_name("link")
    link.symlink_to(path)
    with closing(SqliteCheckpoint(link, notice=notices.append)) as opened:
        assert not opened.get([stamp(0)])
    assert len(notices) == 1


def test_the_oldest_are_forgotten_beyond_a_number(path: Path) -> None:
    """The file does not grow for ever."""
    with closing(SqliteCheckpoint(path, most_entries=100)) as opened:
        for number in range(2 * BATCH):
            opened.put(stamp(number), FACTS)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (100,)
    with closing(SqliteCheckpoint(path)) as opened:
        assert not opened.get([stamp(0)])
        assert opened.get([stamp(2 * BATCH - 1)])


def test_the_oldest_are_forgotten_beyond_a_size(path: Path) -> None:
    """Facts with many records weigh more than others."""
    heavy = LogFileFacts("ab" * 32, records=((0, bytes(2000)),))
    with closing(SqliteCheckpoint(path, most_bytes=1_000_000)) as opened:
        for number in range(8 * BATCH):
            opened.put(stamp(number), heavy)
    assert path.stat().st_size < 5_000_000
    with closing(SqliteCheckpoint(path)) as opened:
        assert opened.get([stamp(8 * BATCH - 1)])


def test_many_threads_may_use_it(path: Path) -> None:
    """Nothing that was put is missed by whoever asks afterwards."""
    missed: list[int] = []

    def use(first: int, opened: SqliteCheckpoint) -> None:
        for number in range(first, first + 1000):
            opened.put(stamp(number), FACTS)
            if number % 50 == 0 and stamp(number) not in opened.get([stamp(number)]):
                missed.append(number)

    with closing(SqliteCheckpoint(path)) as opened:
        threads = [threading.Thread(target=use, args=(1000 * n, opened)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with closing(SqliteCheckpoint(path)) as opened:
        assert len(opened.get([stamp(number) for number in range(0, 4000, 100)])) == 40
    assert not missed


def test_two_processes_may_share_it(path: Path) -> None:
    """Two connections write in turn and read what the other wrote."""
    with closing(SqliteCheckpoint(path)) as one, closing(SqliteCheckpoint(path)) as other:
        for number in range(2 * BATCH):
            one.put(stamp(number), FACTS)
            other.put(stamp(10_000 + number), FACTS)
        assert other.get([stamp(0)])
        assert one.get([stamp(10_000)])


def test_once_closed_it_keeps_nothing_and_is_no_trouble(path: Path) -> None:
    """A thread that comes late does not fail."""
    opened = SqliteCheckpoint(path)
    opened.close()
    opened.put(stamp(1), FACTS)
    opened.close()
    assert not SqliteCheckpoint(path).get([stamp(1)])


def test_it_lies_among_the_users_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the platform has them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_path().parent.name == "meshtrail"
