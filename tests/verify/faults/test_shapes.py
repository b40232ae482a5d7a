"""Shapes of what is there: clocks, order, copies, trails that share a place or a name, and an organization's trail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy
from sandbox.clients import ACCOUNT
from tests.verify.faults.matrix import FAIL, Row, complete, undecided
from tests.verify.faults.world import BUCKET, HOME, NAME, PREFIX, REGIONS, SECOND, TRAIL, World
from verify.discovery import discover
from verify.verdict import ExitCode
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.report import Report

HOUR = timedelta(hours=1)
SECOND_TRAIL = TRAIL.replace(NAME, "second")


def clock(*, off: timedelta) -> Callable[[World], Report]:
    """A verifier whose clock is wrong; the window is given as times."""

    def done(world: World) -> Report:
        now = datetime.now(UTC)
        return world.verify(now=now + off, window=Window(world.started, now + SECOND))

    return done


def everything_twice(world: World) -> Report:
    """Every event arrives twice in every store."""
    for destination in ("trail", "lake", "history"):
        world.sandbox.add_fault("duplicate", destination=destination, match={"region": world.region})
    world.call("first", "second")
    return world.verify()


def backwards(world: World) -> Report:
    """Events of which the later ones arrive first, each in a log file of its own."""
    world.call("pattern")
    (record,) = [
        record
        for record in world.sandbox.events()
        if record["eventName"] == "CreateMesh" and record["awsRegion"] == world.region
    ]
    first = datetime.now(UTC).replace(microsecond=0)
    for number in (3, 2, 1):
        happened = f"{first + number * SECOND:%Y-%m-%dT%H:%M:%SZ}"
        world.sandbox.capture(record | {"eventTime": happened, "eventID": f"event-{number}"})
        world.sandbox.flush()
    window = Window(world.started, first + 10 * SECOND)
    return world.verify(window=window, now=first + 10 * SECOND)


def discovered(world: World) -> Report:
    """No manifest: what there is."""
    inventory = discover(world.aws, regions=[HOME])
    manifest = inventory.manifest(event_sources=world.manifest.event_sources)
    return replace(world, manifest=manifest).verify(inventory=inventory)


def another_prefix_promised(prefix: str | None) -> Callable[[World], Report]:
    """A manifest that says that the trail writes elsewhere in the bucket."""

    def done(world: World) -> Report:
        trails = tuple(trail.model_copy(update={"prefix": prefix}) for trail in world.manifest.trails)
        return replace(world, manifest=world.manifest.model_copy(update={"trails": trails})).verify()

    return done


def recreated(world: World) -> Report:
    """The trail is deleted, and made again under its old name."""
    before = world.cloudtrail.get_trail(Name=TRAIL)["Trail"]
    world.cloudtrail.delete_trail(Name=TRAIL)
    world.sandbox.flush()
    world.cloudtrail.create_trail(
        Name=NAME,
        S3BucketName=BUCKET,
        S3KeyPrefix=PREFIX,
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        KmsKeyId=before["KmsKeyId"],
        CloudWatchLogsLogGroupArn=before["CloudWatchLogsLogGroupArn"],
        CloudWatchLogsRoleArn=before["CloudWatchLogsRoleArn"],
        TagsList=[{"Key": "owner", "Value": "audit"}],
    )
    world.cloudtrail.start_logging(Name=NAME)
    world.call("later")
    return world.verify()


def joined(*, promised: bool) -> Callable[[World], Report]:
    """A second trail delivers into the same bucket and prefix, with or without being in the manifest."""

    def done(world: World) -> Report:
        (first,) = world.manifest.trails
        _let_in(world, str(first.key_arn))
        world.cloudtrail.create_trail(
            Name="second",
            S3BucketName=BUCKET,
            S3KeyPrefix=PREFIX,
            IsMultiRegionTrail=True,
            EnableLogFileValidation=True,
            KmsKeyId=first.key_arn,
            TagsList=[{"Key": "owner", "Value": "audit"}],
        )
        world.cloudtrail.start_logging(Name="second")
        world.call("of-both")
        if not promised:
            return world.verify()
        other = first.model_copy(update={"arn": SECOND_TRAIL, "name": "second", "log_group_arn": None})
        manifest = world.manifest.model_copy(update={"trails": (first, other)})
        return replace(world, manifest=manifest).verify()

    return done


def _let_in(world: World, key: str) -> None:
    """Let the second trail write to the bucket, and encrypt with the key."""
    policy = json.loads(world.s3.get_bucket_policy(Bucket=BUCKET)["Policy"])
    destination = TrailDestination(bucket=BUCKET, trail_arn=SECOND_TRAIL, prefix=PREFIX)
    for statement in bucket_policy(destination)["Statement"]:
        policy["Statement"].append(statement | {"Sid": f"{statement['Sid']}Second"})
    world.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    kms = world.aws.client("kms", HOME)
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    for statement in key_policy(
        account=ACCOUNT, partition="aws", trail_arn=SECOND_TRAIL, event_data_stores=False
    )["Statement"]:
        policy["Statement"].append(statement | {"Sid": f"{statement['Sid']}Second"})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


NOT_THERE = {
    "trail.as-promised": FAIL,
    "bucket.delivery-policy": FAIL,
    **complete(FAIL, "trail-bucket"),
    **undecided("integrity.digest-chain", "integrity.log-files"),
}
"""Under another prefix there is nothing, and the bucket's policy lets nothing be written."""
SHARED: list[Row[World]] = [
    Row(name="a clock an hour behind", deed=clock(off=-HOUR), off={}, exit_code=ExitCode.OK),
    Row(name="a clock an hour ahead", deed=clock(off=HOUR), off={}, exit_code=ExitCode.OK),
    Row(name="discovered", deed=discovered, off={}, exit_code=ExitCode.OK),
    Row(
        name="no prefix promised",
        deed=another_prefix_promised(None),
        off=NOT_THERE,
        exit_code=ExitCode.FAILED,
    ),
    Row(
        name="the beginning of the prefix promised",
        deed=another_prefix_promised(PREFIX[:-1]),
        off=NOT_THERE,
        exit_code=ExitCode.FAILED,
    ),
]
IN_A_REGION: list[Row[World]] = [
    Row(name="everything twice", deed=everything_twice, off={}, exit_code=ExitCode.OK),
    Row(name="backwards", deed=backwards, off={}, exit_code=ExitCode.OK),
]
OWN: list[Row[World]] = [
    Row(
        name="a trail recreated under its old name",
        deed=recreated,
        off={"changes.none-weakening": FAIL},
        exit_code=ExitCode.FAILED,
        says=("DeleteTrail",),
    ),
    Row(
        name="two trails in one place, one promised",
        deed=joined(promised=False),
        off={},
        exit_code=ExitCode.OK,
    ),
    Row(
        name="two trails in one place, both promised",
        deed=joined(promised=True),
        off={},
        exit_code=ExitCode.OK,
    ),
]


@pytest.mark.parametrize("row", SHARED, ids=str)
def test_how_it_is_looked_at(row: Row[World], looked_at: World) -> None:
    """What is there is sound; the way to look at it differs."""
    row.hold(looked_at)


@pytest.mark.parametrize(
    ("number", "row"), list(enumerate(IN_A_REGION)), ids=[str(row) for row in IN_A_REGION]
)
def test_how_events_arrive(number: int, row: Row[World], looked_at: World) -> None:
    """Neither their order nor their copies matter."""
    row.hold(looked_at.in_region(REGIONS[number]))


@pytest.mark.parametrize("row", OWN, ids=str)
def test_trails_of_one_place(row: Row[World], fresh: World) -> None:
    """Files of one trail are not held against another, and a name is not taken for a trail."""
    row.hold(fresh)
