"""The records of a log file: those asked for, and an account of the rest."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtrail.record import read_log_file
from tests.verify.log_files.bucket import APP_MESH
from verify.log_files.facts import LogFileFacts, packed, unpacked
from verify.log_files.needles import Needles
from verify.log_files.records import LISTED, OTHER_SOURCE, UNREADABLE, parsed


def record(source: str = APP_MESH, **fields: Any) -> dict[str, Any]:
    """The least a record has."""
    document = {"eventTime": "2026-09-01T12:00:00Z", "eventSource": source, "eventName": "CreateMesh"}
    return document | {"awsRegion": "us-east-1"} | fields


def facts_of(content: bytes) -> LogFileFacts:
    """Parse a file."""
    return parsed(content, sha256="0" * 64, needles=Needles([APP_MESH]))


def file(*records: object) -> bytes:
    """A log file, as compact as CloudTrail's."""
    return json.dumps({"Records": records}, separators=(",", ":")).encode()


def test_a_record_keeps_its_place_behind_one_that_cannot_be_read() -> None:
    """The index is that of the file, for whoever looks there."""
    facts = facts_of(file({"junk": 1}, record(), record("kms.amazonaws.com"), record()))
    assert [index for index, _ in facts.records] == [1, 3]
    assert [index for index, _, _ in facts.unreadable] == [0]
    assert facts.set_aside == {OTHER_SOURCE: 1, UNREADABLE: 1}


def test_a_record_that_only_mentions_the_source_is_another_sources() -> None:
    """A policy about App Mesh in a call to IAM is not App Mesh's event."""
    facts = facts_of(file(record("iam.amazonaws.com", requestParameters={"service": APP_MESH})))
    assert (facts.records, facts.set_aside) == ((), {OTHER_SOURCE: 1})


def test_the_bytes_are_those_of_the_file() -> None:
    """Unknown fields and odd spellings stay as they are."""
    raw = json.dumps(record(unknownField={"é": 1.50}), ensure_ascii=True).encode()
    assert facts_of(b'{"Records":[' + raw + b"]}").records == ((0, raw),)


def test_a_file_that_is_not_cloudtrails_is_one_thing_that_cannot_be_read() -> None:
    """Without an index."""
    ((index, reason, excerpt),) = facts_of(b'{"hello": "world"}').unreadable
    assert (index, excerpt) == (None, '{"hello": "world"}')
    assert "not a CloudTrail log file" in reason


def test_no_more_than_some_are_listed_and_all_are_counted() -> None:
    """What somebody put there does not fill the report."""
    facts = facts_of(file(*[{"junk": "x" * 80}] * (LISTED + 7)))
    assert len(facts.unreadable) == LISTED + 1
    assert facts.unreadable[-1] == (None, "7 more of its records cannot be read", "")
    assert facts.set_aside == {UNREADABLE: LISTED + 7}


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)
records = st.lists(
    st.builds(record, st.sampled_from([APP_MESH, "kms.amazonaws.com"]))
    | st.builds(record, eventName=anything, awsRegion=anything)
    | st.dictionaries(st.text(max_size=3), anything, max_size=3)
    | anything,
    max_size=8,
)


@settings(max_examples=50)
@given(records)
def test_it_finds_what_reading_every_record_finds(documents: list[Any]) -> None:
    """Every record has one fate, and none that was asked for is lost by not decoding the others."""
    content = file(*documents)
    facts = facts_of(content)
    wanted = [found.raw for found in read_log_file(content).records if found.event_source == APP_MESH]
    assert [raw for _, raw in facts.records] == wanted
    assert len(facts.records) + sum(facts.set_aside.values()) == len(documents)
    assert unpacked(packed(facts)) == facts


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_accounted_for(content: bytes) -> None:
    """Nothing is raised."""
    assert facts_of(content).set_aside.get(UNREADABLE, 0) <= 1
