from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cloudtrail.manifest import Manifest
from sandbox.clients import SandboxClient
from sandbox.engine.errors import ApplyFailed, Protected
from sandbox.engine.registration import Operation
from verify.aws import Aws
from verify.s3_objects import S3Objects
from verify.selection import Selection
from verify.verdict import Verdict
from verify.verification import Options, Verification
from verify.window import Window

if TYPE_CHECKING:
    from .conftest import Stack


def refuse(stack: Stack, operation: str, code: str) -> None:
    """Let AWS refuse an operation once."""
    service = "s3" if "Bucket" in operation else "kms" if "Key" in operation else "cloudtrail"
    SandboxClient(stack.sandbox.endpoint).add_fault(
        "refuse", service=service, operation=operation, code=code, message="refused by the test", times=1
    )


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("CreateTrail", "ThrottlingException"),
        ("PutBucketPolicy", "AccessDenied"),
    ],
)
def test_an_update_that_fails_is_finished_by_the_next(small: Stack, operation: str, code: str) -> None:
    """What AWS refuses is named with resource, operation, code and message; the next update goes on from there."""
    refuse(small, operation, code)
    failed = small.try_run()
    assert isinstance(failed.failure, ApplyFailed)
    assert (failed.failure.operation, failed.failure.code) == (operation, code)
    assert failed.failure.message == "refused by the test"
    assert failed.failure.urn.startswith("urn:pulumi:single-region::meshtrail::")
    assert "Traceback" not in str(failed.failure)

    finished = small.run()
    assert finished.changes[Operation.REPLACE] == 0
    assert set(small.run().changes) == {Operation.SAME}


def is_logging(stack: Stack) -> bool:
    """Whether the stack's trail logs, as AWS says."""
    cloudtrail = SandboxClient(stack.sandbox.endpoint).root().client("cloudtrail", "eu-west-1")
    return cloudtrail.get_trail_status(Name="meshtrail-ireland")["IsLogging"]


def test_a_trail_that_was_made_and_not_started_is_booked_as_started(small: Stack) -> None:
    """As with the real provider: the next update succeeds and does nothing, and the one after starts the trail."""
    refuse(small, "StartLogging", "AccessDeniedException")
    failed = small.try_run()
    assert isinstance(failed.failure, ApplyFailed)
    assert (failed.failure.step, failed.failure.operation) == ("finish creating", "StartLogging")

    assert small.run().changes[Operation.UPDATE] == 1
    assert not is_logging(small)
    assert small.run().changes[Operation.UPDATE] == 1
    assert is_logging(small)
    assert set(small.run().changes) == {Operation.SAME}
    assert small.calls().count("cloudtrail:CreateTrail") == 1


def test_a_key_that_was_made_and_does_not_rotate_is_booked_as_rotating(small: Stack) -> None:
    """The same for the key: one update later it is believed, two updates later it rotates."""
    refuse(small, "EnableKeyRotation", "AccessDeniedException")
    failed = small.try_run()
    assert isinstance(failed.failure, ApplyFailed)
    assert failed.failure.operation == "EnableKeyRotation"
    kms = SandboxClient(small.sandbox.endpoint).root().client("kms", "eu-west-1")

    rotating: list[bool] = []
    for _ in range(2):
        small.run()
        (key,) = kms.list_keys()["Keys"]
        rotating.append(kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"])
    assert rotating == [False, True]
    assert set(small.run().changes) == {Operation.SAME}


def test_a_change_that_was_refused_is_booked_as_made(small: Stack) -> None:
    """The second update reports success and calls nothing, the third makes the change."""
    small.run()
    prefixed: dict[str, Any] = {"meshtrail:trail": {"prefix": "audit"}}
    refuse(small, "UpdateTrail", "ThrottlingException")
    failed = small.try_run(**prefixed)
    assert isinstance(failed.failure, ApplyFailed)
    assert failed.failure.operation == "UpdateTrail"

    cloudtrail = SandboxClient(small.sandbox.endpoint).root().client("cloudtrail", "eu-west-1")
    assert small.run(**prefixed).changes[Operation.UPDATE] == 1
    assert "S3KeyPrefix" not in cloudtrail.get_trail(Name="meshtrail-ireland")["Trail"]
    assert small.run(**prefixed).changes[Operation.UPDATE] == 1
    assert cloudtrail.get_trail(Name="meshtrail-ireland")["Trail"]["S3KeyPrefix"] == "audit"
    assert set(small.run(**prefixed).changes) == {Operation.SAME}


def test_selectors_a_trail_never_got_are_seen_by_a_verification_only(small: Stack) -> None:
    """The provider reads back no selectors of a trail without any; another choice, and then the first, mends it."""
    writes: dict[str, Any] = {"meshtrail:trail": {"managementEvents": "write-only"}}
    refuse(small, "PutEventSelectors", "ThrottlingException")
    assert isinstance(small.try_run(**writes).failure, ApplyFailed)
    small.run(**writes)
    assert set(small.run(**writes).changes) == {Operation.SAME}
    cloudtrail = SandboxClient(small.sandbox.endpoint).root().client("cloudtrail", "eu-west-1")
    assert not cloudtrail.get_trail(Name="meshtrail-ireland")["Trail"]["HasCustomEventSelectors"]
    manifest = Manifest.from_json(json.dumps(small.run(**writes).outputs["manifest"]), where="the stack")
    assert as_promised(small, manifest) is Verdict.FAIL

    reads_too: dict[str, Any] = {"meshtrail:trail": {"managementEvents": "all"}}
    small.run(**reads_too)
    small.run(**writes)
    selectors = cloudtrail.get_event_selectors(TrailName="meshtrail-ireland")["AdvancedEventSelectors"]
    assert {"Field": "readOnly", "Equals": ["false"]} in selectors[0]["FieldSelectors"]
    assert as_promised(small, manifest) is Verdict.PASS


def as_promised(stack: Stack, manifest: Manifest) -> Verdict:
    """Whether a verification finds the trail as the manifest promises it."""
    session: Any = boto3.Session
    root = SandboxClient(stack.sandbox.endpoint).root()
    aws = Aws(session(**root.credentials), endpoint_url=stack.sandbox.endpoint)
    now = datetime.now(UTC)
    selection = Selection(("trail.as-promised",), ())
    report = Verification(
        manifest,
        aws=aws,
        objects_of=lambda trail: S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region),
        options=Options(window=Window(now - timedelta(hours=1), now), now=now, selection=selection),
    ).run()
    (claim,) = report.claims
    return claim.verdict


def test_a_store_that_is_refused_does_not_take_the_trail_with_it(everything: Stack) -> None:
    """What was provisioned before CloudTrail Lake said no stays, and the next update adds the store."""
    refuse(everything, "CreateEventDataStore", "AccessDeniedException")
    failed = everything.try_run()
    assert isinstance(failed.failure, ApplyFailed)
    assert failed.failure.urn.endswith("aws:cloudtrail/eventDataStore:EventDataStore::audit-lake-store")

    finished = everything.run()
    assert not finished.changes.keys() & {Operation.REPLACE, Operation.DELETE}
    assert everything.calls().count("cloudtrail:CreateTrail") == 1


def test_what_to_do_when_lake_is_closed_is_said_where_it_may_be(everything: Stack) -> None:
    """In an update that may create a store; a preview asks nobody, and a stack without one has no use for it."""
    advice = "write mode: off in meshtrail:eventDataStore"
    without: dict[str, Any] = {"meshtrail:eventDataStore": {"mode": "off"}}
    silent = (everything.run(preview=True), everything.run(**without))
    assert not any(advice in line.message for run in silent for line in run.log)
    SandboxClient(everything.sandbox.endpoint).set_switch("lakeNewCustomer", on=True)
    refused = everything.try_run()
    assert isinstance(refused.failure, ApplyFailed)
    assert "no longer accepting new customers" in refused.failure.message
    (line,) = [line for line in refused.log if advice in line.message]
    assert line.severity == "info"
    assert line.urn.endswith("::audit-lake")


def test_a_wrong_setting_ends_a_preview_before_anything_is_called(everything: Stack) -> None:
    """A setting that cannot be is named by its key, and AWS is not asked anything."""
    run = everything.try_run(
        preview=True, **{"meshtrail:eventDataStore": {"mode": "create", "retentionDays": 6}}
    )
    assert run.error is not None
    assert "eventDataStore.retentionDays" in run.error
    assert everything.sandbox.state.ledger.events() == []


def test_an_unknown_setting_is_refused(everything: Stack) -> None:
    """A key nobody knows is an error, not a shrug."""
    run = everything.try_run(preview=True, **{"meshtrail:retntion": "7"})
    assert run.error is not None
    assert "retntion" in run.error


@pytest.mark.parametrize(
    "gone",
    [
        {"meshtrail:eventDataStore": {"mode": "off"}},
        {"meshtrail:name": "other"},
    ],
    ids=["taken away", "renamed"],
)
def test_what_holds_the_record_is_not_lost_by_a_changed_setting(
    everything: Stack, gone: dict[str, Any]
) -> None:
    """A store that is to go, or a bucket that would be replaced, is protected, and the preview says so."""
    everything.run()
    calls = everything.calls()
    run = everything.try_run(preview=True, **gone)
    assert isinstance(run.failure, Protected)
    assert everything.calls() == calls
