"""An update that ends in the middle, by Pulumi's own engine: what is there is known, and others make the rest."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError

from cloudtrail.manifest import Manifest
from sandbox.clients import SandboxClient
from sandbox.engine.urn import Urn
from sandbox.plugin.serving import LOOK
from verify.aws import Aws
from verify.s3_objects import S3Objects
from verify.selection import Selection
from verify.verdict import Verdict
from verify.verification import Options, Verification
from verify.window import Window

from .engine import Pulumi

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.ledger import CapturedEvent
    from sandbox.server import Sandbox

    from .engine import Run

SMALL: Final = "single-region"
TRAIL: Final = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/meshtrail-ireland"
"""The trail of the smallest stack."""
TRAIL_TYPE: Final = "aws:cloudtrail/trail:Trail"


@dataclass
class Site:
    """One stack, and the account that it provisions, as AWS's own API tells of it.

    Attributes:
        pulumi: The stack.
        sandbox: Its AWS.
        region: The stack's Region.
    """

    pulumi: Pulumi
    sandbox: Sandbox
    region: str

    @cached_property
    def aws(self) -> SandboxClient:
        """Who makes things go wrong."""
        return SandboxClient(self.sandbox.endpoint)

    def client(self, service: str) -> Any:
        """A client of the account's root user."""
        return self.aws.root().client(service, self.region)

    def refuse(self, service: str, operation: str, code: str) -> None:
        """Let AWS refuse an operation, once."""
        words = f"{operation} is refused by the test"
        self.aws.add_fault("refuse", service=service, operation=operation, code=code, message=words, times=1)

    def update(self, *options: str) -> Run:
        """`pulumi up`, whatever comes of it."""
        return self.pulumi.run("up", "--yes", "--skip-preview", *options)

    def unchanged(self) -> bool:
        """Whether there is nothing left to do; `--expect-no-changes` fails where there is."""
        return set(self.pulumi.preview("--expect-no-changes").changes) == {"same"}

    def there(self) -> dict[str, set[str]]:
        """What the account holds, by resource type: the ids that the provider has for it."""
        kms, s3, cloudtrail = self.client("kms"), self.client("s3"), self.client("cloudtrail")
        buckets = {each["Name"] for each in s3.list_buckets()["Buckets"]}
        groups = self.client("logs").describe_log_groups()["logGroups"]
        return {
            "aws:kms/key:Key": {each["KeyId"] for each in kms.list_keys()["Keys"]},
            "aws:kms/alias:Alias": {
                each["AliasName"]
                for each in kms.list_aliases()["Aliases"]
                if not each["AliasName"].startswith("alias/aws/")
            },
            "aws:s3/bucket:Bucket": buckets,
            "aws:s3/bucketPolicy:BucketPolicy": {name for name in buckets if has_policy(s3, name)},
            TRAIL_TYPE: {each["TrailARN"] for each in cloudtrail.describe_trails()["trailList"]},
            "aws:cloudtrail/eventDataStore:EventDataStore": {
                each["EventDataStoreArn"] for each in cloudtrail.list_event_data_stores()["EventDataStores"]
            },
            "aws:cloudwatch/logGroup:LogGroup": {each["logGroupName"] for each in groups},
            "aws:iam/role:Role": {each["RoleName"] for each in self.client("iam").list_roles()["Roles"]},
            "aws:sns/topic:Topic": {each["TopicArn"] for each in self.client("sns").list_topics()["Topics"]},
        }

    def known(self) -> dict[str, set[str]]:
        """The same of the stack's state."""
        return self.known_and_doubtful()[0]

    def known_and_doubtful(self) -> tuple[dict[str, set[str]], list[dict[str, Any]]]:
        """What the state holds, and the resources of which it says that nobody knows what became of their creation."""
        printed = self.pulumi.must("stack", "export", "--stack", self.pulumi.stack, log=False).output
        state = json.loads(printed)["deployment"]
        under_way = state.get("pending_operations") or []
        assert {each["type"] for each in under_way} <= {"creating"}
        known = {
            kind: {each["id"] for each in state["resources"] if each["type"] == kind} for kind in self.there()
        }
        return known, [each["resource"] for each in under_way]

    def made(self) -> Counter[str]:
        """How often each of what holds the record, or lets CloudTrail at it, was made."""
        return Counter(
            event.record["eventName"]
            for event in self.sandbox.state.ledger.events()
            if event.record["eventName"].startswith("Create") and "errorCode" not in event.record
        )

    def is_logging(self) -> bool:
        """Whether the stack's trail logs."""
        return self.client("cloudtrail").get_trail_status(Name=TRAIL)["IsLogging"]

    def verdict(self, claim: str) -> Verdict:
        """What a verification of the stack's manifest says of a claim."""
        session: Any = boto3.Session
        aws = Aws(session(**self.aws.root().credentials), endpoint_url=self.sandbox.endpoint)
        now = datetime.now(UTC)
        report = Verification(
            Manifest.from_json(json.dumps(self.pulumi.manifest()), where="the stack"),
            aws=aws,
            objects_of=lambda trail: S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region),
            options=Options(
                window=Window(now - timedelta(hours=1), now), now=now, selection=Selection((claim,), ())
            ),
        ).run()
        (decided,) = report.claims
        return decided.verdict


def has_policy(s3: Any, bucket: str) -> bool:
    """Whether a bucket has a policy."""
    try:
        return bool(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchBucketPolicy":
            raise
        return False


def done(run: Run, op: str) -> set[str]:
    """The names of AWS's resources with which something was done, and did not fail."""
    failed = {step.urn for step in run.failed}
    return {
        step.name
        for step in run.steps
        if step.op == op and step.type.startswith("aws:") and step.urn not in failed
    }


@pytest.fixture
def small(running: Sandbox, tmp_path: Path) -> Site:
    """The smallest stack, on an empty AWS."""
    running.reset()
    return Site(Pulumi(tmp_path, SMALL, running.endpoint), running, "eu-west-1")


def test_what_was_refused_is_all_that_later_updates_make(running: Sandbox, tmp_path: Path) -> None:
    """AccessDenied on the bucket's policy, Lake closed, CreateTrail throttled: one more `up` each, and no more."""
    running.reset()
    site = Site(Pulumi(tmp_path, "sandbox", running.endpoint), running, "us-east-1")
    site.aws.set_switch("lakeNewCustomer", on=True)
    site.refuse("s3", "PutBucketPolicy", "AccessDenied")
    # Otherwise whichever of the two comes first would end the run.
    first = site.update("--continue-on-error")
    assert first.exit_code != 0
    assert {step.name for step in first.failed} == {"audit-storage-policy", "audit-lake-store"}
    assert "PutBucketPolicy answered AccessDenied: PutBucketPolicy is refused by the test" in first.errors
    assert any("no longer accepting new customers" in error for error in first.errors)
    assert "write mode: off in meshtrail:eventDataStore and run `pulumi up` again" in first.output
    assert site.known() == site.there()
    assert site.there()[TRAIL_TYPE] == set()  # without the policy CloudTrail would refuse it

    site.pulumi.configure(**{"meshtrail:eventDataStore": {"mode": "off"}})
    site.refuse("cloudtrail", "CreateTrail", "ThrottlingException")
    second = site.update()
    assert second.exit_code != 0
    assert [step.name for step in second.failed] == ["audit-recording-trail"]
    assert any("CreateTrail answered ThrottlingException" in error for error in second.errors)
    assert done(second, "create") == {"audit-storage-policy"}
    assert site.known() == site.there()

    third = site.update()
    assert third.exit_code == 0, third.output
    assert done(third, "create") == {"audit-recording-trail"}
    assert done(third, "update") | done(third, "delete") | done(third, "replace") == set()
    assert site.unchanged()
    assert site.known() == site.there()
    assert {
        *("CreateKey", "CreateAlias", "CreateBucket", "CreateTrail"),
        *("CreateLogGroup", "CreateRole", "CreateTopic"),
    } == site.made().keys()
    assert set(site.made().values()) == {1}


@pytest.mark.thorough
def test_what_was_made_and_not_set_up_is_taken_for_done_until_it_is_looked_at(small: Site) -> None:
    """`up` alone believes its state; a verification does not, and `up --refresh` sees a trail that does not log."""
    small.refuse("cloudtrail", "StartLogging", "AccessDeniedException")
    failed = small.update()
    assert [step.name for step in failed.failed] == ["audit-recording-trail"]
    assert small.known() == small.there()

    believed = small.update()
    assert believed.exit_code == 0, believed.output
    assert not small.is_logging()
    assert small.verdict("trail.logging") is Verdict.FAIL

    looked = small.update("--refresh")
    assert looked.exit_code == 0, looked.output
    assert "audit-recording-trail" in done(looked, "update")
    assert small.is_logging()
    assert small.verdict("trail.logging") is Verdict.PASS
    assert small.unchanged()
    assert small.known() == small.there()
    assert set(small.made().values()) == {1}


@pytest.mark.thorough
def test_a_command_line_that_was_killed_leaves_nothing_behind_that_cannot_be_adopted(small: Site) -> None:
    """Killed after AWS made the trail: `up` says what is in doubt, and the trail is imported, not made again."""
    killed_while_creating(small)
    (trail,) = small.there()[TRAIL_TYPE]
    known, (doubtful,) = small.known_and_doubtful()
    assert known == small.there() | {TRAIL_TYPE: set()}
    assert (Urn.parse(doubtful["urn"]).name, doubtful["inputs"]["name"]) == (
        "audit-recording-trail",
        "meshtrail-ireland",
    )

    locked = small.update()
    assert locked.exit_code != 0
    assert "the stack is currently locked" in locked.output
    assert "pulumi cancel" in locked.output
    small.pulumi.must("cancel", "--yes", SMALL, log=False)

    warned = small.update()
    assert warned.exit_code != 0
    assert f"{doubtful['urn']}, interrupted while creating" in warned.output
    assert any("TrailAlreadyExistsException" in error for error in warned.errors)

    small.pulumi.must("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    parent = f"recording={doubtful['parent']}"
    adopt = ("import", TRAIL_TYPE, "audit-recording-trail", trail, "--parent", parent)
    small.pulumi.must(*adopt, "--generate-code=false", "--yes", "--skip-preview")
    assert small.known_and_doubtful() == (small.there(), [])
    assert not small.is_logging()

    finished = small.update()
    assert finished.exit_code == 0, finished.output
    assert done(finished, "create") | done(finished, "replace") | done(finished, "delete") == set()
    assert done(finished, "update") == {"audit-recording-trail"}
    assert small.is_logging()
    assert small.unchanged()
    assert set(small.made().values()) == {1}


def killed_while_creating(site: Site) -> None:
    """Run `pulumi up`, and kill it when AWS has made the trail and not yet said so."""
    made, gone = threading.Event(), threading.Event()

    def hold(event: CapturedEvent) -> None:
        if event.record["eventName"] == "CreateTrail" and not made.is_set():
            made.set()
            gone.wait(100)

    site.sandbox.state.ledger.subscribe(hold)
    with subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", site.pulumi.stack],  # noqa: S607  # the one that is found is the one to be tested
        cwd=site.pulumi.program,
        env=site.pulumi._environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert made.wait(100)
            wait_until_alone(site.pulumi)
        finally:
            process.kill()
            process.wait()
            time.sleep(3 * LOOK)  # until the provider has noticed, and ended too
            gone.set()


def wait_until_alone(pulumi: Pulumi) -> None:
    """Wait until one creation is under way and nothing else: what it does not depend on is made at the same time."""
    (file,) = pulumi.folder.rglob(f"states/.pulumi/stacks/*/{pulumi.stack}.json")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(ValueError):  # it is being written
            latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"].get("latest") or {}
            names = [
                Urn.parse(each["resource"]["urn"]).name for each in latest.get("pending_operations") or ()
            ]
            if names == ["audit-recording-trail"]:
                return
        time.sleep(0.1)
    raise AssertionError("the trail is not the only one that is being created")
