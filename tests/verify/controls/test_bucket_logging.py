"""Server access logging and default encryption of a bucket."""

from typing import Any

import pytest

from tests.verify.controls.answers import HOME, KEY, TRAIL
from tests.verify.controls.bucket_answers import (
    PROMISE,
    bucket_claims,
    encryption,
    error,
    facts,
    lock,
    manifest_of,
)
from verify.verdict import Verdict

LOGGING, TARGET, ENCRYPTED = "bucket.access-logging", "bucket.access-log-target", "bucket.encrypted"
UNPROMISED = manifest_of(buckets=[])
NONE_PROMISED = manifest_of(buckets=[PROMISE.model_copy(update={"access_log_bucket": None})])


def into(bucket: str | None) -> dict[str, Any]:
    """What S3 answers of a bucket that logs into another."""
    return {} if bucket is None else {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": ""}}


@pytest.mark.parametrize(
    ("manifest", "target", "verdict"),
    [
        (None, "access-logs", Verdict.PASS),
        (None, "elsewhere", Verdict.FAIL),
        (None, None, Verdict.FAIL),
        (NONE_PROMISED, None, Verdict.NOT_APPLICABLE),
        (NONE_PROMISED, "elsewhere", Verdict.PASS),
        (UNPROMISED, None, Verdict.FAIL),
        (UNPROMISED, "elsewhere", Verdict.PASS),
    ],
)
def test_access_logging(manifest: Any, target: str | None, verdict: Verdict) -> None:
    """Into the promised bucket; into any, where nothing was promised; none, where none was promised."""
    claim = bucket_claims(manifest, get_bucket_logging=into(target))[LOGGING]
    assert claim.verdict is verdict
    if verdict is Verdict.NOT_APPLICABLE:
        assert claim.reason == "The manifest promises no access logging."


def test_a_locked_target_takes_no_access_logs() -> None:
    """S3 delivers none into a bucket with a default retention."""
    claim = bucket_claims(get_object_lock_configuration=lock("access-logs", Mode="COMPLIANCE", Days=1))[
        TARGET
    ]
    assert (claim.verdict, facts(claim)["default retention"]) == (Verdict.FAIL, "COMPLIANCE, 1")


def test_a_target_that_is_gone_takes_none_either() -> None:
    """And nobody would notice otherwise."""
    claim = bucket_claims(get_object_lock_configuration=error("NoSuchBucket"))[TARGET]
    assert (claim.verdict, "access-logs" in claim.summary) == (Verdict.FAIL, True)


def test_without_access_logging_there_is_no_target() -> None:
    """Whether there should be one is the other claim's question."""
    assert bucket_claims(get_bucket_logging={})[TARGET].verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (encryption(), Verdict.PASS),
        (encryption("aws:kms:dsse"), Verdict.PASS),
        (encryption(key=KEY.rpartition("/")[2]), Verdict.PASS),
        (encryption(key=f"arn:aws:kms:{HOME}:123456789012:alias/mesh"), Verdict.UNVERIFIABLE),
        (encryption(key=KEY.replace("1234abcd", "ffffffff")), Verdict.FAIL),
        (encryption(key=""), Verdict.FAIL),
        (encryption("AES256", ""), Verdict.FAIL),
        (error("ServerSideEncryptionConfigurationNotFoundError"), Verdict.FAIL),
    ],
)
def test_default_encryption_is_under_the_promised_key(answer: Any, verdict: Verdict) -> None:
    """By its ARN or its id; an alias is not guessed at."""
    assert bucket_claims(get_bucket_encryption=answer)[ENCRYPTED].verdict is verdict


@pytest.mark.parametrize("manifest", [UNPROMISED, manifest_of([TRAIL.model_copy(update={"key_arn": None})])])
def test_without_a_promised_key_any_encryption_will_do(manifest: Any) -> None:
    """It is told which; none at all still fails."""
    claim = bucket_claims(manifest, get_bucket_encryption=encryption("AES256", ""))[ENCRYPTED]
    assert (claim.verdict, facts(claim)["default encryption"]) == (Verdict.PASS, "AES256")
    none = error("ServerSideEncryptionConfigurationNotFoundError")
    assert bucket_claims(manifest, get_bucket_encryption=none)[ENCRYPTED].verdict is Verdict.FAIL
