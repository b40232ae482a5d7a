from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.object_keys import parse_digest_key, parse_log_key
from verify.integrity.names import read_digest_key, read_log_key

LOG = (
    "audit/AWSLogs/123456789012/CloudTrail/eu-west-1/{day}/"
    "123456789012_CloudTrail_eu-west-1_20260901T0000Z_Mu0KsOhtH1ar15ZZ.json.gz"
)
DIGEST = (
    "AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/{day}/"
    "123456789012_CloudTrail-Digest_eu-west-1_meshtrail_us-east-1_20260901T235959Z.json.gz"
)


@pytest.mark.parametrize("day", ["2026/08/31", "2026/09/01", "2026/09/02"])
def test_a_stamp_of_a_neighbouring_day_is_no_contradiction(day: str) -> None:
    """Around midnight the folder and the stamp may differ by a day, over the end of a month too."""
    assert read_log_key(LOG.format(day=day)) == parse_log_key(LOG.format(day="2026/09/01")) is not None
    assert (
        read_digest_key(DIGEST.format(day=day))
        == parse_digest_key(DIGEST.format(day="2026/09/01"))
        is not None
    )


@pytest.mark.parametrize("day", ["2026/08/30", "2026/09/03", "2025/09/01", "2026/13/01", "2026/9/1"])
def test_a_stamp_of_a_day_further_off_is_one(day: str) -> None:
    """Two days apart, or a day that does not exist, is not how CloudTrail files."""
    assert read_log_key(LOG.format(day=day)) is None
    assert read_digest_key(DIGEST.format(day=day)) is None


@given(st.text())
def test_no_key_makes_the_reader_fail(key: str) -> None:
    """A bucket may hold anything."""
    assert read_log_key(key) is None
    assert read_digest_key(key) is None
