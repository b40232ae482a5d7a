"""Bytes are read as people write them, told in units, and bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.engines.meter import BadSize, Meter, ScanTooLarge, parse_size, size, units


@pytest.mark.parametrize(
    ("text", "count"),
    [("10", 10), ("5KB", 5_000), ("20 mb", 20_000_000), ("3GB", 3 * 10**9), (" 1TB ", 10**12)],
)
def test_a_size_is_read(text: str, count: int) -> None:
    """Units are powers of a thousand, in either case."""
    assert parse_size(text) == count


@pytest.mark.parametrize("text", ["", "GB", "1.5GB", "-1", "1PB", "9" * 16, "1GiB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    """Nothing is guessed where money is at stake."""
    with pytest.raises(BadSize):
        parse_size(text)


@given(st.integers(0, 10**15))
def test_a_size_is_told_in_a_unit_of_its_order(count: int) -> None:
    """Never a thousand of what has a larger unit."""
    number, unit = size(count).split(" ")
    assert unit in {"TB", "GB", "MB", "KB", "byte", "bytes"}
    assert float(number.replace(",", "")) < 1001 or unit == "TB"


def test_a_query_is_charged_for_ten_megabytes_at_least() -> None:
    """And by whole megabytes."""
    assert units(0) == "0.000010 TB scanned"
    assert units(10_000_001) == "0.000011 TB scanned"
    assert units(2 * 10**12) == "2.000000 TB scanned"


def test_a_bound_is_kept() -> None:
    """What is as large as the bound goes, what is larger does not; both are told."""
    told: list[str] = []
    meter = Meter(1_000, tell=told.append)
    meter.before("A bucket", estimate=1_000, files=1, where="here")
    with pytest.raises(ScanTooLarge) as caught:
        meter.before("A bucket", estimate=1_001, files=1, where="here")
    assert "1.0 KB" in caught.value.why
    assert len(told) == 2


def test_lake_tells_afterwards_only() -> None:
    """An estimate that nobody has is not made up."""
    told: list[str] = []
    meter = Meter(None, tell=told.append)
    meter.lake_before("A store")
    meter.lake_after("A store", scanned=1_500_000)
    assert told == [
        "A store: how much of it a query scans, CloudTrail Lake tells afterwards only.",
        "A store: CloudTrail Lake scanned 1.5 MB, 0.000002 TB.",
    ]
