from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.digest import (
    DigestFile,
    LogReference,
    MalformedDigest,
    PreviousDigest,
    build_digest,
    parse_digest,
)

GOLDEN: dict[str, str] = json.loads((Path(__file__).parent / "golden_digest.json").read_text())
CONTENT = GOLDEN["content"].encode()


def changed(**fields: Any) -> bytes:
    """The golden digest file with some fields replaced, or removed where the value is `...`."""
    document = json.loads(CONTENT) | fields
    return json.dumps({name: value for name, value in document.items() if value is not ...}).encode()


def test_a_digest_file_is_read_with_all_it_says() -> None:
    """Period, place, key, previous digest file and log files are all there."""
    digest = parse_digest(CONTENT)
    assert (digest.account, digest.bucket) == ("123456789012", "example-audit")
    assert digest.start == datetime(2026, 8, 3, 6, 1, 31, tzinfo=UTC)
    assert digest.end == datetime(2026, 8, 3, 7, 1, 31, tzinfo=UTC)
    assert digest.fingerprint == GOLDEN["fingerprint"]
    assert digest.previous is not None
    assert digest.previous.key.endswith("20260803T060131Z.json.gz")
    [log] = digest.logs
    assert log.newest_event == datetime(2026, 8, 3, 6, 52, 27, tzinfo=UTC)
    assert len(log.sha256) == 64


def test_writing_what_was_read_gives_the_same_bytes() -> None:
    """The golden file is written back byte for byte."""
    assert build_digest(parse_digest(CONTENT)) == CONTENT


def test_a_start_digest_has_nothing_before_it() -> None:
    """Without any of the four previous fields there is no previous digest file, and null is written for each."""
    names = ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")
    digest = parse_digest(changed(**{f"previousDigest{name}": None for name in names}))
    assert digest.previous is None
    written = json.loads(build_digest(digest))
    assert [written[f"previousDigest{name}"] for name in names] == [None] * 5


def test_an_empty_digest_file_lists_no_log_and_no_event_times() -> None:
    """An hour without activity is a digest file all the same."""
    digest = parse_digest(changed(logFiles=[], newestEventTime=None, oldestEventTime=None))
    assert (digest.logs, digest.newest_event, digest.oldest_event) == ((), None, None)


def test_fields_of_a_later_format_are_passed_over() -> None:
    """A field that is not known does no harm."""
    assert parse_digest(changed(digestFlavour="mint")) == parse_digest(changed())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated"),
        (b"\xff\xfe", "malformed"),
        (b"[]", "Expected `object`"),
        (b'{"Records":[]}', "missing required field"),
        (b"[" * 100_000, "Expected `object`"),
        (changed(digestS3Object=...), "digestS3Object"),
        (changed(digestS3Object=7), "digestS3Object"),
        (changed(logFiles="none"), "logFiles"),
        (changed(logFiles=[{"s3Bucket": "example-audit"}]), "s3Object"),
        (changed(digestEndTime="yesterday"), "digestEndTime is not a time in UTC: 'yesterday'"),
        (changed(digestStartTime="2026-08-03T06:01:31"), "digestStartTime is not a time in UTC"),
        (changed(digestStartTime="0001-01-01T00:00:00+23:59"), "digestStartTime is not a time in UTC"),
        (changed(digestEndTime="2026-08-03T05:00:00Z"), "before it starts"),
        (changed(previousDigestSignature=None), "only a part of a previous digest file"),
        (changed(digestS3Bucket=...).replace(b"{", b'{"digestS3Bucket": "\\ud800", ', 1), "surrogate"),
    ],
)
def test_what_is_no_digest_file_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    """Whatever is wrong, it is one declared error, and the reason names it."""
    with pytest.raises(MalformedDigest) as caught:
        parse_digest(content)
    assert reason.lower() in caught.value.why.lower()


texts = st.text(st.characters(codec="utf-8"), max_size=20)
times = st.integers(0, 10**9).map(
    lambda seconds: datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
logs = st.builds(
    LogReference,
    bucket=texts,
    key=texts,
    sha256=texts,
    newest_event=st.none() | times,
    oldest_event=st.none() | times,
)
previous = st.none() | st.builds(PreviousDigest, bucket=texts, key=texts, sha256=texts, signature=texts)
digests = st.builds(
    DigestFile,
    account=texts,
    start=times,
    end=times,
    bucket=texts,
    key=texts,
    fingerprint=texts,
    previous=previous,
    logs=st.lists(logs, max_size=3).map(tuple),
).filter(lambda digest: digest.start <= digest.end)


@given(digests)
def test_what_is_written_is_read_back(digest: DigestFile) -> None:
    """Writing and reading lose nothing, and writing twice gives the same bytes."""
    content = build_digest(digest)
    read = parse_digest(content)
    assert read == DigestFile(
        **{name: getattr(digest, name) for name in DigestFile.__slots__ if name != "end_text"},
        end_text=digest.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    assert build_digest(read) == content


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_otherwise(content: bytes) -> None:
    """Arbitrary bytes are refused as a `MalformedDigest`, never in another way."""
    with pytest.raises(MalformedDigest):
        parse_digest(content)
