from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa
import pytest

from sandbox.lake.schema import COLUMNS, MAP_COLUMNS, SCHEMA, event_time, row

RECORD = {
    "eventVersion": "1.08",
    "eventTime": "2026-09-01T12:00:00Z",
    "eventName": "CreateMesh",
    "readOnly": False,
    "sourceIPAddress": "192.0.2.1",
    "requestID": "r-1",
    "userIdentity": {
        "type": "AssumedRole",
        "userName": "Alice",
        "sessionContext": {
            "sessionIssuer": {"userName": "Admin"},
            "attributes": {"creationDate": "2026-09-01T11:00:00Z", "mfaAuthenticated": "false"},
        },
        "inScopeOf": {"credentialsIssuedTo": "arn:aws:ecs:us-east-1:123456789012:task/t"},
    },
    "requestParameters": {"meshName": "shop", "spec": {"egressFilter": {"type": "ALLOW_ALL"}}, "limit": 5},
    "resources": [{"ARN": "arn:aws:appmesh:us-east-1:123456789012:mesh/shop", "accountId": "123456789012"}],
}


def test_the_columns_are_those_aws_documents() -> None:
    """All 34 documented columns are there, maps and booleans with their documented types."""
    assert len(COLUMNS) == 34
    assert {"requestparameters", "responseelements", "additionaleventdata", "serviceeventdetails"} | {
        "addendum",
        "edgedevicedetails",
        "insightdetails",
    } == MAP_COLUMNS
    assert SCHEMA.field("readonly").type == pa.bool_()
    assert pa.types.is_timestamp(SCHEMA.field("eventtime").type)


def test_members_find_their_column_whatever_their_case() -> None:
    """`sourceIPAddress` and `requestID` land in lower-case columns."""
    found = row(RECORD)
    assert (found["sourceipaddress"], found["requestid"]) == ("192.0.2.1", "r-1")
    assert set(found) == COLUMNS


def test_times_become_timestamps() -> None:
    """Event time and the session's creation date are UTC timestamps, without a zone."""
    found = row(RECORD)
    assert found["eventtime"] == datetime(2026, 9, 1, 12)  # noqa: DTZ001 # the column has no zone
    assert found["useridentity"]["sessioncontext"]["attributes"]["creationdate"] == datetime(2026, 9, 1, 11)  # noqa: DTZ001 # the column has no zone


def test_maps_hold_text_and_nested_values_as_json() -> None:
    """A text stays as it is, everything else in a map becomes compact JSON."""
    assert row(RECORD)["requestparameters"] == [
        ("meshName", "shop"),
        ("spec", '{"egressFilter":{"type":"ALLOW_ALL"}}'),
        ("limit", "5"),
    ]


def test_aws_misspelt_field_is_filled() -> None:
    """`inScopeOf.credentialsIssuedTo` lands in the field AWS spells `credentiaisissuedto`."""
    assert row(RECORD)["useridentity"]["inscopeof"]["credentiaisissuedto"].endswith("task/t")


def test_the_whole_record_is_in_eventjson() -> None:
    """`eventjson` is the record as it came; its checksum stays null."""
    found = row(RECORD)
    assert json.loads(found["eventjson"]) == RECORD
    assert found["eventjsonchecksum"] is None


@pytest.mark.parametrize(
    "member",
    [
        {"userIdentity": "nobody"},
        {"userIdentity": {"sessionContext": []}},
        {"requestParameters": ["a"]},
        {"resources": {"ARN": "x"}},
        {"resources": ["x", None, 5]},
        {"eventTime": "yesterday"},
        {"eventTime": 5},
        {"eventTime": "9999-12-31T23:59:59Z"},
        {"eventTime": "0001-01-01T00:00:00+23:00"},
        {"readOnly": "perhaps"},
        {"eventName": {"a": 1}},
        {"userAgent": "half a pair \ud800"},
        {"requestParameters": {"\ud800": "\udfff"}},
        {"tlsDetails": None},
    ],
)
def test_what_does_not_fit_is_null_and_never_an_error(member: dict[str, object]) -> None:
    """A forged record makes a row that Arrow takes, whatever is in it."""
    table = pa.Table.from_pylist([row({**RECORD, **member})], schema=SCHEMA)
    assert table.num_rows == 1


def test_a_time_with_an_offset_is_moved_to_utc() -> None:
    """Offsets are resolved; what is no time is None."""
    assert event_time("2026-09-01T14:00:00+02:00") == datetime(2026, 9, 1, 12)  # noqa: DTZ001 # the column has no zone
    assert event_time("") is None
