"""How a bucket keeps its files: versions, Object Lock, lifecycle rules, against the promise or without one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.object_keys import LogKey
from tests.verify.controls.answers import ACCOUNT, HOME, NOON, TRAIL
from tests.verify.controls.bucket_answers import (
    BUCKET,
    ORGANIZATION,
    PROMISE,
    bucket_claims,
    error,
    facts,
    lock,
    manifest_of,
)
from verify.controls.bucket_lifecycle import UnknownLifecycleRule, keeping
from verify.verdict import Verdict

VERSIONS, LOCK, LIFECYCLE = "bucket.versioning", "bucket.object-lock", "bucket.lifecycle"
NO_LOCK = error("ObjectLockConfigurationNotFoundError")
NO_RULES = error("NoSuchLifecycleConfiguration")
UNPROMISED = manifest_of(buckets=[])
LOGS = f"AWSLogs/{ACCOUNT}/CloudTrail/"


def promising(**terms: Any) -> Any:
    """A manifest with another promise."""
    return manifest_of(buckets=[PROMISE.model_copy(update=terms)])


def rule(days: int | None = 30, prefix: str = "", **more: Any) -> dict[str, Any]:
    """A lifecycle rule that deletes files."""
    expiration = {} if days is None else {"Expiration": {"Days": days}}
    return {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": prefix}, **expiration, **more}


def rules(*them: dict[str, Any]) -> dict[str, Any]:
    """What S3 answers with these rules."""
    return {"get_bucket_lifecycle_configuration": {"Rules": list(them)}}


@pytest.mark.parametrize(
    ("answer", "manifest", "verdict"),
    [
        ({"Status": "Enabled"}, UNPROMISED, Verdict.PASS),
        ({"Status": "Suspended"}, None, Verdict.FAIL),
        ({}, UNPROMISED, Verdict.FAIL),
        ({}, promising(versioning=None), Verdict.FAIL),
        ({}, promising(versioning=False), Verdict.NOT_APPLICABLE),
    ],
)
def test_versioning(answer: dict[str, Any], manifest: Any, verdict: Verdict) -> None:
    """Asked for unless the manifest promises a bucket without."""
    assert bucket_claims(manifest, get_bucket_versioning=answer)[VERSIONS].verdict is verdict


@pytest.mark.parametrize(
    ("retention", "verdict"),
    [
        ({"Mode": "GOVERNANCE", "Days": 365}, Verdict.PASS),
        ({"Mode": "COMPLIANCE", "Days": 365}, Verdict.PASS),
        ({"Mode": "GOVERNANCE", "Years": 1}, Verdict.PASS),
        ({"Mode": "GOVERNANCE", "Days": 364}, Verdict.FAIL),
        ({}, Verdict.FAIL),
    ],
)
def test_object_lock_must_hold_what_was_promised(retention: dict[str, Any], verdict: Verdict) -> None:
    """At least as many days, in at least that mode; years count as days."""
    claim = bucket_claims(get_object_lock_configuration=lock(BUCKET, **retention))[LOCK]
    assert claim.verdict is verdict
    assert verdict is Verdict.PASS or facts(claim)["promised"] == "GOVERNANCE, 365 days"


def test_governance_is_less_than_compliance() -> None:
    """Governance can be bypassed with a permission."""
    claim = bucket_claims(promising(object_lock_mode="COMPLIANCE"))[LOCK]
    assert (claim.verdict, facts(claim)["default retention"]) == (Verdict.FAIL, "GOVERNANCE, 365 days")


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (promising(object_lock_days=None, object_lock_mode=None), "The manifest promises no Object Lock"),
        (UNPROMISED, "The manifest promises nothing of this bucket"),
    ],
)
def test_object_lock_that_nobody_promised(manifest: Any, reason: str) -> None:
    """There or not, it fails nothing; which of the two is told."""
    absent = bucket_claims(manifest, get_object_lock_configuration=NO_LOCK)[LOCK]
    assert (absent.verdict, (absent.reason or "").startswith(reason)) == (Verdict.NOT_APPLICABLE, True)
    assert bucket_claims(manifest)[LOCK].verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("days", "manifest", "verdict"),
    [
        (2555, None, Verdict.PASS),
        (3000, None, Verdict.PASS),
        (2554, None, Verdict.FAIL),
        (3650, promising(expire_after_days=None), Verdict.FAIL),
        (90, UNPROMISED, Verdict.PASS),
        (89, UNPROMISED, Verdict.FAIL),
    ],
)
def test_expiry_is_judged_by_the_promise(days: int, manifest: Any, verdict: Verdict) -> None:
    """Never earlier than promised; without a promise not earlier than Event history forgets by itself."""
    claim = bucket_claims(manifest, **rules(rule(days)))[LIFECYCLE]
    assert claim.verdict is verdict
    assert facts(claim)["deletes"] == f"rule r deletes files {days} days after delivery"


def test_files_that_are_never_deleted_meet_every_promise() -> None:
    """No rules, or none that deletes."""
    for answer in ({"get_bucket_lifecycle_configuration": NO_RULES}, rules()):
        assert bucket_claims(**answer)[LIFECYCLE].verdict is Verdict.PASS


@pytest.mark.parametrize(
    "harmless",
    [
        rule(Status="Disabled"),
        rule(prefix="AWSLogs/111122223333/"),
        rule(prefix=f"AWSLogs/{ACCOUNT}/Config/"),
        rule(prefix="other"),
        rule(Filter={"Tag": {"Key": "temporary", "Value": "yes"}}),
        rule(Filter={"And": {"Prefix": LOGS, "Tags": [{"Key": "temporary", "Value": "yes"}]}}),
        rule(None, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}),
        rule(None, NoncurrentVersionExpiration={"NoncurrentDays": 1}),
        rule(None, Transitions=[{"Days": 1, "StorageClass": "DEEP_ARCHIVE"}]),
        rule(None, Expiration={"ExpiredObjectDeleteMarker": True}),
    ],
)
def test_rules_that_delete_no_log_file(harmless: dict[str, Any]) -> None:
    """Disabled, elsewhere, for tagged files, for uploads, for old versions, for storage, for markers."""
    claim = bucket_claims(promising(expire_after_days=None), **rules(harmless))[LIFECYCLE]
    assert claim.verdict is Verdict.PASS
    assert "deletes" not in facts(claim)


@pytest.mark.parametrize(
    "harmful",
    [
        rule(),
        rule(prefix="AWSLogs/"),
        rule(prefix=f"{LOGS}us-east-1/2026/"),
        rule(prefix=f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/"),
        {"ID": "old", "Status": "Enabled", "Prefix": LOGS, "Expiration": {"Days": 1}},
        {"ID": "whole", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}},
        rule(Filter={"ObjectSizeGreaterThan": 500}),
        rule(Filter={"And": {"Prefix": LOGS, "ObjectSizeLessThan": 10_000}}),
        rule(None, Expiration={"Date": NOON}),
    ],
)
def test_rules_that_delete_some_log_files(harmful: dict[str, Any]) -> None:
    """One Region, the digests, files of some size, a fixed date: some is too many."""
    claim = bucket_claims(**rules(rule(9999), harmful))[LIFECYCLE]
    assert claim.verdict is Verdict.FAIL
    assert "deletes files" in claim.summary


def test_old_versions_are_told_apart() -> None:
    """For how long a deleted file can be brought back is told, and judged as nothing else."""
    claim = bucket_claims(**rules(rule(None, NoncurrentVersionExpiration={"NoncurrentDays": 7})))[LIFECYCLE]
    assert claim.verdict is Verdict.PASS
    assert "after 7 days" in facts(claim)["noncurrent versions"]


def test_an_organization_trails_members_count() -> None:
    """Their files lie behind the organization's id; of an unknown organization every folder counts."""
    trail = TRAIL.model_copy(update={"scope": "organization"})
    for organization, prefix in (
        (ORGANIZATION, f"AWSLogs/{ORGANIZATION}/1"),
        (None, "AWSLogs/o-unknown000/"),
    ):
        manifest = manifest_of([trail], organization_id=organization)
        assert bucket_claims(manifest, **rules(rule(1, prefix)))[LIFECYCLE].verdict is Verdict.FAIL


def test_a_filter_of_an_unknown_kind_is_not_guessed() -> None:
    """S3 may learn new ones."""
    claim = bucket_claims(**rules(rule(Filter={"Phase": "full moon"})))[LIFECYCLE]
    assert (claim.verdict, "Phase" in claim.summary) == (Verdict.UNVERIFIABLE, True)
    with pytest.raises(UnknownLifecycleRule):
        keeping([rule(Filter={"And": {"Phase": "new"}})], [LOGS], where="here")


@given(
    st.lists(st.tuples(st.text("AWSLogs/1", max_size=9), st.integers(1, 4000)), max_size=4),
    st.sampled_from(["AWSLogs/1", "AWSLogs/1/", "", "LogsA"]),
)
def test_no_file_is_deleted_earlier_than_told(drawn: list[tuple[str, int]], folder: str) -> None:
    """For any file below a folder: the first rule whose prefix its key begins with deletes it no sooner."""
    kept = keeping([rule(days, prefix) for prefix, days in drawn], [folder], where="here").days
    for tail in ("", "x", "AWSLogs/1", "/1"):
        deleted = [days for prefix, days in drawn if f"{folder}{tail}".startswith(prefix)]
        assert not deleted or (kept is not None and kept <= min(deleted))


def test_the_prefixes_are_those_of_real_keys() -> None:
    """A rule for the very key of a log file is found."""
    key = LogKey(account=ACCOUNT, region=HOME, delivered=NOON, unique="a" * 16).key
    assert bucket_claims(**rules(rule(1, key)))[LIFECYCLE].verdict is Verdict.FAIL
