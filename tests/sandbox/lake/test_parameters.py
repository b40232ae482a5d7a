from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.lake.errors import InvalidParameterException
from sandbox.lake.parameters import Parameters


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        ("text", 5),
        ("required_text", None),
        ("number", "7"),
        ("number", True),
        ("flag", "true"),
        ("objects", {"a": 1}),
        ("objects", [1]),
        ("time", "2026"),
        ("time", 1e30),
        ("time", True),
    ],
)
def test_a_member_of_the_wrong_type_is_refused_by_name(read: str, wrong: Any) -> None:
    """The refusal names the member."""
    with pytest.raises(InvalidParameterException, match="Member"):
        getattr(Parameters({"Member": wrong}), read)("Member")


@pytest.mark.parametrize("read", ["text", "number", "flag", "objects", "time"])
def test_an_absent_member_and_a_null_are_the_same(read: str) -> None:
    """Neither is an error."""
    assert getattr(Parameters({}), read)("Member") is None
    assert getattr(Parameters({"Member": None}), read)("Member") is None


def test_times_are_read_as_seconds() -> None:
    """The wire's timestamps are seconds since 1970."""
    assert Parameters({"T": 0}).time("T") == datetime(1970, 1, 1, tzinfo=UTC)
