"""Changes that weakened the record, found in Event history."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloudtrail.manifest import BucketPromise, Manifest
from tests.verify.controls.answers import (
    ACCOUNT,
    ALL,
    HOME,
    KEY,
    NOON,
    READS,
    STORE,
    TRAIL,
    WINDOW,
    WRITES,
    aws_of,
    calls_of,
    event,
    history,
)
from tests.verify.controls.bucket_answers import KEY_POLICY, POLICY
from verify.controls.changed_resources import changed_resources
from verify.controls.changes import CHANGE_CONTROLS, ChangedResource
from verify.controls.recorded_calls import PAGES
from verify.finding import Scope
from verify.report.parts import Claim
from verify.verdict import Verdict
from verify.window import Window

BUCKET = BucketPromise(
    name="logs",
    region=HOME,
    versioning=True,
    object_lock_mode="GOVERNANCE",
    object_lock_days=365,
    access_log_bucket="access-logs",
)
MANIFEST = Manifest(
    account=ACCOUNT,
    partition="aws",
    home_region=HOME,
    regions=(HOME,),
    trails=(TRAIL,),
    buckets=(BUCKET,),
    event_data_stores=(STORE,),
)
SERVICES = {"trail": "cloudtrail", "store": "cloudtrail", "bucket": "s3", "key": "kms"}
NAMES: dict[str, dict[str, Any]] = {
    "trail": {"name": TRAIL.arn, "trailName": TRAIL.name},
    "store": {"eventDataStore": STORE.arn},
    "bucket": {"bucketName": "logs"},
    "key": {"keyId": KEY},
}
ARNS = {"trail": TRAIL.arn, "store": STORE.arn, "bucket": "arn:aws:s3:::logs", "key": KEY}
HOUR = timedelta(hours=1)


def call(
    kind: str, name: str, hours_ago: float = 2, *, refused: bool = False, **request: Any
) -> dict[str, Any]:
    """A call about one of the manifest's resources."""
    error: dict[str, Any] = {"errorCode": "AccessDenied"} if refused else {}
    return event(
        name,
        NOON - hours_ago * HOUR,
        source=f"{SERVICES[kind]}.amazonaws.com",
        requestParameters=NAMES[kind] | request,
        **error,
    )


def claims(
    *events: dict[str, Any],
    manifest: Manifest = MANIFEST,
    window: Window = WINDOW,
    lookup: Any = None,
    head: Any = None,
) -> dict[str, Claim]:
    """The claim about each resource, by what it is."""
    aws = aws_of({"lookup_events": lookup or history(*events), "head_bucket": head or {}})
    calls = calls_of(aws, window=window)
    found = {
        resource.arn: CHANGE_CONTROLS[0].claim(
            ChangedResource(resource, calls=calls, aws=aws), Scope(ACCOUNT, HOME, None, resource.arn)
        )
        for resource in changed_resources(manifest)
    }
    return {kind: found[arn] for kind, arn in ARNS.items() if arn in found}


def test_nothing_happened() -> None:
    """Every resource of the manifest has its claim, and says where it looked."""
    found = claims()
    assert {kind: claim.verdict for kind, claim in found.items()} == dict.fromkeys(ARNS, Verdict.PASS)
    assert found["trail"].evidence[-1].value == f"Event history of {ACCOUNT}, {HOME}"


CAMEL_READS = {
    "name": "reads",
    "fieldSelectors": [
        {"field": "eventCategory", "equals": ["Management"]},
        {"field": "readOnly", "equals": ["true"]},
    ],
}
OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}
    ],
}
OPEN_KEY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}],
}
PUBLIC = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": True,
}


@pytest.mark.parametrize(
    ("kind", "name", "request_", "words"),
    [
        ("trail", "StopLogging", {}, "logging stopped"),
        ("trail", "DeleteTrail", {}, "deleted"),
        ("trail", "UpdateTrail", {"isMultiRegionTrail": False}, "one Region"),
        ("trail", "UpdateTrail", {"enableLogFileValidation": False}, "validation turned off"),
        ("trail", "UpdateTrail", {"s3BucketName": "elsewhere"}, "bucket elsewhere"),
        ("trail", "UpdateTrail", {"kmsKeyId": ""}, "key taken away"),
        ("trail", "UpdateTrail", {"cloudWatchLogsLogGroupArn": ""}, "log group taken away"),
        ("trail", "PutEventSelectors", {"advancedEventSelectors": [CAMEL_READS]}, "narrowed"),
        (
            "trail",
            "PutEventSelectors",
            {"eventSelectors": [{"readWriteType": "ReadOnly", "includeManagementEvents": True}]},
            "narrowed",
        ),
        ("store", "DeleteEventDataStore", {}, "deleted"),
        ("store", "StopEventDataStoreIngestion", {}, "ingestion stopped"),
        ("store", "UpdateEventDataStore", {"retentionPeriod": 90}, "retention cut to 90 days"),
        ("store", "UpdateEventDataStore", {"terminationProtectionEnabled": False}, "termination protection"),
        ("store", "UpdateEventDataStore", {"advancedEventSelectors": [CAMEL_READS]}, "narrowed"),
        ("bucket", "DeleteBucketPolicy", {}, "policy deleted"),
        ("bucket", "DeleteBucket", {}, "bucket deleted"),
        ("bucket", "DeleteBucketPublicAccessBlock", {}, "public access deleted"),
        (
            "bucket",
            "PutBucketPublicAccessBlock",
            {"PublicAccessBlockConfiguration": PUBLIC},
            "blockPublicPolicy",
        ),
        ("bucket", "PutBucketVersioning", {"VersioningConfiguration": {"Status": "Suspended"}}, "suspended"),
        (
            "bucket",
            "PutBucketLifecycle",
            {"LifecycleConfiguration": {"Rule": {"Status": "Enabled", "Expiration": {"Days": 3}}}},
            "after 3 days",
        ),
        (
            "bucket",
            "PutBucketObjectLockConfiguration",
            {"ObjectLockConfiguration": {"Rule": {"DefaultRetention": {"Days": 1}}}},
            "Object Lock cut to 1 days",
        ),
        ("bucket", "PutBucketLogging", {"BucketLoggingStatus": {}}, "access logging turned off"),
        ("bucket", "PutBucketAcl", {"x-amz-acl": ["public-read"]}, "everybody"),
        ("bucket", "DeleteBucketEncryption", {}, "encryption deleted"),
        ("bucket", "PutBucketPolicy", {"bucketPolicy": OPEN}, "opened to everybody"),
        ("key", "PutKeyPolicy", {"policy": json.dumps(OPEN_KEY)}, "opened to everybody"),
        ("key", "DisableKey", {}, "disabled"),
        ("key", "ScheduleKeyDeletion", {"pendingWindowInDays": 7}, "deletion scheduled"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_weakening_call_fails_with_who_and_from_where(
    kind: str, name: str, request_: dict[str, Any], words: str
) -> None:
    """Only the resource it was about; the fact says when, what, by whom, from where, and what it took."""
    found = claims(call(kind, name, **request_))
    assert {one for one, claim in found.items() if claim.verdict is not Verdict.PASS} == {kind}
    fact = found[kind].evidence[0]
    assert fact.label == "2026-09-01T10:00:00Z"
    assert f"{name} by IAM user mallory from 198.51.100.7" in fact.value
    assert words in fact.value


@pytest.mark.parametrize(
    ("kind", "name", "request_"),
    [
        ("trail", "UpdateTrail", {"isMultiRegionTrail": True, "enableLogFileValidation": True}),
        ("trail", "UpdateTrail", {"s3BucketName": "logs", "kmsKeyId": KEY}),
        ("trail", "PutEventSelectors", {"eventSelectors": [{"readWriteType": "All"}]}),
        ("store", "UpdateEventDataStore", {"retentionPeriod": 2555}),
        ("bucket", "PutBucketVersioning", {"versioningConfiguration": {"status": "Enabled"}}),
        ("bucket", "PutBucketPolicy", {"bucketPolicy": {"Version": "2012-10-17", "Statement": []}}),
        ("bucket", "DeleteBucketLifecycle", {}),
        (
            "bucket",
            "PutBucketObjectLockConfiguration",
            {"objectLockConfiguration": {"rule": {"defaultRetention": {"years": 1}}}},
        ),
        ("bucket", "PutBucketLogging", {"bucketLoggingStatus": {"loggingEnabled": {"targetBucket": "x"}}}),
        ("bucket", "PutBucketPolicy", {"bucketPolicy": POLICY}),
        ("key", "PutKeyPolicy", {"policy": json.dumps(KEY_POLICY)}),
    ],
)
def test_a_change_that_keeps_the_promise_is_shown(kind: str, name: str, request_: dict[str, Any]) -> None:
    """As a stack makes them when it is provisioned: named as evidence, no finding."""
    claim = claims(call(kind, name, **request_))[kind]
    assert claim.verdict is Verdict.PASS
    assert name in claim.evidence[0].value


@pytest.mark.parametrize(
    ("kind", "name", "undoing", "request_", "verdict"),
    [
        ("key", "DisableKey", "EnableKey", {}, Verdict.PASS),
        ("key", "ScheduleKeyDeletion", "CancelKeyDeletion", {}, Verdict.PASS),
        ("bucket", "DeleteBucketPolicy", "PutBucketPolicy", {"bucketPolicy": POLICY}, Verdict.PASS),
        ("trail", "StopLogging", "StartLogging", {}, Verdict.FAIL),
        ("store", "StopEventDataStoreIngestion", "StartEventDataStoreIngestion", {}, Verdict.FAIL),
    ],
)
def test_what_was_undone_counts_when_something_was_lost_meanwhile(
    kind: str, name: str, undoing: str, request_: dict[str, Any], verdict: Verdict
) -> None:
    """CloudTrail delivers later what a key or policy kept back; what a stopped trail did not see is gone."""
    before = call(kind, undoing, 3, **request_)
    assert claims(before, call(kind, name))[kind].verdict is Verdict.FAIL
    undone = claims(call(kind, name), call(kind, undoing, 1, **request_))[kind]
    assert undone.verdict is verdict
    assert name in undone.evidence[0].value


def test_a_change_is_not_undone_by_another_weakening_one() -> None:
    """Suspended twice is suspended."""
    suspended: dict[str, Any] = {"versioningConfiguration": {"status": "Suspended"}}
    twice = [call("bucket", "PutBucketVersioning", hours, **suspended) for hours in (3, 2)]
    assert claims(*twice)["bucket"].verdict is Verdict.FAIL
    enabled = call("bucket", "PutBucketVersioning", 1, versioningConfiguration={"status": "Enabled"})
    assert claims(*twice, enabled)["bucket"].verdict is Verdict.PASS


def test_a_policy_that_is_not_in_the_record_leaves_the_question_open() -> None:
    """Whom it let in cannot be told."""
    assert claims(call("bucket", "PutBucketPolicy"))["bucket"].verdict is Verdict.UNVERIFIABLE


def test_what_was_refused_changed_nothing_and_is_shown() -> None:
    """An attempt is worth knowing of."""
    claim = claims(call("trail", "StopLogging", refused=True))["trail"]
    assert claim.verdict is Verdict.PASS
    assert "refused: AccessDenied: changed nothing" in claim.evidence[0].value


def test_calls_about_other_resources_are_nobodys_business() -> None:
    """Another trail, another bucket, the same name with another service."""
    other = event("StopLogging", NOON - HOUR, requestParameters={"name": "another"})
    elsewhere = event(
        "DeleteBucketPolicy",
        NOON - HOUR,
        source="s3-outposts.amazonaws.com",
        requestParameters=NAMES["bucket"],
    )
    assert {claim.verdict for claim in claims(other, elsewhere).values()} == {Verdict.PASS}


@pytest.mark.parametrize(
    "request_",
    [
        {"retentionPeriod": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        {"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventName", "resembles": ["x"]}]}]},
    ],
)
def test_a_request_that_cannot_be_understood_leaves_the_question_open(request_: dict[str, Any]) -> None:
    """It is no harmless one."""
    claim = claims(call("store", "UpdateEventDataStore", **request_))["store"]
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "not understood" in claim.evidence[0].value


def test_a_request_that_is_not_in_the_record_leaves_the_question_open() -> None:
    """More than 100 KB is left out by CloudTrail: it may be about this trail."""
    claim = claims(event("PutEventSelectors", NOON - HOUR, requestParameters=None))["trail"]
    assert claim.verdict is Verdict.UNVERIFIABLE
    refused = event("PutEventSelectors", NOON - HOUR, requestParameters=None, errorCode="AccessDenied")
    assert claims(refused)["trail"].verdict is Verdict.PASS


def test_a_narrower_promise_is_no_weakening_but_a_discovery_promises_nothing() -> None:
    """A stack for writes only may set writes only; found so, it is a finding."""
    writes = {"readWriteType": "WriteOnly", "includeManagementEvents": True}
    narrow = MANIFEST.model_copy(
        update={"trails": (TRAIL.model_copy(update={"advanced_event_selectors": tuple(WRITES)}),)}
    )
    put = call("trail", "PutEventSelectors", eventSelectors=[writes])
    assert claims(put, manifest=narrow)["trail"].verdict is Verdict.PASS
    found = narrow.model_copy(update={"discovered": True})
    assert claims(put, manifest=found)["trail"].verdict is Verdict.FAIL
    assert ALL != READS


def test_another_accounts_resource_is_recorded_there() -> None:
    """An organization's trail seen from a member: its changes are in the management account's history."""
    arn = TRAIL.arn.replace(ACCOUNT, "111122223333")
    manifest = MANIFEST.model_copy(update={"trails": (TRAIL.model_copy(update={"arn": arn}),)})
    aws = aws_of({"lookup_events": history()})
    resource = next(iter(changed_resources(manifest)))
    claim = CHANGE_CONTROLS[0].claim(ChangedResource(resource, calls=calls_of(aws), aws=aws), Scope(ACCOUNT))
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "111122223333" in (claim.reason or "")


def test_whose_a_brought_bucket_is_has_to_be_told_by_s3() -> None:
    """Its changes are recorded with its owner."""
    brought = MANIFEST.model_copy(update={"buckets": ()})
    assert claims(manifest=brought)["bucket"].verdict is Verdict.PASS
    refused = ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")
    claim = claims(manifest=brought, head=refused)["bucket"]
    assert (claim.verdict, claim.evidence[0].value) == (Verdict.UNVERIFIABLE, "s3:ListBucket")


def test_what_is_older_than_ninety_days_cannot_be_told() -> None:
    """Of a window before, nothing; of a longer one, its newest 90 days, and the claim says which."""
    long_ago = Window(NOON - timedelta(days=200), NOON - timedelta(days=100))
    assert claims(window=long_ago)["trail"].verdict is Verdict.UNVERIFIABLE
    year = claims(window=Window(NOON - timedelta(days=365), NOON))["trail"]
    assert "from 2026-06-03T12:00:00Z on: older is gone" in year.evidence[-1].value


def test_a_busy_region_is_asked_name_by_name() -> None:
    """When the first page of writes covers a moment only, all of them would be too many."""
    stop = call("trail", "StopLogging")
    answers = history(stop)
    asked: list[str] = []

    def busy(**request: Any) -> dict[str, Any]:
        (attribute,) = request["LookupAttributes"]
        asked.append(attribute["AttributeValue"])
        if attribute["AttributeKey"] == "EventName":
            return answers(**request)
        noise = event("PutItem", NOON - timedelta(seconds=1), source="dynamodb.amazonaws.com")
        return {"Events": [noise] * 50, "NextToken": "more"}

    assert claims(lookup=busy)["trail"].verdict is Verdict.FAIL
    assert asked.count("false") == 1
    assert "StopLogging" in asked
    assert len(asked) == len(set(asked))


def test_a_quiet_region_costs_one_question() -> None:
    """All writes fit on a page: they answer for every resource."""
    asked: list[dict[str, Any]] = []
    answers = history()

    def quiet(**request: Any) -> dict[str, Any]:
        asked.append(request)
        return answers(**request)

    claims(lookup=quiet)
    assert len(asked) == 1
    assert PAGES > 1


@pytest.mark.parametrize("pages", [1, 3, 30])
def test_no_call_is_lost_between_the_ways_of_asking(pages: int) -> None:
    """However many writes there are, and wherever among them the one is that matters."""
    spread = [
        event("PutItem", NOON - (number + 1) * timedelta(minutes=1), eventID=f"noise-{number}", source="x")
        for number in range(50 * pages - 1)
    ]
    events = sorted(
        [*spread, call("trail", "StopLogging", 0.5)],
        key=lambda one: one["CloudTrailEvent"].partition('eventTime": "')[2][:20],
    )
    answers = history(*events)

    def paged(**request: Any) -> dict[str, Any]:
        start = int(request.pop("NextToken", "0"))
        everything = answers(**request)["Events"]
        more = {"NextToken": str(start + 50)} if len(everything) > start + 50 else {}
        return {"Events": everything[start : start + 50], **more}

    assert claims(lookup=paged)["trail"].verdict is Verdict.FAIL
