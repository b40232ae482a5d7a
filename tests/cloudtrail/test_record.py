"""Records: tolerant of every eventVersion, and nothing that cannot be read is lost."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.record import EXCERPT, SCRAPS, MalformedRecord, read_log_file, read_record

CREATE_MESH_1_05: dict[str, Any] = {
    "eventVersion": "1.05",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AIDACKCEVSQ6C2EXAMPLE:diego",
        "arn": "arn:aws:sts::123456789012:assumed-role/platform/diego",
        "accountId": "123456789012",
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {"attributes": {"mfaAuthenticated": "true"}, "newThing": {"a": [1]}},
    },
    "eventTime": "2019-10-18T15:00:49Z",
    "eventSource": "appmesh.amazonaws.com",
    "eventName": "CreateMesh",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "203.0.113.7",
    "userAgent": "aws-cli/1.16",
    "requestParameters": {"meshName": "payments", "spec": {"egressFilter": {"type": "ALLOW_ALL"}}},
    "responseElements": None,
    "requestID": "b5e0a1f4-0000-4000-8000-000000000001",
    "eventID": "b5e0a1f4-0000-4000-8000-000000000002",
    "readOnly": False,
    "eventType": "AwsApiCall",
    "apiVersion": "2019-01-25",
    "recipientAccountId": "123456789012",
}

STREAM_1_08: dict[str, Any] = {
    "eventVersion": "1.08",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AIDACKCEVSQ6C2EXAMPLE:i-0abc",
        "arn": "arn:aws:sts::123456789012:assumed-role/envoy/i-0abc",
        "accountId": "123456789012",
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "envoy"}},
        "invokedBy": "appmesh.amazonaws.com",
    },
    "eventTime": "2022-03-18T09:00:00Z",
    "eventSource": "appmesh.amazonaws.com",
    "eventName": "StreamAggregatedResources",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "appmesh.amazonaws.com",
    "userAgent": "appmesh.amazonaws.com",
    "eventID": "b5e0a1f4-0000-4000-8000-000000000003",
    "readOnly": False,
    "eventType": "AwsServiceEvent",
    "managementEvent": True,
    "recipientAccountId": "123456789012",
    "serviceEventDetails": {
        "connectionId": "e3c6f1b2",
        "nodeArn": "arn:aws:appmesh:us-east-1:123456789012:mesh/payments/virtualNode/orders",
        "eventStatus": "ConnectionEstablished",
        "failureReason": "",
    },
    "eventCategory": "Management",
}


def log_file(*records: object) -> bytes:
    """A log file that holds these."""
    return json.dumps({"Records": records}).encode()


def test_a_record_of_2019_is_read() -> None:
    """Version 1.05 has neither managementEvent nor eventCategory; both are simply not told."""
    record = read_record(json.dumps(CREATE_MESH_1_05).encode())
    assert record.event_time == datetime(2019, 10, 18, 15, 0, 49, tzinfo=UTC)
    assert record.management_event is None
    assert record.event_category is None
    assert record.is_read is False
    assert record.account == "123456789012"


def test_the_envoy_service_event_is_read() -> None:
    """A service event has details in place of parameters, and no request id."""
    record = read_record(json.dumps(STREAM_1_08).encode())
    assert record.event_type == "AwsServiceEvent"
    assert record.request_id is None
    assert record.service_event_details is not None
    assert record.service_event_details["eventStatus"] == "ConnectionEstablished"
    assert record.user_identity is not None
    assert record.user_identity.invoked_by == "appmesh.amazonaws.com"


def test_unknown_fields_are_kept() -> None:
    """What a later eventVersion adds is in the document, at every depth, byte for byte."""
    raw = json.dumps(CREATE_MESH_1_05 | {"fromTheFuture": {"x": [1, 2]}}, indent=3).encode()
    record = read_record(raw)
    assert record.raw == raw
    assert record.document()["fromTheFuture"] == {"x": [1, 2]}
    assert record.document()["userIdentity"]["sessionContext"]["newThing"] == {"a": [1]}


@pytest.mark.parametrize(("told", "meant"), [(True, True), ("true", True), ("False", False), (None, None)])
def test_read_only_is_read_as_a_word_or_a_boolean(told: object, meant: bool | None) -> None:
    """Stores disagree on how to write a boolean."""
    assert read_record(json.dumps(CREATE_MESH_1_05 | {"readOnly": told}).encode()).is_read is meant


@pytest.mark.parametrize("missing", ["eventTime", "eventSource", "eventName", "awsRegion"])
def test_without_what_makes_an_event_it_is_malformed(missing: str) -> None:
    """Four fields make an event; the reason names the one that is missing."""
    document = {key: value for key, value in CREATE_MESH_1_05.items() if key != missing}
    with pytest.raises(MalformedRecord, match="cannot be read") as caught:
        read_record(json.dumps(document).encode())
    assert missing in caught.value.why


def test_a_bad_record_is_set_aside_and_the_others_are_read() -> None:
    """One malformed record costs exactly itself."""
    body = log_file(CREATE_MESH_1_05, {"eventName": 3}, "text", STREAM_1_08)
    read = read_log_file(body)
    assert [record.event_name for record in read.records] == ["CreateMesh", "StreamAggregatedResources"]
    assert [(aside.index, bool(aside.reason)) for aside in read.set_aside] == [(1, True), (2, True)]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"not json", b'{"Records": 3}', log_file(CREATE_MESH_1_05)[:-1], b'{"Rec\xff": []}'],
)
def test_a_file_that_is_not_cloudtrails_is_set_aside_whole(body: bytes) -> None:
    """Nothing of it is read, and the reason is given."""
    read = read_log_file(body)
    assert not read.records
    assert [aside.index for aside in read.set_aside] == [None]
    assert read.set_aside[0].reason.startswith("not a CloudTrail log file")


def test_an_empty_log_file_holds_nothing_and_is_whole() -> None:
    """No records is an answer, not an error."""
    read = read_log_file(b'{"Records":[]}')
    assert (read.records, read.set_aside) == ([], [])


def test_deep_nesting_is_set_aside() -> None:
    """A file built to overflow a parser's stack is one more unreadable file."""
    deep = b"[" * 100_000 + b"]" * 100_000
    read = read_log_file(b'{"Records":[{"eventTime":' + deep + b"}]}")
    assert not read.records
    assert len(read.set_aside) == 1


def test_a_file_of_scraps_is_set_aside_whole() -> None:
    """A few kilobytes inflate to millions of nothings: they are told in one line, not one by one."""
    read = read_log_file(b'{"Records":[' + b"0," * SCRAPS + b"0]}")
    assert not read.records
    (aside,) = read.set_aside
    assert aside.index is None
    assert str(SCRAPS + 1) in aside.reason


def test_an_excerpt_is_bounded() -> None:
    """Evidence of a bad record does not copy the record."""
    read = read_log_file(log_file({"eventName": "x" * 10_000}))
    assert len(read.set_aside[0].excerpt) == EXCERPT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from(list(CREATE_MESH_1_05)), JSON, max_size=6)


@given(st.lists(FIELDS.map(lambda fields: CREATE_MESH_1_05 | fields) | JSON, max_size=5))
def test_every_record_in_is_kept_or_set_aside(documents: list[object]) -> None:
    """Records in = kept + set aside, whatever the records hold."""
    read = read_log_file(log_file(*documents))
    assert len(read.records) + len(read.set_aside) == len(documents)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(body: bytes) -> None:
    """No bytes make the reader raise."""
    read = read_log_file(body)
    assert read.records or read.set_aside or b"Records" in body


@pytest.mark.parametrize("value", [b"1e999", b'"\xff"'], ids=["beyond all numbers", "no UTF-8"])
def test_what_is_no_json_makes_a_record_unreadable_wherever_it_stands(value: bytes) -> None:
    """A record that can be read can be read whole: nothing comes out of a later look at a field of no type."""
    document = (
        b'{"eventTime":"2026-09-01T12:00:00Z","eventSource":"a","eventName":"b","awsRegion":"c","x":%s}'
    )
    assert read_record(document % b"1").document()["x"] == 1
    with pytest.raises(MalformedRecord):
        read_record(document % value)
