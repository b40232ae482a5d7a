"""S3 keys: what is built can be parsed, and what CloudTrail did not write is not taken for its own."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.object_keys import (
    DigestKey,
    LogKey,
    digest_prefix,
    log_prefix,
    parse_digest_key,
    parse_log_key,
)

ACCOUNTS = st.from_regex(r"[0-9]{12}", fullmatch=True)
REGIONS = st.sampled_from(["us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1"])
ORGANIZATIONS = st.none() | st.just("o-exampleorgid")
PREFIXES = st.none() | st.sampled_from(["audit", "audit/logs", "AWSLogs", "a b"])
TIMES = st.datetimes(datetime(2013, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds


@given(ACCOUNTS, REGIONS, ORGANIZATIONS, PREFIXES, TIMES)
def test_a_log_key_is_read_back_as_it_was_built(
    account: str, region: str, organization: str | None, prefix: str | None, time: datetime
) -> None:
    """Building and parsing are inverse, to the minute that a log key tells."""
    key = LogKey(
        account=account,
        region=region,
        delivered=time.replace(second=0, microsecond=0),
        unique="AbCdEfGh01234567",
        organization=organization,
        prefix=prefix,
    )
    assert parse_log_key(key.key) == key


@given(ACCOUNTS, REGIONS, ORGANIZATIONS, PREFIXES, TIMES, st.booleans())
def test_a_digest_key_is_read_back_as_it_was_built(
    account: str, region: str, organization: str | None, prefix: str | None, time: datetime, backfill: bool
) -> None:
    """Building and parsing are inverse, to the second that a digest key tells; trail names may hold `_`."""
    key = DigestKey(
        account=account,
        region=region,
        trail="mesh_trail-1.a",
        home_region="us-east-1",
        end=time.replace(microsecond=0),
        organization=organization,
        prefix=prefix,
        backfill=backfill,
    )
    assert parse_digest_key(key.key) == key


def test_keys_read_as_cloudtrail_documents_them() -> None:
    """The documented shape, letter by letter."""
    log = LogKey(
        account="123456789012",
        region="us-east-1",
        delivered=datetime(2026, 9, 1, 12, 5, tzinfo=UTC),
        unique="Mu0KsOhtH1ar15ZZ",
    )
    assert log.key == (
        "AWSLogs/123456789012/CloudTrail/us-east-1/2026/09/01/"
        "123456789012_CloudTrail_us-east-1_20260901T1205Z_Mu0KsOhtH1ar15ZZ.json.gz"
    )
    digest = DigestKey(
        account="123456789012",
        region="eu-west-1",
        trail="meshtrail",
        home_region="us-east-1",
        end=datetime(2026, 9, 1, 13, 0, 59, tzinfo=UTC),
        organization="o-exampleorgid",
        prefix="audit",
    )
    assert digest.key == (
        "audit/AWSLogs/o-exampleorgid/123456789012/CloudTrail-Digest/eu-west-1/2026/09/01/"
        "123456789012_CloudTrail-Digest_eu-west-1_meshtrail_us-east-1_20260901T130059Z.json.gz"
    )


def test_prefixes_lead_to_one_day() -> None:
    """Listing by day asks for nothing but that day."""
    day = date(2026, 9, 1)
    assert log_prefix(account="123456789012", region="us-east-1", day=day).endswith("/us-east-1/2026/09/01/")
    assert digest_prefix(account="123456789012", region="us-east-1", prefix="p") == (
        "p/AWSLogs/123456789012/CloudTrail-Digest/us-east-1/"
    )


GOOD = (
    "AWSLogs/123456789012/CloudTrail/us-east-1/2026/09/01/"
    "123456789012_CloudTrail_us-east-1_20260901T1205Z_Mu0KsOhtH1ar15ZZ.json.gz"
)


@pytest.mark.parametrize(
    "key",
    [
        "",
        GOOD.rpartition("/")[0] + "/notes.txt",
        pytest.param(GOOD.replace("123456789012_", "111122223333_"), id="another account in the name"),
        pytest.param(GOOD.replace("/2026/09/01/", "/2026/09/02/"), id="another day in the name"),
        pytest.param(GOOD.replace("2026/09/01", "2026/13/01").replace("0901T", "1301T"), id="no such month"),
        pytest.param(GOOD + "\n", id="a line feed behind it"),
    ],
)
def test_what_cloudtrail_did_not_name_is_no_log_file(key: str) -> None:
    """A key whose parts contradict each other is nobody's log file."""
    assert parse_log_key(key) is None


@given(st.text())
def test_parsing_any_text_raises_nothing(text: str) -> None:
    """A bucket may hold anything."""
    assert parse_log_key(text) is None
    assert parse_digest_key(text) is None
