"""Wrong settings end a preview by Pulumi's own engine; the message says which they are and what to write instead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clients import SandboxClient

from .engine import Pulumi

if TYPE_CHECKING:
    from sandbox.server import Sandbox

    from .engine import Run

STACK = "sandbox"
ELSEWHERE = "audit-logs-elsewhere"
"""A bucket of another Region than the stack's."""


@dataclass(frozen=True)
class Bystander:
    """The stack with everything in it, which nothing of a wrong setting may reach.

    Attributes:
        pulumi: The stack.
        sandbox: Its AWS.
        before: How many calls had changed something on AWS before the first preview.
    """

    pulumi: Pulumi
    sandbox: Sandbox
    before: int

    def refused(self, *command: str, **changes: Any) -> Run:
        """Run a command with changed settings: it has to fail, say why to people, and touch nothing."""
        self.pulumi.configure(**changes)
        run = self.pulumi.run(*command)
        assert run.exit_code != 0, run.output
        assert "Traceback" not in run.output
        assert changing_calls(self.sandbox) == self.before
        assert recorded_resources(self.pulumi) == []
        return run


def changing_calls(sandbox: Sandbox) -> int:
    """How many calls changed something on AWS, as CloudTrail records them."""
    return sum(not event.record["readOnly"] for event in sandbox.state.ledger.events())


def recorded_resources(pulumi: Pulumi) -> list[str]:
    """The URNs in the file in which Pulumi keeps the stack's state."""
    (file,) = pulumi.folder.rglob(f"states/.pulumi/stacks/*/{pulumi.stack}.json")
    latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"].get("latest") or {}
    return [each["urn"] for each in latest.get("resources", [])]


@pytest.fixture(scope="module")
def stack(running: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Bystander:
    """A stack that was never updated."""
    s3 = SandboxClient(running.endpoint).root().client("s3", "eu-west-1")
    s3.create_bucket(Bucket=ELSEWHERE, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    pulumi = Pulumi(tmp_path_factory.mktemp(STACK), STACK, running.endpoint)
    return Bystander(pulumi, running, changing_calls(running))


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("regions", "us-east-1", "array<string>"),
        ("bucket", "my-bucket", "object"),
        ("scope", ["multi-region"], "string"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_before_the_program_runs(
    stack: Bystander, key: str, value: Any, wanted: str
) -> None:
    """`Pulumi.yaml` says what every key holds, and Pulumi itself holds the stack to it."""
    run = stack.refused("preview", **{f"meshtrail:{key}": value})
    assert f"'{key}' must be of type '{wanted}'" in run.output
    assert run.events == []


WRONG: dict[str, Any] = {
    "aws:region": None,
    "meshtrail:retentionDays": 400,
    "meshtrail:name": "Mesh Trail",
    "meshtrail:scope": "organization",
    "meshtrail:regions": ["us-east-1", "us-east-l"],
    "meshtrail:trail": {"eventSources": ["appmesh.amazonaws.com"], "cloudWatchLogs": {"retentionDays": 6}},
    "meshtrail:bucket": {
        "create": {"objectLock": {"mode": "GOVERNANCE", "days": 0}},
        "existing": {"name": "b"},
    },
    "meshtrail:key": {"existing": {"arn": "alias/audit"}},
    "meshtrail:eventDataStore": {"mode": "create", "retentionDays": 6},
}
TOLD = (
    ("aws:region", "Run `pulumi config set aws:region REGION`."),
    ("meshtrail:retentionDays", "is not a setting."),
    ("meshtrail:name", "Use 3 to 32 lower-case letters"),
    ("meshtrail:organization.id", "`aws organizations describe-organization`"),
    ("meshtrail:regions[1]", "'us-east-l'"),
    ("meshtrail:trail.eventSources", "(eventDataStore.mode: create)"),
    ("meshtrail:trail.cloudWatchLogs.retentionDays", "Use one of 1, 3, 5, 7,"),
    ("meshtrail:bucket.create.objectLock.days", "Write 1 or more."),
    ("meshtrail:bucket.existing.name", "is not a"),
    ("meshtrail:key.existing.arn", "is not"),
    ("meshtrail:eventDataStore.retentionDays", "Write 7 to 3653."),
)
"""What is wrong with them, and how each is told: its key, and what to write instead or a word of what is wrong."""


def test_everything_that_is_wrong_is_told_at_once(stack: Bystander) -> None:
    """One preview names every key, with what to do, in one error; no AWS resource is even planned."""
    run = stack.refused("preview", **WRONG)
    (told,) = [error for error in run.errors if "cannot be used" in error]
    assert told.startswith(f"{len(TOLD)} settings cannot be used\n  where: Pulumi.sandbox.yaml\n")
    lines = [line.strip() for line in told.splitlines() if line.startswith("  - ")]
    for key, remedy in TOLD:
        (line,) = [line for line in lines if line.startswith(f"- {key}: ")]
        assert remedy in line, line
    assert {step.type for step in run.steps} <= {"pulumi:pulumi:Stack"}


@pytest.mark.parametrize(
    ("store", "key", "remedy"),
    [
        ({"mode": "create", "retentionDays": 3654}, "retentionDays", "Write 7 to 3653."),
        (
            {"mode": "adopt", "arn": "arn:aws:s3:::audit-logs"},
            "arn",
            "It reads arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID",
        ),
    ],
    ids=["ten years and a day", "not a store"],
)
def test_a_store_that_cannot_be_is_refused(
    stack: Bystander, store: dict[str, Any], key: str, remedy: str
) -> None:
    """By the one key that is wrong, with what it has to be."""
    run = stack.refused("preview", **{"meshtrail:eventDataStore": store})
    (told,) = [error for error in run.errors if "cannot be used" in error]
    assert told.startswith("1 setting cannot be used\n")
    assert f"- meshtrail:eventDataStore.{key}: " in told
    assert remedy in told


def test_a_bucket_in_another_region_is_refused_by_up_as_well(stack: Bystander) -> None:
    """Only AWS knows where it is; `up` previews first, and so gets no further than `preview`."""
    run = stack.refused("up", "--yes", **{"meshtrail:bucket": {"existing": {"name": ELSEWHERE}}})
    (told,) = [error for error in run.errors if ELSEWHERE in error]
    assert told.startswith(f"The bucket {ELSEWHERE} is in eu-west-1, not in us-east-1\n")
    assert "do: Write meshtrail:bucket.existing.region: eu-west-1" in told


def test_credentials_of_the_wrong_account_are_refused(stack: Bystander) -> None:
    """The provider says which account it is; the program, which setting says what it may be."""
    run = stack.refused("preview", **{"aws:allowedAccountIds": ["111111111111"]})
    assert any("AWS account 123456789012 is not one the provider may run in" in error for error in run.errors)
    (told,) = [error for error in run.errors if error.startswith("The AWS account is not known")]
    assert "aws:allowedAccountIds" in told


def test_an_organization_that_is_none_is_refused(stack: Bystander) -> None:
    """An account that is in no organization can make no organization's trail; no resource of AWS is planned."""
    settings = {
        "aws:allowedAccountIds": ["123456789012"],
        "meshtrail:scope": "organization",
        "meshtrail:organization": {"id": "o-exampleorgid"},
    }
    run = stack.refused("preview", **settings)
    (told,) = [error for error in run.errors if error.startswith("The account's organization is not known")]
    assert "meshtrail:organization.id" in told
    assert "AWSOrganizationsNotInUseException" in told
    assert not [step for step in run.steps if step.type.startswith("aws:")]
