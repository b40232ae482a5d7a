"""Every setting that can be changed in place, by Pulumi's own engine on provisioned stacks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from sandbox.clients import SandboxClient
from tests.program.changes import IN_PLACE, Change
from tests.program.packing import pack, settings_of, union
from tests.program.shapes import EVERYTHING, MANAGED, SMALL

from .engine import PROJECT, Pulumi
from .plans import STACKS_PROVIDER, plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.server import Sandbox
    from tests.program.plans import Effect, Plan
    from tests.program.shapes import ReadyShape, Shape

APPLIED: Final = (
    *(
        "tags",
        "trail.managementEvents",
        "trail.prefix",
        "trail.cloudWatchLogs.retentionDays",
        "trail.insights",
    ),
    *(
        "bucket.create.objectLock.days",
        "bucket.create.lifecycle.expireDays",
        "bucket.create.accessLog.prefix",
    ),
    *("eventDataStore.capture", "eventDataStore.retentionDays", "eventDataStore.terminationProtection"),
    *("athena.maxScanGigabytes", "athena.resultsDays", "verifierRole.trusted"),
)
"""What is also applied: at least one change of every type of resource that has any."""

NEVER_CHANGED: Final = {
    *("aws:kms/alias:Alias", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
    *("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "aws:s3/bucketVersioning:BucketVersioning"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    *("aws:iam/rolePolicy:RolePolicy", "aws:sns/topicPolicy:TopicPolicy", "aws:athena/namedQuery:NamedQuery"),
}
"""Types of which no setting changes anything in place."""


@dataclass
class Stack:
    """A provisioned stack."""

    pulumi: Pulumi
    shape: Shape
    ready: ReadyShape

    def preview(self, settings: dict[str, Any]) -> Plan:
        """What a preview says of some settings."""
        self.pulumi.configure(**self.ready.config(settings))
        return plan_of(self.pulumi.preview())


def provisioned(shape: Shape, running: Sandbox, folder: Path) -> Stack:
    """A shape, provisioned on an empty sandbox."""
    running.reset()
    ready = shape.ready(PROJECT, SandboxClient(running.endpoint))
    pulumi = Pulumi(folder / "it", ready.stack, running.endpoint, ready.config())
    pulumi.up()
    return Stack(pulumi, shape, ready)


@pytest.fixture(scope="module")
def everything(running: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack with everything, provisioned once: the first tests look, the last one applies."""
    return provisioned(EVERYTHING, running, tmp_path_factory.mktemp("everything"))


def changes_of(stack: Stack) -> list[Change]:
    """The changes that there are for a stack's shape."""
    return [change for change in IN_PLACE if change.shape is stack.shape]


def expected(change: Change, ready: ReadyShape) -> Plan:
    """What the engine has to say of a change."""
    if change.provider:
        return {STACKS_PROVIDER: frozenset({"allowedAccountIds"})}
    return ready.named(change.plan)


def has(plan: Plan, name: str, effect: Effect) -> bool:
    """Whether a plan has an effect, maybe among others on the same resource."""
    found = plan.get(name)
    if isinstance(found, frozenset) and isinstance(effect, frozenset):
        return effect <= found
    return found == effect


def hold_to_the_table(stack: Stack) -> None:
    """Preview every change of a stack's shape: each setting's own effect is there, and nothing that none asked for."""
    for group in pack(changes_of(stack), stack.ready, PROJECT):
        plan = stack.preview(settings_of(group))
        plans = {change.path: expected(change, stack.ready) for change in group}
        for path, effects in plans.items():
            missing = {name for name, effect in effects.items() if not has(plan, name, effect)}
            assert effects, path
            assert missing == set(), path
        assert plan == union(plans.values())


def test_what_everything_changes_in_place(everything: Stack) -> None:
    """The engine plans for every setting what the table says, and nothing else.

    It says `replace` of nothing that holds the record; the sandbox's own engine is held to the same table, one setting
    at a time, in tests/program/test_in_place.py.
    """
    hold_to_the_table(everything)


def test_what_changes_in_place_keeps_what_it_is(everything: Stack) -> None:
    """Applied, each change is on AWS, and every resource is the one it was.

    Of every type of resource something changes, but of those that no setting changes.
    """
    stack = everything
    changes = [change for change in changes_of(stack) if change.path in APPLIED]
    assert len(changes) == len(APPLIED)
    before = {one["urn"]: one for one in stack.pulumi.state()}
    stack.pulumi.configure(**stack.ready.config(settings_of(changes)))
    run = stack.pulumi.up()

    assert plan_of(run) == union(expected(change, stack.ready) for change in changes)
    assert run.changes.keys() == {"same", "update"}
    updated = {step.type for step in run.steps if step.op == "update"}
    assert updated | NEVER_CHANGED == {
        one["type"] for one in before.values() if one["type"].startswith("aws:")
    }
    after = {one["urn"]: one for one in stack.pulumi.state()}
    assert {urn: (one.get("id"), one["created"]) for urn, one in after.items()} == {
        urn: (one.get("id"), one["created"]) for urn, one in before.items()
    }
    assert told_by_aws(stack, after) == {
        "tags": {"meshtrail:stack": "sandbox", "purpose": "audit"},
        "trail.managementEvents": [{"Field": "readOnly", "Equals": ["false"]}],
        "trail.prefix": ("audit", "audit/AWSLogs/123456789012/*", "audit/AWSLogs/"),
        "trail.cloudWatchLogs.retentionDays": 30,
        "trail.insights": ["ApiErrorRateInsight"],
        "bucket.create.objectLock.days": 2,
        "bucket.create.lifecycle.expireDays": 3650,
        "bucket.create.accessLog.prefix": "other/",
        "eventDataStore.capture": True,
        "eventDataStore.retentionDays": 2555,
        "eventDataStore.terminationProtection": False,
        "athena.maxScanGigabytes": 60_000_000_000,
        "athena.resultsDays": 6,
        "verifierRole.trusted": ["arn:aws:iam::444455556666:root"],
    }


@pytest.mark.thorough
@pytest.mark.parametrize("shape", [SMALL, MANAGED], ids=["small", "managed"])
def test_what_other_stacks_change_in_place(shape: Shape, running: Sandbox, tmp_path: Path) -> None:
    """The same where parts are added to the smallest stack, and where there are three accounts."""
    hold_to_the_table(provisioned(shape, running, tmp_path))


def told_by_aws(stack: Stack, state: dict[str, Any]) -> dict[str, Any]:
    """What AWS has of each setting that was applied."""
    client = SandboxClient(stack.pulumi.endpoint).root().client
    ids = {one["urn"].rpartition("::")[2]: one.get("id") for one in state.values()}
    cloudtrail, s3, trail = client("cloudtrail"), client("s3"), ids["audit-recording-trail"]
    bucket, store = ids["audit-storage-bucket"], ids["audit-lake-store"]
    selectors = cloudtrail.get_event_selectors(TrailName=trail)["AdvancedEventSelectors"]
    kept = cloudtrail.get_event_data_store(EventDataStore=store)
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    (written,) = [
        one["Resource"].partition(":::")[2].removeprefix(f"{bucket}/")
        for one in policy["Statement"]
        if one["Action"] == "s3:PutObject"
    ]
    table = client("glue").get_table(DatabaseName="meshtrail", Name=ids["audit-athena-records"].split(":")[2])
    role = client("iam").get_role(RoleName="MeshtrailVerifier")["Role"]
    workgroup = client("athena").get_work_group(WorkGroup="meshtrail")["WorkGroup"]["Configuration"]
    groups = client("logs").describe_log_groups(logGroupNamePrefix="/meshtrail/meshtrail")["logGroups"]
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    ages = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    results = s3.get_bucket_lifecycle_configuration(Bucket=ids["audit-athena-results"])["Rules"]
    tags = cloudtrail.list_tags(ResourceIdList=[trail])["ResourceTagList"][0]["TagsList"]
    return {
        "tags": {tag["Key"]: tag["Value"] for tag in tags},
        "trail.managementEvents": [
            field for field in selectors[0]["FieldSelectors"] if field["Field"] == "readOnly"
        ],
        "trail.prefix": (
            cloudtrail.get_trail(Name=trail)["Trail"]["S3KeyPrefix"],
            written,
            table["Table"]["StorageDescriptor"]["Location"].removeprefix(f"s3://{bucket}/"),
        ),
        "trail.cloudWatchLogs.retentionDays": groups[0]["retentionInDays"],
        "trail.insights": [
            one["InsightType"]
            for one in cloudtrail.get_insight_selectors(TrailName=trail)["InsightSelectors"]
        ],
        "bucket.create.objectLock.days": lock["Rule"]["DefaultRetention"]["Days"],
        "bucket.create.lifecycle.expireDays": ages[0]["Expiration"]["Days"],
        "bucket.create.accessLog.prefix": s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"][
            "TargetPrefix"
        ],
        "eventDataStore.capture": all(
            {"Field": "readOnly", "Equals": ["false"]} in one["FieldSelectors"]
            for one in kept["AdvancedEventSelectors"]
        ),
        "eventDataStore.retentionDays": kept["RetentionPeriod"],
        "eventDataStore.terminationProtection": kept["TerminationProtectionEnabled"],
        "athena.maxScanGigabytes": workgroup["BytesScannedCutoffPerQuery"],
        "athena.resultsDays": results[0]["Expiration"]["Days"],
        "verifierRole.trusted": role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"],
    }
