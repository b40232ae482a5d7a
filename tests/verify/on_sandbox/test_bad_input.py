"""What goes wrong on the way to an answer: each a verdict or an error that says what to do, never a traceback."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from cloudtrail.object_keys import LogKey, parse_log_key
from verify.aws import Aws, NoCredentials
from verify.report import Claim, render
from verify.verdict import Verdict
from verify.verification import WrongAccount

Find = Callable[..., Claim]
World = Any  # the fixture's own type lives in conftest


def test_all_is_well_at_first(landed: World) -> None:
    """The world these tests break passes before they do."""
    report = landed.verify()
    assert report.verdict is Verdict.PASS, [c.summary for c in report.claims if c.verdict is not Verdict.PASS]
    assert {len(event.stores) for event in report.events} == {3}


@pytest.mark.parametrize(
    ("service", "operation", "store", "action"),
    [
        ("cloudtrail", "LookupEvents", "event-history", "cloudtrail:LookupEvents"),
        ("s3", "ListObjectsV2", "trail-bucket", "s3:ListBucket"),
        ("s3", "GetObject", "trail-bucket", "s3:GetObject"),
        ("cloudtrail", "StartQuery", "event-data-store", "cloudtrail:StartQuery"),
        ("cloudtrail", "GetQueryResults", "event-data-store", "cloudtrail:GetQueryResults"),
    ],
)
def test_access_denied_on_a_store_is_unverifiable_and_names_the_action(
    landed: World, claim: Find, service: str, operation: str, store: str, action: str
) -> None:
    """Nothing is claimed of that store, nor that another is complete: only the unread one may hold what it lacks."""
    code = "AccessDenied" if service == "s3" else "AccessDeniedException"
    landed.sandbox.add_fault("refuse", service=service, operation=operation, code=code, status=403)
    report = landed.verify()
    denied = claim(report, "landing.complete", store)
    assert denied.verdict is Verdict.UNVERIFIABLE
    assert action in str(denied.evidence)
    assert report.verdict is Verdict.UNVERIFIABLE
    others = [c for c in report.claims if c.id == "landing.complete" and c.store != denied.store]
    assert {c.verdict for c in others} == {Verdict.UNVERIFIABLE}
    assert all(action in str(c.evidence) for c in others)


@pytest.mark.parametrize("operation", ["GetTrailStatus", "GetEventSelectors", "GetTrail", "ListPublicKeys"])
def test_access_denied_on_a_control_is_unverifiable_and_names_the_action(
    landed: World, operation: str
) -> None:
    """A claim that could not be looked at is never a pass."""
    landed.sandbox.add_fault(
        "refuse", service="cloudtrail", operation=operation, code="AccessDeniedException", status=400
    )
    report = landed.verify()
    unverifiable = [c for c in report.claims if c.verdict is Verdict.UNVERIFIABLE]
    assert unverifiable
    assert all(f"cloudtrail:{operation}" in str(c.evidence) for c in unverifiable)
    assert not [c for c in report.claims if c.verdict is Verdict.FAIL]


def test_throttling_that_passes_is_waited_out(landed: World) -> None:
    """A few refusals cost time, not the answer."""
    landed.sandbox.add_fault(
        "refuse",
        service="cloudtrail",
        operation="LookupEvents",
        code="ThrottlingException",
        status=400,
        times=2,
    )
    assert landed.verify().verdict is Verdict.PASS


def test_no_credentials_says_so(landed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how to sign in."""
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    nobody = Aws(boto3.Session(), endpoint_url=landed.sandbox.endpoint)
    with pytest.raises(NoCredentials, match="sso login"):
        landed.verification(nobody)


def test_another_account_is_refused(landed: World) -> None:
    """Credentials of another account would find nothing and prove nothing."""
    make: Any = boto3.Session
    other = make(**landed.sandbox.root("111122223333").credentials)
    with pytest.raises(WrongAccount, match="111122223333"):
        landed.verification(Aws(other, endpoint_url=landed.sandbox.endpoint)).run()


def test_a_deleted_trail_fails_by_name(landed: World, claim: Find) -> None:
    """That it is gone is an answer; since when it logged is not known any more, so its bucket is not accused."""
    landed.aws.cloudtrail("us-east-1").delete_trail(Name="meshtrail")
    landed.s3.delete_object(Bucket="audit-bucket", Key=landed.log_files()[0])
    report = landed.verify()
    gone = claim(report, "trail.logging")
    assert gone.verdict is Verdict.FAIL
    assert "trail/meshtrail" in gone.summary
    assert "TrailNotFoundException" in str(gone.evidence)
    assert claim(report, "landing.complete", "trail-bucket").verdict is Verdict.UNVERIFIABLE


def test_a_deleted_bucket_fails_by_name(landed: World, claim: Find) -> None:
    """Whoever deletes the whole record is not rewarded with UNVERIFIABLE."""
    bucket = landed.session.resource("s3", endpoint_url=landed.sandbox.endpoint).Bucket("audit-bucket")
    bucket.objects.delete()
    bucket.delete()
    gone = claim(landed.verify(), "landing.complete", "trail-bucket")
    assert gone.verdict is Verdict.FAIL
    assert "audit-bucket" in str(gone.evidence)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (gzip.compress(b'{"Records":[]}')[:-10], ""),
        (gzip.compress(b'{"hello": "world"}'), "not a CloudTrail log file"),
        (b"plain text", "gzip"),
        (b"", "empty"),
    ],
    ids=["truncated gzip", "not CloudTrail", "not gzip", "empty object"],
)
def test_an_unreadable_log_file_is_named(landed: World, claim: Find, body: bytes, reason: str) -> None:
    """The object and the reason are in the claim; completeness is no longer certain."""
    key = _foreign_log_file(landed)
    landed.s3.put_object(Bucket="audit-bucket", Key=key, Body=body)
    report = landed.verify()
    readable = claim(report, "landing.readable", "trail-bucket")
    assert readable.verdict is Verdict.FAIL
    assert key in readable.evidence[0].value
    assert reason in readable.evidence[0].value
    assert claim(report, "landing.complete", "trail-bucket").verdict is Verdict.UNVERIFIABLE
    assert report.counts.records_in == report.counts.kept + report.counts.set_aside
    assert [item.location.endswith(key) for item in report.set_aside] == [True]


def test_an_empty_log_file_is_no_problem_to_landing_but_not_cloudtrails(landed: World, claim: Find) -> None:
    """It holds nothing to lose; that no digest names it is another claim's matter."""
    body = gzip.compress(json.dumps({"Records": []}).encode())
    landed.s3.put_object(Bucket="audit-bucket", Key=_foreign_log_file(landed), Body=body)
    report = landed.verify()
    assert claim(report, "landing.readable", "trail-bucket").verdict is Verdict.PASS
    assert claim(report, "landing.complete", "trail-bucket").verdict is Verdict.PASS


def test_a_hostile_user_agent_is_inert_everywhere(world: World) -> None:
    """Markup and terminal escapes in a record reach neither the page nor the terminal."""
    hostile = "<script>alert(1)</script>\x1b[2J\x1b]0;owned\x07"
    world.sandbox.capture(_record_of("hostile-1", world.manifest.account, hostile))
    world.sandbox.flush()
    report = world.verify()
    assert report.events[0].user_agent == hostile
    page, terminal, document = (render(report, form) for form in ("html", "terminal", "json"))
    assert "<script>alert(1)" not in page
    assert all(
        "\x1b]0" not in text and "\x1b[2J" not in text and "\x07" not in text for text in (page, terminal)
    )
    assert "\x1b" not in document


def _foreign_log_file(world: World) -> str:
    """A key like CloudTrail's own, which CloudTrail did not write."""
    real = parse_log_key(world.log_files()[0])
    assert real is not None
    return LogKey(
        account=real.account, region=real.region, delivered=real.delivered, unique="AAAAAAAAAAAAAAAA"
    ).key


def _record_of(event_id: str, account: str, user_agent: str) -> dict[str, Any]:
    from datetime import UTC, datetime  # noqa: PLC0415 -- used here alone

    return {
        "eventVersion": "1.09",
        "userIdentity": {"type": "Root", "accountId": account, "arn": f"arn:aws:iam::{account}:root"},
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "DeleteMesh",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": user_agent,
        "requestParameters": {"meshName": "payments"},
        "eventID": event_id,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
