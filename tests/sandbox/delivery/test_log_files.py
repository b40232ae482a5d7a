from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cloudtrail.digest import sha256_hex
from cloudtrail.object_keys import parse_log_key
from sandbox.delivery import log_files as module
from sandbox.delivery.log_files import LogContent, log_files

if TYPE_CHECKING:
    import pytest

MOMENT = datetime(2026, 11, 22, 10, 15, 42, tzinfo=UTC)


def written(records: list[dict[str, Any]], *, seed: int = 1) -> list[LogContent]:
    """The log files of a trail in `b` with the prefix `p`."""
    trail: Any = SimpleNamespace(
        bucket_name="b", s3_key_prefix="p", is_org_trail=False, account_id="123456789012"
    )
    rng = random.Random(seed)  # noqa: S311 - names of files, nothing secret
    return list(
        log_files(trail, account="123456789012", region="eu-west-1", records=records, moment=MOMENT, rng=rng)
    )


def test_a_file_holds_its_records_and_says_when_they_happened() -> None:
    """Content, key, hash and times belong together."""
    records = [{"eventTime": "2026-11-22T10:14:00Z"}, {"eventTime": "2026-11-22T10:12:00Z"}]
    (file,) = written(records)
    content = gzip.decompress(file.body)
    assert json.loads(content) == {"Records": records}
    key = parse_log_key(file.key)
    assert key is not None
    assert (key.delivered, key.prefix) == (datetime(2026, 11, 22, 10, 15, tzinfo=UTC), "p")
    assert file.reference.sha256 == sha256_hex(content)
    assert file.reference.oldest_event == datetime(2026, 11, 22, 10, 12, tzinfo=UTC)
    assert file.reference.newest_event == datetime(2026, 11, 22, 10, 14, tzinfo=UTC)


def test_no_records_make_no_file() -> None:
    """CloudTrail delivers nothing when nothing happened."""
    assert written([]) == []


def test_a_file_does_not_grow_past_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many records for one file go into several, none lost and none twice."""
    monkeypatch.setattr(module, "LARGEST", 200)
    records = [{"eventID": f"{number:030}"} for number in range(20)]
    files = written(records)
    assert len(files) > 1
    assert [
        record for file in files for record in json.loads(gzip.decompress(file.body))["Records"]
    ] == records
    assert all(len(gzip.decompress(file.body)) <= 230 for file in files)
    assert len({file.key for file in files}) == len(files)


def test_the_seed_repeats_the_names() -> None:
    """The unique part of a key is repeated by the seed, and differs without it."""
    record = [{"eventTime": "2026-11-22T10:14:00Z"}]
    assert written(record)[0].key == written(record)[0].key != written(record, seed=2)[0].key


def test_records_without_a_time_leave_the_file_without_times() -> None:
    """A record that says nothing of its time does not stop a delivery."""
    (file,) = written([{"eventTime": "soon"}])
    assert file.reference.newest_event is None
