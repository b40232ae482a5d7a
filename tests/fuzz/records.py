"""What has to hold of records and log files, whatever the bytes."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from cloudtrail.identity import identify
from cloudtrail.mesh_resource import mesh_resource
from cloudtrail.record import MalformedRecord, Record, read_log_file, read_record, split_log_file
from cloudtrail.selectors import SelectableEvent, matches
from tests.fuzz import documents
from tests.fuzz.target import Target
from verify.canonical import canonical_record, differences, original_event_id
from verify.controls.recorded_request import request_of
from verify.integrity.records import contradiction
from verify.log_files import LogFiles
from verify.log_files.facts import LogFileFacts, packed, unpacked
from verify.objects import Object, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SOURCES = ("appmesh.amazonaws.com", "ecs.amazonaws.com")


def run_record(data: bytes) -> None:
    """A record that was read can be read again, shown, compared and selected; all else is malformed."""
    try:
        record = read_record(data)
    except MalformedRecord as error:
        assert error.why
        return
    use(record)


def use(record: Record) -> None:
    """Everything that is done with a record, whatever stands in it."""
    assert record.event_time.utcoffset() is not None
    document = record.document()
    assert identify(record).describe().isprintable()
    mesh_resource(record)
    request_of(record.request_parameters)
    original_event_id(record)
    assert record.is_read in (None, True, False)
    matches((), SelectableEvent.from_document(document))
    assert canonical_record(record)
    # The same in other words: without its spaces and escapes, its keys the other way round.
    words = dict(reversed(document.items()))
    other = read_record(json.dumps(words, separators=(",", ":"), ensure_ascii=False).encode())
    found = differences(other, record)
    assert not found.altered, found


def run_log_file(data: bytes) -> None:
    """Every record of a log file is read or set aside with a reason; the search finds nothing but such."""
    found = read_log_file(data)
    raws, _ = split_log_file(data)
    assert len(found.records) + sum(aside.index is not None for aside in found.set_aside) == len(raws)
    assert all(aside.reason for aside in found.set_aside)
    contradiction(data, account=documents.ACCOUNT, region="us-east-1")
    files = LogFiles(_OneObject(data), bucket="b", sources=SOURCES, checkpoint=_Nothing(), limit=_LIMIT)
    facts = files.facts(ObjectInfo("k", 1, "e", datetime(2026, 9, 1, tzinfo=UTC)))
    assert facts.problem is None
    wanted = {record.raw for record in found.records if record.event_source in SOURCES}
    assert {raw for _, raw in facts.records} <= wanted
    counted = len(facts.records) + sum(facts.set_aside.values())
    assert counted in (0, len(raws)) or facts.unreadable  # in a file without any source nothing is counted
    assert unpacked(packed(facts)) == facts


def run_facts(data: bytes) -> None:
    """What is no facts is a msgspec.DecodeError; what is, is written and read alike."""
    try:
        facts = unpacked(data)
    except msgspec.DecodeError:
        return
    assert unpacked(packed(facts)) == facts


class _OneObject:
    """A bucket of one log file."""

    def __init__(self, content: bytes) -> None:
        self._body = gzip.compress(content, 1, mtime=0)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """Nobody asks."""
        raise NotImplementedError(prefix, start_after)

    def get(self, key: str) -> Object:
        """The log file."""
        del key
        return Object(self._body)


class _Nothing:
    """Keeps nothing."""

    def get(self, stamps: Sequence[bytes]) -> Mapping[bytes, LogFileFacts]:
        """Nothing."""
        del stamps
        return {}

    def put(self, stamp: bytes, facts: LogFileFacts) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing to close."""


_LIMIT = 1 << 20
_FACTS = packed(
    LogFileFacts(
        sha256="ab" * 32,
        records=((0, documents.encoded(documents.RECORD)),),
        set_aside={"unreadable": 1, "another event source": 2},
        unreadable=((1, "Object missing required field `eventTime`", "{}"), (None, "more", "")),
    )
)
_WORDS = (
    *documents.words_of(documents.RECORD),
    "Records",
    "2026-09-01T12:00:00+14:00",
    "0001-01-01T00:00:00",
)

TARGETS = (
    Target("record", run_record, (documents.encoded(documents.RECORD),), _WORDS),
    Target("log-file", run_log_file, (documents.log_file(documents.RECORD, {}),), _WORDS),
    Target("facts", run_facts, (_FACTS,), structured=False),
)
