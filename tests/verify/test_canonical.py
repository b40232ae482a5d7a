"""What two copies of one record differ in: what they say, not how it is written, and not what AWS does by design."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.record import Record, read_record
from verify.canonical import canonical_record, differences, original_event_id

Make = Callable[..., Record]

VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def written_otherwise(value: Any) -> Any:
    """The same value: its keys in another order, whole numbers as floats, with nulls that say nothing."""
    if isinstance(value, dict):
        return {
            **{key: written_otherwise(value[key]) for key in sorted(value, reverse=True)},
            **({} if "nothing" in value else {"nothing": None}),
        }
    if isinstance(value, list):
        return [written_otherwise(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return float(value)
    return value


@given(value=VALUES)
def test_how_a_record_is_written_makes_no_difference(value: Any) -> None:
    """For any value of any field: order of keys, nulls, blanks, `1.0` for `1` and another time format."""
    document = {
        "eventTime": "2026-09-01T12:00:00Z",
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "CreateMesh",
        "awsRegion": "us-east-1",
        "other": value,
    }
    other = written_otherwise(document) | {"eventTime": "2026-09-01T12:00:00.000+00:00"}
    one = read_record(json.dumps(document).encode())
    assert not differences(read_record(json.dumps(other, indent=1).encode()), one).altered


@pytest.mark.parametrize(
    ("one", "other"), [(True, 1), (False, 0), ("1", 1), ([1, 2], [2, 1]), ({}, []), (1, 1.5), ("a", "a ")]
)
def test_another_value_makes_one(make_record: Make, one: Any, other: Any) -> None:
    """Python takes `true` for `1`; a record does not."""
    found = differences(
        make_record(requestParameters={"x": one}), make_record(requestParameters={"x": other})
    )
    assert found.altered == {"requestParameters"}


def test_true_may_be_written_as_text(make_record: Make) -> None:
    """Some eventVersions write `"readOnly": "true"`."""
    assert not differences(make_record(readOnly="true"), make_record(readOnly=True)).altered
    assert differences(make_record(readOnly="true"), make_record(readOnly=False)).altered == {"readOnly"}


def test_what_only_lake_adds_makes_none(make_record: Make) -> None:
    """`eventContext` exists in event data stores only."""
    assert not differences(make_record(eventContext={"tags": {}}), make_record()).altered


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("requestParameters", 100_000),
        ("responseElements", 100_000),
        ("serviceEventDetails", 100_000),
        ("additionalEventData", 28_000),
    ],
)
@pytest.mark.parametrize("left", [None, {"omitted": True, "originalSize": 1, "reason": "too large"}])
def test_a_field_beyond_its_limit_may_be_left_out(
    make_record: Make, field: str, limit: int, left: Any
) -> None:
    """An event data store for large events has what a trail leaves out; below the limit nobody leaves out anything."""
    short = make_record(**{field: left})
    for one, other in ((short, make_record(**{field: {"x": "y" * limit}})),):
        assert differences(one, other) == differences(other, one)
        assert differences(one, other).shortened == {field}
        assert not differences(one, other).altered
    small = make_record(**{field: {"x": "y" * (limit - 100)}})
    assert differences(short, small).altered == {field}
    changed = make_record(**{field: {"x": "z", "y": {"omitted": True}}})
    assert differences(changed, make_record(**{field: {"x": "y" * limit}})).altered == {field}


@pytest.mark.parametrize("field", ["userAgent", "errorCode", "errorMessage", "requestID"])
def test_a_text_beyond_its_limit_may_be_cut(make_record: Make, field: str) -> None:
    """Cut at 1 KB, with or without dots; cut shorter, or gone on otherwise, it is altered."""
    whole = make_record(**{field: "x" * 3000})
    for kept in ("x" * 1024, "x" * 1021 + "..."):
        found = differences(make_record(**{field: kept}), whole)
        assert found.shortened == {field}
        assert not found.altered
    for other in ("x" * 900, "x" * 1023 + "y", None):
        assert differences(make_record(**{field: other}), whole).altered == {field}


def test_of_a_large_event_any_of_these_fields_may_be_shortened(make_record: Make) -> None:
    """Beyond 256 KB; who did what stays."""
    large = {"requestParameters": {"x": "y" * 90_000}, "responseElements": {"x": "y" * 90_000}}
    whole = make_record(**large, serviceEventDetails={"x": "y" * 90_000}, userAgent="x")
    assert differences(make_record(requestParameters=None), whole).shortened == {
        *large,
        "serviceEventDetails",
        "userAgent",
    }
    other = make_record(requestParameters=None, sourceIPAddress="192.0.2.1")
    assert differences(other, whole).altered == {"sourceIPAddress"}


def test_blanks_make_no_event_large(make_record: Make) -> None:
    """Whoever changes a record may fill it up beyond the limit: it is what it says that counts."""
    less = make_record(requestParameters=None).raw
    filled = read_record(less[:-1] + b" " * 260_000 + b"}")
    found = differences(filled, make_record(errorCode="AccessDenied"))
    assert found.altered == {"requestParameters", "errorCode"}


@pytest.mark.parametrize(
    "named", ["responseElements", "requestID, responseElements", ["responseElements.mesh"]]
)
def test_what_an_addendum_names_was_updated(make_record: Make, named: Any) -> None:
    """AWS delivers the event again, and says which fields it updated; the addendum itself is one of them."""
    addendum = {"reason": "UPDATED_DATA", "updatedFields": named}
    later = make_record(responseElements={"mesh": {}}, addendum=addendum)
    found = differences(later, make_record())
    assert found.updated == {"responseElements", "addendum"}
    assert not found.altered
    assert differences(make_record(), later) == found


@pytest.mark.parametrize("reason", ["DELIVERY_DELAY", "SERVICE_OUTAGE"])
def test_an_addendum_about_the_delivery_excuses_itself_only(make_record: Make, reason: str) -> None:
    """A late event says why it is late; what it says of the call is the same."""
    assert not differences(make_record(addendum={"reason": reason}), make_record()).altered
    changed = make_record(addendum={"reason": reason}, errorCode="x")
    assert differences(changed, make_record()).altered == {"errorCode"}


def test_an_addendum_does_not_hide_who_did_what(make_record: Make) -> None:
    """Whoever can write a record can write an addendum: for who, what, when and where it is no excuse."""
    fields: dict[str, Any] = {
        "userIdentity": {"type": "Root"},
        "eventName": "DeleteMesh",
        "eventTime": "2026-09-01T13:00:00Z",
        "sourceIPAddress": "192.0.2.1",
    }
    addendum = {"reason": "UPDATED_DATA", "updatedFields": ",".join(fields)}
    assert differences(make_record(**fields, addendum=addendum), make_record()).altered == set(fields)


def test_an_update_may_have_an_id_of_its_own(make_record: Make) -> None:
    """It names the event it updates; its own ids are no alteration."""
    addendum = {"reason": "UPDATED_DATA", "updatedFields": "errorCode", "originalEventID": "1"}
    later = make_record("2", requestID="r", errorCode="x", addendum=addendum)
    assert original_event_id(later) == "1"
    assert not differences(later, make_record("1")).altered


@pytest.mark.parametrize("addendum", ["text", 1, [], {}, {"updatedFields": 1}, {"originalEventID": {}}])
def test_an_addendum_that_is_none_excuses_nothing(make_record: Make, addendum: Any) -> None:
    """It may hold anything: nothing but the declared errors ever comes out."""
    other = make_record(addendum=addendum, errorCode="x")
    assert original_event_id(other) is None
    assert "errorCode" in differences(other, make_record()).altered


def test_a_field_is_one_text(make_record: Make) -> None:
    """The canonical record is what the id of an event without one is made of."""
    assert canonical_record(make_record())["requestParameters"] == '{"meshName":"payments"}'
