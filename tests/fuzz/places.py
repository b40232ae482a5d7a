"""What has to hold of the keys of log and digest files, whatever the text."""

from __future__ import annotations

from cloudtrail.object_keys import owner_in_log_name, parse_digest_key, parse_log_key
from tests.fuzz.documents import ACCOUNT
from tests.fuzz.target import Target
from verify.integrity.names import read_digest_key, read_log_key

_LOG = (
    f"o-mine/AWSLogs/o-exampleorgid/{ACCOUNT}/CloudTrail/us-east-1/2026/09/01/"
    f"{ACCOUNT}_CloudTrail_us-east-1_20260901T1200Z_Abcdefghijklmnop.json.gz"
)
_DIGEST = (
    f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1/2026/09/01/"
    f"{ACCOUNT}_CloudTrail-Digest_us-east-1_my_trail_us-east-1_20260901T120000Z_backfill.json.gz"
)


def run_key(data: bytes) -> None:
    """A key that was read is written alike, letter for letter; no other key is one."""
    text = data.decode("utf-8", errors="surrogatepass") if _is_text(data) else data.decode("latin-1")
    log, digest = parse_log_key(text), parse_digest_key(text)
    assert log is None or digest is None
    if log is not None:
        assert log.key == text
        assert owner_in_log_name(text) == (log.account, log.region)
    if digest is not None:
        assert digest.key == text
    # Read more generously, only the day of its folder may be another.
    for place in (read_log_key(text), read_digest_key(text)):
        assert place is None or (len(place.key) == len(text) and place.account.isascii())


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


TARGETS = (
    Target(
        "key",
        run_key,
        (_LOG.encode(), _DIGEST.encode(), _LOG.replace("/09/01/", "/09/02/").encode()),
        ("AWSLogs/", "CloudTrail/", "CloudTrail-Digest/", "_CloudTrail_", "_backfill", ".json.gz", "٣", "/"),
        structured=False,
    ),
)
