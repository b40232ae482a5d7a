"""Records that contradict the key of the file they lie in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.integrity.records import GLOBAL_REGIONS, contradiction

HERE = {"account": "123456789012", "region": "eu-west-1"}
OWN = {"recipientAccountId": "123456789012", "awsRegion": "eu-west-1"}


def log_file(*records: Any) -> bytes:
    """A log file's bytes."""
    return json.dumps({"Records": records}).encode()


def test_records_of_the_keys_account_and_region_contradict_nothing() -> None:
    """Nor does a record that says neither, as old ones do."""
    assert contradiction(log_file(OWN, {"eventID": "x"}, OWN), **HERE) == ""


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (OWN | {"recipientAccountId": "210987654321"}, "its record 1 was recorded for account 210987654321"),
        (OWN | {"awsRegion": "us-east-1"}, "its record 1 was recorded in Region us-east-1"),
    ],
    ids=["account", "Region"],
)
def test_one_record_of_another_account_or_region_is_enough(record: dict[str, str], told: str) -> None:
    """The first one is told, with what its key says instead."""
    assert contradiction(log_file(OWN, record, OWN), **HERE).startswith(told)


def test_a_trail_of_one_region_may_hold_global_events() -> None:
    """Before November 2021 such trails took the events of global services along; other Regions stay foreign."""
    assert contradiction(log_file(OWN | {"awsRegion": "us-east-1"}), **HERE, also=GLOBAL_REGIONS) == ""
    assert contradiction(log_file(OWN | {"awsRegion": "eu-west-2"}), **HERE, also=GLOBAL_REGIONS)


def test_a_record_that_cannot_be_read_hides_no_other() -> None:
    """Whoever writes scraps around a record of another Region is still found."""
    assert contradiction(log_file(7, {"awsRegion": 7}, OWN | {"awsRegion": "us-west-2"}), **HERE)


@given(st.binary() | st.binary().map(lambda scrap: b'{"Records":[' + scrap + b"]}"))
def test_no_bytes_make_it_fail(content: bytes) -> None:
    """A bucket may hold anything; what is no log file contradicts nothing, which others have to say of it."""
    assert isinstance(contradiction(content, **HERE), str)
