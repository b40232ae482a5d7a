"""Log files: each fetched and inflated once, hashed and searched on the same bytes, and remembered by its version."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.verify.log_files.bucket import APP_MESH, WRITTEN, Bucket, log_file
from verify.aws import AccessDenied, NotThere
from verify.log_files import LogFileFacts, LogFiles, SqliteCheckpoint
from verify.log_files.batches import BYTES
from verify.log_files.reader import WORKERS
from verify.objects import Object, ObjectInfo, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIB = 1024 * 1024
GONE = NotThere(action="s3:GetObject", where="s3://logs/x", code="NoSuchKey", message="gone")
DENIED = AccessDenied(action="s3:GetObject", where="s3://logs/x", code="AccessDenied", message="no")


@pytest.fixture
def bucket() -> Bucket:
    """An empty bucket."""
    return Bucket()


@pytest.fixture
def checkpoint() -> Iterator[SqliteCheckpoint]:
    """A temporary checkpoint."""
    with closing(SqliteCheckpoint()) as opened:
        yield opened


@pytest.fixture
def files(bucket: Bucket, checkpoint: SqliteCheckpoint) -> LogFiles:
    """The bucket's log files, searched for App Mesh."""
    return opened(bucket, checkpoint)


def opened(bucket: Bucket, checkpoint: SqliteCheckpoint, **more: int) -> LogFiles:
    """A bucket's log files with some checkpoint."""
    return LogFiles(bucket, bucket="logs", sources=[APP_MESH], checkpoint=checkpoint, **{"limit": MIB} | more)


def test_a_file_is_hashed_and_searched(bucket: Bucket, files: LogFiles) -> None:
    """The hash is of the inflated bytes; records of the sources are kept with their place in the file."""
    body = log_file("kms.amazonaws.com", APP_MESH)
    facts = files.facts(bucket.put("x", body))
    assert facts.sha256 == hashlib.sha256(gzip.decompress(body)).hexdigest()
    assert [(index, json.loads(raw)["eventName"]) for index, raw in facts.records] == [(1, "Event1")]
    assert (facts.problem, facts.trailing, facts.unreadable) == (None, 0, ())
    assert facts.set_aside == {"another event source": 1}


def test_a_file_without_the_sources_is_hashed_only(bucket: Bucket, files: LogFiles) -> None:
    """Nothing of it is parsed, so nothing is counted."""
    body = log_file("kms.amazonaws.com", "ec2.amazonaws.com")
    facts = files.facts(bucket.put("x", body))
    assert facts == LogFileFacts(hashlib.sha256(gzip.decompress(body)).hexdigest())


def test_a_file_is_fetched_once(bucket: Bucket, files: LogFiles) -> None:
    """Who asks second gets what the first was told: from memory, and from the file after it was written down."""
    info = bucket.put("x", log_file(APP_MESH))
    assert files.facts(info) == files.facts(info)
    assert bucket.fetched == ["x"]


@pytest.mark.parametrize("change", ["etag", "size", "last_modified"])
def test_an_overwritten_file_is_read_again(bucket: Bucket, files: LogFiles, change: str) -> None:
    """Each of what S3 says of an object tells a new version from the old one."""
    info = bucket.put("x", log_file(APP_MESH))
    assert files.facts(info).records
    other = {
        "etag": replace(info, etag="0" * 32),
        "size": replace(info, size=info.size + 1),
        "last_modified": replace(info, last_modified=WRITTEN + timedelta(seconds=1)),
    }[change]
    files.facts(other)
    assert bucket.fetched == ["x", "x"]


def test_a_tampered_file_does_not_pass_for_what_lay_there_before(bucket: Bucket, tmp_path: Path) -> None:
    """Not in the run that sees it change, and not in the next one."""
    path = tmp_path / "cache"
    with closing(SqliteCheckpoint(path)) as checkpoint:
        before = opened(bucket, checkpoint).facts(bucket.put("x", log_file(APP_MESH)))
    tampered = bucket.put("x", log_file("kms.amazonaws.com"))  # in the same second even
    with closing(SqliteCheckpoint(path)) as checkpoint:
        after = opened(bucket, checkpoint).facts(tampered)
    assert before.sha256 != after.sha256
    assert (len(before.records), len(after.records)) == (1, 0)


def test_what_was_overwritten_between_listing_and_reading_is_not_kept(
    bucket: Bucket, files: LogFiles
) -> None:
    """The bytes are not those of the version that was listed: they are told, and forgotten."""
    listed = bucket.put("x", log_file("kms.amazonaws.com"))
    bucket.put("x", log_file(APP_MESH))
    assert files.facts(listed).records
    bucket.put("x", log_file("kms.amazonaws.com"))
    assert not files.facts(listed).records


def test_what_has_no_etag_is_not_kept(bucket: Bucket, files: LogFiles) -> None:
    """Size and second do not tell versions apart."""
    info = replace(bucket.put("x", log_file(APP_MESH)), etag="")
    files.facts(info)
    files.facts(info)
    assert bucket.fetched == ["x", "x"]


def test_other_sources_are_other_facts(bucket: Bucket, files: LogFiles) -> None:
    """What was found for one question does not answer another; some of the sources asked for is the same question."""
    info = bucket.put("x", log_file(APP_MESH, "kms.amazonaws.com"))
    assert files.searching([APP_MESH]) is files
    keys = files.searching(["kms.amazonaws.com"])
    assert [index for index, _ in files.facts(info).records] == [0]
    assert [index for index, _ in keys.facts(info).records] == [1]
    assert files.sources == {APP_MESH}


@pytest.mark.parametrize(
    ("body", "problem", "trailing"),
    [
        (b"", "empty", 0),
        (b"not gzip", "not gzip", 0),
        (log_file(APP_MESH)[:-4], "breaks off", 0),
        (log_file(APP_MESH) + b"junk", "4 bytes", 4),
        (gzip.compress(bytes(2 * MIB), mtime=0), "more than 1048576", 0),
    ],
    ids=["empty", "not gzip", "truncated", "appended", "bomb"],
)
def test_what_is_not_one_whole_gzip_stream_has_a_problem_and_no_hash(
    bucket: Bucket, files: LogFiles, body: bytes, problem: str, trailing: int
) -> None:
    """So it cannot be taken for a file that is whole; it is remembered like any other."""
    info = bucket.put("x", body)
    facts = files.facts(info)
    assert facts.sha256 is None
    assert problem in (facts.problem or "")
    assert (facts.trailing, facts.records) == (trailing, ())
    assert files.facts(info) == facts
    assert bucket.fetched == ["x"]


def test_an_object_too_large_to_be_read_has_a_problem(bucket: Bucket, files: LogFiles) -> None:
    """It is none of CloudTrail's."""
    assert "weighs" in (files.facts(bucket.put("x", TooLarge("it weighs too much"))).problem or "")


@pytest.mark.parametrize("error", [GONE, DENIED], ids=["gone", "denied"])
def test_what_cannot_be_fetched_is_raised_and_not_remembered(
    bucket: Bucket, files: LogFiles, error: Exception
) -> None:
    """Perhaps it can be the next time."""
    bucket.put("x", log_file(APP_MESH))
    info = bucket.infos["x"]
    bucket.bodies["x"] = error
    with pytest.raises(type(error)):
        files.facts(info)
    bucket.bodies["x"] = log_file(APP_MESH)
    assert files.facts(info).records


def test_many_files_come_in_their_order_with_errors_among_them(bucket: Bucket, files: LogFiles) -> None:
    """One that cannot be fetched costs only itself."""
    for number in range(100):
        bucket.put(f"{number:03d}", DENIED if number == 50 else log_file(APP_MESH))
    found = list(files.read(bucket.list(""), workers=3))
    assert [info.key for info, _ in found] == sorted(bucket.infos)
    assert [info.key for info, facts in found if facts is DENIED] == ["050"]
    assert sum(isinstance(facts, LogFileFacts) for _, facts in found) == 99


def test_many_answers_are_waited_for_at_once(checkpoint: SqliteCheckpoint) -> None:
    """As many as there are workers: S3 takes its time for each."""
    meet = threading.Barrier(WORKERS, timeout=10)

    class Slow(Bucket):
        """Answers when everybody waits."""

        def get(self, key: str) -> Object:
            meet.wait()
            return super().get(key)

    bucket = Slow()
    for number in range(WORKERS):
        bucket.put(f"{number:02d}", log_file(), WRITTEN)
    infos = [replace(info, size=BYTES) for info in bucket.infos.values()]
    found = list(opened(bucket, checkpoint, under_way=WORKERS * BYTES).read(infos))
    assert all(isinstance(facts, LogFileFacts) for _, facts in found)


def test_few_files_are_taken_ahead(bucket: Bucket, files: LogFiles) -> None:
    """A listing of any length is not taken whole: memory does not grow with the number of files."""
    taken = 0

    def listing() -> Iterator[object]:
        nonlocal taken
        for info in bucket.list(""):
            taken += 1
            yield info

    for number in range(1000):
        bucket.put(f"{number:04d}", log_file())
    results = files.read(listing(), workers=2)  # type: ignore[arg-type]
    next(results)
    assert taken <= 200
    results.close()


def test_an_interrupted_reading_goes_on_where_it_stopped(bucket: Bucket, tmp_path: Path) -> None:
    """Every file is fetched once over both runs."""
    path = tmp_path / "cache"
    for number in range(500):
        bucket.put(f"{number:03d}", log_file(APP_MESH))

    with closing(SqliteCheckpoint(path)) as checkpoint:
        reading = opened(bucket, checkpoint).read(bucket.list(""), workers=2)
        for _ in range(100):
            next(reading)
        with pytest.raises(KeyboardInterrupt):
            reading.throw(KeyboardInterrupt())
    first = set(bucket.fetched)
    assert 100 <= len(first) < 500
    with closing(SqliteCheckpoint(path)) as checkpoint:
        found = list(opened(bucket, checkpoint).read(bucket.list(""), workers=2))
    assert sorted(bucket.fetched) == sorted(bucket.infos)
    assert all(isinstance(facts, LogFileFacts) and facts.records for _, facts in found)


def test_large_objects_wait_for_each_other(bucket: Bucket, checkpoint: SqliteCheckpoint) -> None:
    """No more of them is in memory at a time than was allowed, however many threads read."""
    now, most, lock = 0, 0, threading.Lock()

    class Watched(Bucket):
        """Counts who is being read; small bodies, listed as large ones."""

        def get(self, key: str) -> Object:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.002)
            found = super().get(key)
            with lock:
                now -= 1
            return found

    bucket = Watched()
    infos = [replace(bucket.put(f"{number:02d}", log_file()), size=3 * MIB) for number in range(24)]
    files = opened(bucket, checkpoint, under_way=7 * MIB)
    assert len(list(files.read(infos, workers=8))) == 24
    assert most == 2


@pytest.mark.parametrize("size", [10, 3 * MIB], ids=["small", "large"])
def test_the_whole_file_can_be_had(bucket: Bucket, checkpoint: SqliteCheckpoint, size: int) -> None:
    """For who has to parse everything."""
    content = bytes(size)
    info = bucket.put("x", gzip.compress(content, mtime=0))
    with opened(bucket, checkpoint, limit=4 * MIB).body(info) as body:
        assert body == content


def test_whole_files_that_inflate_to_much_are_held_one_by_one(
    bucket: Bucket, checkpoint: SqliteCheckpoint
) -> None:
    """Their sizes as stored do not tell, so a bomb among many threads would be as many bombs."""
    now, most, lock = 0, 0, threading.Lock()
    files = opened(bucket, checkpoint, limit=4 * MIB)

    def hold(info: ObjectInfo) -> None:
        nonlocal now, most
        with files.body(info):
            with lock:
                now += 1
                most = max(most, now)
            threading.Event().wait(0.002)
            with lock:
                now -= 1

    infos = [bucket.put(f"{number}", gzip.compress(bytes(2 * MIB), mtime=0)) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(hold, infos))
    assert most == 1
