from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from sandbox.lake.rendering import column_text, double, rows


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("a", "a"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (96059, "96059"),
        (Decimal(3), "3"),
        (0.5, "0.5"),
        (datetime(2026, 9, 1, 12), "2026-09-01 12:00:00.000"),  # noqa: DTZ001 # Lake's times have no zone
        (datetime(2026, 9, 1, 12, 0, 0, 7000), "2026-09-01 12:00:00.007"),  # noqa: DTZ001 # Lake's times have no zone
        (datetime(2026, 9, 1, 12, tzinfo=UTC), "2026-09-01 12:00:00.000 UTC"),
        (date(2026, 9, 1), "2026-09-01"),
        ({"type": "Root", "arn": None}, "{type=Root, arn=null}"),
        ({"a": {"b": True}}, "{a={b=true}}"),
        ([("meshName", "shop"), ("x", None)], "{meshName=shop, x=null}"),
        ([{"arn": "x"}, {"arn": "y"}], "[{arn=x}, {arn=y}]"),
        ([], "[]"),
        (b"\x01\xff", "01 ff"),
    ],
)
def test_values_are_written_as_lake_writes_them(value: Any, text: str | None) -> None:
    """Each kind of value has one spelling; only a null column has none."""
    assert column_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (1.0, "1.0"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (1.25e-4, "1.25E-4"),
        (-1e20, "-1.0E20"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_doubles_are_written_as_java_does(value: float, text: str) -> None:
    """Plain between a thousandth and ten million, with an exponent outside."""
    assert double(value) == text


def test_a_row_is_a_list_of_one_entry_objects() -> None:
    """Columns keep their order and their names, even when two have the same one."""
    table = pa.table([pa.array(["x"]), pa.array([None], pa.string())], names=["a", "b"])
    assert list(rows(table, ["arn", "arn"])) == [[{"arn": "x"}, {"arn": None}]]
