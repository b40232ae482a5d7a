"""What would replace, or delete, what keeps the record: refused by Pulumi's own engine, or seen to the end.

The page docs/how-to-change-what-is-protected.md says what each refusal means and the way out; it is held to the
engine's words here.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from sandbox.clients import SandboxClient
from tests.program.refusals import REFUSALS
from tests.program.shapes import EVERYTHING, Shape

from .engine import PROJECT, Pulumi
from .plans import plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.server import Sandbox
    from tests.program.shapes import ReadyShape

    from .engine import Run

PAGE: Final = (PROJECT / "docs/how-to-change-what-is-protected.md").read_text(encoding="utf-8")
OURS: Final = "arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail"
BUCKET: Final = "meshtrail-123456789012-us-east-1"
TOGETHER: Final = (
    ("trail.name", "bucket.create.name", "eventDataStore.mode"),
    ("trail.cloudWatchLogs.enabled", "bucket.create.objectLock", "eventDataStore.retentionDays"),
    ("bucket.existing", "eventDataStore.key"),
    ("name", "key.existing"),
    ("aws:region",),
)
"""Changes that are refused for resources of their own, and so in one preview."""


@dataclass
class Stack:
    """The provisioned stack, and the sandbox behind it."""

    pulumi: Pulumi
    ready: ReadyShape
    sandbox: Sandbox

    def change(self, **settings: Any) -> None:
        """Write some settings, by path with `__` for a dot; the others are as they were at first."""
        self.configure({path.replace("__", "."): value for path, value in settings.items()})

    def configure(self, settings: dict[str, Any]) -> None:
        """Write some settings; the others are as they were at first."""
        self.pulumi.configure(**self.ready.config(settings))

    def client(self, service: str) -> Any:
        """A boto3 client of the account's root user."""
        return SandboxClient(self.sandbox.endpoint).root().client(service)

    def calls(self) -> list[str]:
        """Every call so far that changed something."""
        events = self.sandbox.state.ledger.events()
        return [event.record["eventName"] for event in events if not event.record["readOnly"]]

    def trail_let_in(self) -> set[str]:
        """The trails that the policies of bucket and key let in."""
        policy = self.client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]
        (key,) = [one["id"] for one in self.pulumi.state() if one["urn"].endswith("::audit-encryption-key")]
        policies = policy + self.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        return set(re.findall(r"arn:aws:cloudtrail:[\w:-]+:trail/[\w-]+", policies))

    def recorded(self, mesh: str) -> bool:
        """Whether the log files in the bucket, all delivered, tell of the creation of a mesh."""
        SandboxClient(self.sandbox.endpoint).flush()
        s3 = self.client("s3")
        listed = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return any(
            mesh.encode() in gzip.decompress(s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read())
            for one in listed
            if one["Key"].endswith(".json.gz")
        )


@pytest.fixture(scope="module")
def stack(running: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack with everything, provisioned once: each test leaves it so that the next ones can do without it."""
    running.reset()
    ready = EVERYTHING.ready(PROJECT, SandboxClient(running.endpoint))
    pulumi = Pulumi(tmp_path_factory.mktemp("stack") / "it", ready.stack, running.endpoint, ready.config())
    pulumi.up()
    return Stack(pulumi, ready, running)


def refused(run: Run) -> tuple[set[str], set[str]]:
    """What the engine refuses to replace, and what to delete, by name."""
    said = "\n".join(run.errors)
    replaced = re.findall(r'^unable to replace resource "\S+::([\w-]+)"', said, re.MULTILINE)
    return set(replaced), set(re.findall(r'resource "\S+::([\w-]+)" cannot be deleted$', said, re.MULTILINE))


def quoted(run: Run) -> list[str]:
    """The engine's words about refusals, without the names, as the page quotes them."""
    said = [re.sub(r"""urn:pulumi:[^"']+""", "URN", error) for error in run.errors if "protect" in error]
    return [line for error in said for line in error.splitlines()]


@pytest.mark.parametrize("settings", TOGETHER, ids=["-".join(each) for each in TOGETHER])
def test_a_preview_refuses_it_and_says_which_and_what_to_do(stack: Stack, settings: tuple[str, ...]) -> None:
    """What is protected is named; the page quotes the engine's words, and nothing was called."""
    changes = [refusal for refusal in REFUSALS if refusal.setting in settings]
    assert len(changes) == len(settings)
    before = stack.calls()
    stack.configure({path: value for change in changes for path, value in change.settings.items()})
    run = stack.pulumi.run("preview")

    replaced, deleted = refused(run)
    expected = {name for change in changes for name in change.replaced}
    assert run.exit_code != 0
    gone = {name for change in changes for name in change.deleted}
    assert replaced <= expected
    assert deleted <= gone
    assert (bool(replaced), bool(deleted)) == (bool(expected), bool(gone))
    if all(change.whole for change in changes):
        assert (replaced, deleted) == (expected, gone)
    assert [line for line in quoted(run) if line not in PAGE] == []
    assert stack.calls() == before


def test_an_up_previews_first_and_changes_nothing(stack: Stack) -> None:
    """Nothing is touched by an `up` whose preview is refused, not even what could have been changed."""
    before = stack.calls()
    stack.change(eventDataStore__key="aws-owned", trail__name="other")
    run = stack.pulumi.run("up", "--yes")
    assert run.exit_code != 0
    assert refused(run)[0] == {"audit-lake-store", "audit-recording-trail"}
    assert stack.calls() == before


def test_without_the_preview_a_refused_trail_has_lost_its_bucket(stack: Stack) -> None:
    """What comes before the trail is changed before the trail refuses; the old settings put it back.

    That is why the page says not to skip the preview.
    """
    stack.change(trail__name="other")
    run = stack.pulumi.run("up", "--yes", "--skip-preview")
    assert refused(run)[0] == {"audit-recording-trail"}
    assert stack.trail_let_in() == {OURS.replace("meshtrail", "other")}

    stack.change()
    stack.pulumi.up()
    assert stack.trail_let_in() == {OURS}
    stack.client("appmesh").create_mesh(meshName="after-all", spec={})
    assert stack.recorded("after-all")


@pytest.mark.thorough
def test_the_way_out_for_a_store_leaves_it_as_it_is(running: Sandbox, tmp_path: Path) -> None:
    """Unprotected in the state and adopted, Pulumi forgets the store and AWS keeps it; its key still lets it in."""
    shape = Shape("single-region", {"eventDataStore": {"mode": "create"}})
    ready = shape.ready(PROJECT, SandboxClient(running.endpoint))
    stack = Stack(Pulumi(tmp_path, ready.stack, running.endpoint, ready.config()), ready, running)
    stack.pulumi.up()
    (store,) = [one for one in stack.pulumi.state() if one["urn"].endswith("::audit-lake-store")]
    before = stack.calls()
    stack.pulumi.must("state", "unprotect", store["urn"], "--yes", "--stack", ready.stack, log=False)
    stack.configure({"eventDataStore": {"mode": "adopt", "arn": store["id"]}})
    run = stack.pulumi.up()

    assert plan_of(run) == {"audit-lake-store": "delete", "manifest": "update"}
    assert stack.calls() == before
    cloudtrail = SandboxClient(running.endpoint).root().client("cloudtrail", "eu-west-1")
    assert cloudtrail.get_event_data_store(EventDataStore=store["id"])["Status"] == "ENABLED"


@pytest.mark.thorough
def test_a_trail_without_protection_is_replaced_and_the_record_has_a_gap(stack: Stack) -> None:
    """The new trail is made before the old one goes, but what the old one had not delivered is never delivered.

    The log group, when it is no longer asked for, is gone.
    """
    stack.configure({"trail.protect": False})
    stack.pulumi.up()
    stack.client("appmesh").create_mesh(meshName="in-between", spec={})
    before = len(stack.calls())
    stack.configure(
        {"trail.protect": False, "trail.name": "other", "trail.cloudWatchLogs": {"enabled": False}}
    )
    run = stack.pulumi.up()

    assert plan_of(run)["audit-recording-trail"] == "replace"
    calls = stack.calls()[before:]
    order = [calls.index(name) for name in ("PutBucketPolicy", "CreateTrail", "StartLogging", "DeleteTrail")]
    assert order == sorted(order)
    assert not stack.recorded("in-between")
    assert stack.client("logs").describe_log_groups()["logGroups"] == []
    stack.client("appmesh").create_mesh(meshName="afterwards", spec={})
    assert stack.recorded("afterwards")


@pytest.mark.thorough
def test_without_protection_aws_still_keeps_the_bucket(stack: Stack) -> None:
    """A bucket with log files in it is not deleted by its replacement, but what guards it is."""
    unprotected = {"trail.protect": False, "bucket.create.protect": False}
    stack.configure(unprotected)
    stack.pulumi.up()
    stack.client("appmesh").create_mesh(meshName="in-the-old-one", spec={})
    assert stack.recorded("in-the-old-one")
    stack.configure(unprotected | {"bucket.create.name": "example-renamed"})
    run = stack.pulumi.run("up", "--yes", "--skip-preview")

    assert [step.name for step in run.failed] == ["audit-storage-bucket"]
    assert any("BucketNotEmpty" in error for error in run.errors)
    s3 = stack.client("s3")
    assert {one["Name"] for one in s3.list_buckets()["Buckets"]} >= {BUCKET, "example-renamed"}
    assert stack.recorded("in-the-old-one")
    with pytest.raises(Exception, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket=BUCKET)
