"""What fuzzing found, each by its name: inputs on which something other than the declared errors came out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest

from cloudtrail.manifest import MalformedManifest, Manifest
from cloudtrail.object_keys import parse_log_key
from cloudtrail.policy_evaluation import Answer
from cloudtrail.policy_exposure import to_others
from cloudtrail.policy_patterns import compared
from cloudtrail.record import DEEPEST, MalformedRecord, read_log_file, read_record
from tests.fuzz import documents
from tests.fuzz.answers import BUCKET, run_rows
from tests.fuzz.records import use
from verify.controls.bucket_state import MalformedPolicy, read_policy
from verify.controls.policy_change import opened_to_anybody
from verify.log_files.facts import LogFileFacts, packed, unpacked
from verify.report import Report, ReportError
from verify.waivers import BadWaivers, Waivers

if TYPE_CHECKING:
    from pathlib import Path


def record(**changes: Any) -> bytes:
    """A record with something else in it."""
    return documents.encoded(documents.RECORD | changes)


def nested(levels: int) -> dict[str, Any]:
    """Objects in each other."""
    document: dict[str, Any] = {}
    for _ in range(levels - 1):
        document = {"a": document}
    return document


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_utc_does_not_have_is_set_aside(time: str) -> None:
    """An offset that pushes a time off the calendar was an OverflowError out of the middle of a log file."""
    with pytest.raises(MalformedRecord, match="cannot be read"):
        read_record(record(eventTime=time))
    found = read_log_file(documents.log_file(documents.RECORD | {"eventTime": time}, documents.RECORD))
    assert (len(found.records), [aside.index for aside in found.set_aside]) == (1, [0])


def test_a_record_is_only_as_deep_as_everybody_can_look() -> None:
    """What msgspec read at 600 levels exhausted the stack of the comparison; now it is malformed for all alike."""
    use(read_record(record(requestParameters=nested(DEEPEST - 1))))
    with pytest.raises(MalformedRecord) as raised:
        read_record(record(requestParameters=nested(DEEPEST)))
    assert raised.value.why == f"it is nested deeper than {DEEPEST} levels"


def test_brackets_in_text_are_no_depth() -> None:
    """A user agent of many brackets nests nothing."""
    assert read_record(record(userAgent="[{" * 1000)).user_agent == "[{" * 1000


def test_half_a_surrogate_pair_in_an_answer_is_unreadable() -> None:
    """JSON can hold what UTF-8 cannot: a log event of one was a UnicodeEncodeError, in all three stores alike."""
    run_rows(documents.encoded({"a": "\ud800", "b": record(userAgent="x").decode() + "\udfff"}))


@pytest.mark.parametrize(
    "content",
    [b"a = " + b"[" * 5000, b"a = " + b"9" * 5000],
    ids=["deep", "long number"],
)
def test_a_waiver_file_that_exhausts_the_parser_is_bad(tmp_path: Path, content: bytes) -> None:
    """A RecursionError and a plain ValueError came out of the TOML reader."""
    (tmp_path / "waivers.toml").write_bytes(content)
    with pytest.raises(BadWaivers, match="cannot be read"):
        Waivers.read(tmp_path / "waivers.toml", statements=[])


def test_a_report_with_a_time_that_utc_does_not_have_is_none() -> None:
    """The OverflowError went past the validation."""
    report = json.loads(documents.report()) | {"generatedAt": "0001-01-01T00:00:00+14:00"}
    with pytest.raises(ReportError, match="no calendar has this time"):
        Report.from_json(documents.encoded(report))


def test_only_ascii_digits_make_a_key_and_an_account() -> None:
    """Digits of other scripts were read as CloudTrail's own, under a key that is written differently."""
    key = (
        "AWSLogs/123456789012/CloudTrail/us-east-1/2026/09/01/"
        "123456789012_CloudTrail_us-east-1_20260901T1200Z_Abcdefghijklmnop.json.gz"
    )
    assert parse_log_key(key) is not None
    assert parse_log_key(key.replace("123456789012", "١٢٣٤٥٦٧٨٩٠١٢")) is None
    assert parse_log_key(key.replace("20260901T", "\N{ARABIC-INDIC DIGIT TWO}0260901T")) is None
    manifest = json.loads(documents.manifest()) | {"account": "١٢٣٤٥٦٧٨٩٠١٢"}
    with pytest.raises(MalformedManifest, match="account"):
        Manifest.from_json(documents.encoded(manifest), where="here")


@pytest.mark.parametrize("statement", [True, 5, "x", [1], [[{}]], None])
def test_a_policy_without_statements_is_no_policy(statement: object) -> None:
    """A TypeError came out; and what is no policy must not count as one that lets nobody in."""
    text = json.dumps({"Statement": statement})
    with pytest.raises(MalformedPolicy):
        read_policy(text, where="here")
    with pytest.raises(ValueError, match="not in the record"):
        opened_to_anybody({"policy": text}, BUCKET)


def test_a_policy_nested_deeply_is_no_policy() -> None:
    """In a record it was a RecursionError, or one level less a stack exhausted later."""
    for levels in (10, 600, 20_000):
        text = '{"Statement":' + "[" * levels + "]" * levels + "}"
        with pytest.raises(MalformedPolicy):
            read_policy(text, where="here")
        with pytest.raises(ValueError, match="policy"):
            opened_to_anybody({"policy": text}, BUCKET)


def test_two_patterns_that_fill_a_policy_are_compared_at_once() -> None:
    """20 KB of `*a*a` against itself took four hundred million steps."""
    pattern = "arn:aws:s3:::audit-bucket/" + "*a" * 10_000
    assert compared(pattern, pattern).can
    assert compared(pattern + "b", "arn:aws:s3:::audit-bucket/" + "a" * 20_000).can is False


def test_a_policy_that_asks_for_too_much_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """8 KB that name 400 accounts and 2,000 requests took hours. What is not judged is open, and never nobody."""
    monkeypatch.setattr("cloudtrail.policy_exposure._COMPARISONS", 20_000)
    accounts = [f"{number:012d}" for number in range(400)]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": accounts},
        "Action": [f"s3:A{number:02d}*" for number in range(100)],
        "Resource": [f"{BUCKET[0]}/{number}*" for number in range(20)],
        "Condition": {"StringEquals": {"example:unknown": "x"}},
    }
    policy = cast("dict[str, Any]", {"Version": "2012-10-17", "Statement": [statement]})
    found = to_others(policy, BUCKET, accounts=[], organization_id=None)
    assert {one.who for one in found} == {f"account {account}" for account in accounts}
    assert {one.answer for one in found} == {Answer.CANNOT_TELL}


def test_kept_facts_that_are_no_text_are_no_facts() -> None:
    """A UnicodeDecodeError came out of the checkpoint's reader instead of the error it declares."""
    kept = packed(LogFileFacts(sha256="ab"))
    with pytest.raises(msgspec.DecodeError):
        unpacked(kept.replace(b"ab", b"\xff\xff"))
