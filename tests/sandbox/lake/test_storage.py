from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import orc

from sandbox.lake.schema import SCHEMA, row
from sandbox.lake.storage import BATCH_ROWS, Row, StoreFiles, read

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def _row(number: int, visible_at: datetime = NOW) -> Row:
    time = (NOW + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Row(row({"eventID": str(number), "eventTime": time}), visible_at)


def _ids(files: StoreFiles, now: datetime = NOW) -> list[str]:
    return sorted(read(files.visible(now), ["eventid"]).column("eventid").to_pylist(), key=int)


def test_rows_show_when_they_are_due(tmp_path: Path) -> None:
    """A row is not visible before its time, and is from then on."""
    files = StoreFiles(tmp_path)
    files.append(_row(1))
    files.append(_row(2, NOW + timedelta(seconds=5)))
    assert _ids(files) == ["1"]
    assert _ids(files, NOW + timedelta(seconds=5)) == ["1", "2"]


def test_flush_shows_everything_at_once(tmp_path: Path) -> None:
    """After a flush nothing waits, written or not."""
    files = StoreFiles(tmp_path)
    for number in range(BATCH_ROWS + 1):
        files.append(_row(number, NOW + timedelta(hours=1)))
    assert _ids(files) == []
    files.flush(NOW)
    assert len(_ids(files)) == BATCH_ROWS + 1


def test_rows_are_kept_as_orc_with_the_documented_columns(tmp_path: Path) -> None:
    """What lies on disk is ORC that any reader can read."""
    files = StoreFiles(tmp_path)
    files.append(_row(1))
    (file,) = files.visible(NOW)
    assert orc.ORCFile(str(file.path)).schema.names == SCHEMA.names
    assert read([file]).schema == SCHEMA


def test_a_file_knows_its_rows_times_and_bytes(tmp_path: Path) -> None:
    """Row count, earliest and latest event, and a size that adds up to the file's."""
    files = StoreFiles(tmp_path)
    files.append(_row(1))
    files.append(_row(9))
    (file,) = files.visible(NOW)
    assert (file.rows, file.oldest, file.newest) == (
        2,
        datetime(2026, 9, 1, 12, 0, 1),  # noqa: DTZ001 # the column has no zone
        datetime(2026, 9, 1, 12, 0, 9),  # noqa: DTZ001 # the column has no zone
    )
    assert abs(sum(file.column_bytes.values()) - file.path.stat().st_size) < len(SCHEMA)


def test_memory_is_bounded_by_the_batch(tmp_path: Path) -> None:
    """A full batch is written even when it is not due."""
    files = StoreFiles(tmp_path)
    for number in range(BATCH_ROWS):
        files.append(_row(number, NOW + timedelta(days=1)))
    assert len(list(tmp_path.glob("*.orc"))) == 1
    assert files.visible(NOW) == ()


def test_many_small_files_are_merged_and_nothing_is_lost(tmp_path: Path) -> None:
    """Asking after every row leaves few files and every row once."""
    files = StoreFiles(tmp_path)
    for number in range(40):
        files.append(_row(number))
        files.visible(NOW)
    assert len(files.visible(NOW)) < 20
    assert _ids(files) == [str(number) for number in range(40)]


def test_only_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    """A projection has the schema's order; no files make an empty table of the same shape."""
    files = StoreFiles(tmp_path)
    files.append(_row(1))
    assert read(files.visible(NOW), ["eventtime", "eventid"]).column_names == ["eventtime", "eventid"]
    assert read([], ["eventid"]).schema == pa.schema([SCHEMA.field("eventid")])


def test_remove_leaves_nothing(tmp_path: Path) -> None:
    """A removed store has no rows and no files."""
    files = StoreFiles(tmp_path / "store")
    files.append(_row(1))
    files.visible(NOW)
    files.remove()
    assert files.visible(NOW) == ()
    assert not (tmp_path / "store").exists()
