"""Records read as their file is inflated: the same as when it is read whole, or nothing."""

from __future__ import annotations

import gzip
import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.log_files.bucket import APP_MESH
from verify import objects
from verify.log_files.look import look
from verify.log_files.needles import Needles
from verify.log_files.records import OTHER_SOURCE, UNREADABLE, parsed
from verify.log_files.stream import RecordStream

if TYPE_CHECKING:
    from verify.log_files.facts import LogFileFacts

NEEDLES = Needles([APP_MESH])
SHA256 = "0" * 64


def record(source: str = APP_MESH, **fields: Any) -> dict[str, Any]:
    """A record as CloudTrail writes it: its version comes first."""
    document = {"eventVersion": "1.11", "eventTime": "2026-09-01T12:00:00Z", "eventSource": source}
    return document | {"eventName": "CreateMesh", "awsRegion": "us-east-1"} | fields


def without_source(value: object) -> dict[str, Any]:
    """What cannot be read as a record."""
    return {"eventVersion": "1.11", "eventSource": 1, "x" * 80: value}


def file(*records: object) -> bytes:
    """A log file, as compact as CloudTrail's."""
    return json.dumps({"Records": records}, separators=(",", ":")).encode()


def streamed(content: bytes, piece: int) -> LogFileFacts | None:
    """Read a file piece by piece."""
    stream = RecordStream(NEEDLES)
    pieces = (content[place : place + piece] for place in range(0, len(content), piece))
    return stream.facts(SHA256) if all(stream.feed(one) for one in pieces) else None


def read_whole(content: bytes) -> LogFileFacts:
    """Read the same file at once."""
    return parsed(content, sha256=SHA256, needles=NEEDLES)


hostile = st.sampled_from(
    [
        [record(), record()],  # records within a record, where a cut would seem right
        json.dumps([record(), record()], separators=(",", ":")),
        '},{"eventVersion":"1.11","eventSource":"appmesh.amazonaws.com"',
        {"eventSource": APP_MESH},
        '\\"]}',
        APP_MESH,
    ]
)
records = st.lists(
    st.builds(record, st.sampled_from([APP_MESH, "kms.amazonaws.com"]), requestParameters=st.none() | hostile)
    | st.builds(record, st.just("kms.amazonaws.com"), awsRegion=st.integers() | st.text(max_size=3))
    | hostile.map(without_source),
    max_size=12,
)


@settings(max_examples=150)
@given(records, st.integers(1, 2000))
def test_it_says_what_reading_the_file_whole_says(documents: list[Any], piece: int) -> None:
    """Or nothing, when what somebody wrote into a record looks like the end of one."""
    content = file(*documents)
    assert streamed(content, piece) in (None, read_whole(content))


@given(st.integers(1, 2000), st.integers(1, 30), st.integers(0, 29))
def test_what_cloudtrail_writes_is_read_in_pieces(piece: int, count: int, place: int) -> None:
    """However small they are; the end may have a newline."""
    documents = [record(APP_MESH if number == place else "kms.amazonaws.com") for number in range(count)]
    content = file(*documents) + b"\n"
    facts = streamed(content, piece)
    assert facts == read_whole(content)
    assert facts is not None
    assert [index for index, _ in facts.records] == [place] * (place < count)


def test_records_in_a_record_are_none() -> None:
    """Who may write a call's parameters cannot write events."""
    content = file(record("kms.amazonaws.com", requestParameters={"Records": [record(), record(), record()]}))
    assert streamed(content, len(content) // 2) is None
    assert not read_whole(content).records


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"Records":[]}',
        b'{"Records":[1,2]}',
        b' {"Records":[' + file(record())[12:],
        file(record())[:-1],
        file(record())[:-2] + b",]}",
        file(record()) + b"x",
        file(*[{"e": ""}] * 20),
        b'{"Records":[{"' + b"n" * 60 + b'":1}]}',
    ],
    ids=["nothing", "object", "empty", "numbers", "blank", "broken", "comma", "junk", "scraps", "name"],
)
@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_what_is_unusual_is_left_to_who_reads_it_whole(content: bytes, piece: int) -> None:
    """It is not for a fast lane to say what is wrong with a file."""
    assert streamed(content, piece) is None


def test_a_record_without_end_is_not_gathered() -> None:
    """Memory is bounded, whatever lies in the bucket."""
    stream = RecordStream(NEEDLES)
    assert stream.feed(b'{"Records":[{"eventVersion":"')
    assert stream.feed(b"1" * 1000)
    assert not all(stream.feed(b"1" * 100_000) for _ in range(20))


def test_an_unreadable_record_keeps_its_place() -> None:
    """Among others that are not looked at."""
    broken = record("kms.amazonaws.com")
    del broken["eventSource"]
    facts = streamed(file(record("kms.amazonaws.com"), broken, record()), 150)
    assert facts is not None
    assert [index for index, _, _ in facts.unreadable] == [1]
    assert [index for index, _ in facts.records] == [2]
    assert facts.set_aside == {OTHER_SOURCE: 1, UNREADABLE: 1}


@pytest.mark.parametrize("piece", [50, 400, 1 << 20])
@pytest.mark.parametrize("place", [0, 20, None])
def test_a_file_is_inflated_once_or_twice_and_says_the_same(
    piece: int, place: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once when its first piece holds a source; twice when that is found further behind."""
    documents = [record(APP_MESH if number == place else "kms.amazonaws.com") for number in range(24)]
    content = file(*documents)
    monkeypatch.setattr(objects, "PIECE", piece)
    found = look(gzip.compress(content), limit=1 << 20, needles=NEEDLES, alone=nullcontext())
    assert [index for index, _ in found.records] == ([] if place is None else [place])
    assert found.set_aside == ({} if place is None else {OTHER_SOURCE: 23})


def test_a_file_written_another_way_is_read_whole() -> None:
    """With blanks, or its fields in another order, it is a log file still."""
    spread = json.dumps({"Records": [record("kms.amazonaws.com"), record()]}, indent=2).encode()
    found = look(gzip.compress(spread), limit=1 << 20, needles=NEEDLES, alone=nullcontext())
    assert [index for index, _ in found.records] == [1]


@pytest.mark.parametrize(
    "written",
    [
        b'"eventSource":"%s"',
        b'"eventSource" : "%s"',
        b'"eventSource":' + b" " * 300 + b'"%s"',
        b'"eventSource"' + b" " * 300 + b':"%s"',
        b'"\\u0065vent\\u0053ource":"%s"',
        b'"' + b"".join(b"\\u%04x" % letter for letter in b"eventSource") + b'":\n"%s"',
    ],
    ids=["plain", "blanks", "many blanks", "blanks before", "escaped", "all escaped"],
)
def test_a_source_is_found_however_its_field_is_written(written: bytes) -> None:
    """Every spelling of it that JSON has."""
    filler = b'{"x":"' + b"y" * 300 + b'",'
    assert NEEDLES.within(filler + written % APP_MESH.encode() + b',"z":1}')


@pytest.mark.parametrize(
    "mention",
    [
        b'"servicePrincipal":"%s"',
        b'"Service":["%s"]',
        b'"eventSource":"x.%s"',
        b'"eventSource":"%s.cn"',
        b'"policy":"{\\"eventSource\\":\\"%s\\"}"',
        b'"userAgent":"%s"',
    ],
)
def test_a_source_that_is_only_spoken_of_does_not_count(mention: bytes) -> None:
    """A policy about App Mesh is no event of it; but too many mentions are not looked at one by one."""
    filler = b'{"x":"' + b"y" * 300 + b'",'
    text = filler + mention % APP_MESH.encode() + b',"z":1}'
    assert not NEEDLES.within(text)
    assert not NEEDLES.within(text * 60)
    assert NEEDLES.within(text * 70)
    assert NEEDLES.within(text + filler + b'"eventSource":"%s"}' % APP_MESH.encode())
