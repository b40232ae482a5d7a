"""A trail that also writes to a log group: what landed there, what did not, and what was too large to."""

import dataclasses
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from cloudtrail.resource_policies import log_role_trust
from sandbox.clients import ACCOUNT
from verify.report import Claim, Report
from verify.verdict import Verdict

World = Any  # the fixture's own type lives in conftest
Find = Callable[..., Claim]

GROUP = "audit"
STREAM = f"{ACCOUNT}_CloudTrail_us-east-1"


@pytest.fixture
def logged(world: World) -> World:
    """The world with a log group behind its trail, and a few events that landed in it."""
    role = world.aws.client("iam", "us-east-1").create_role(
        RoleName="logs", AssumeRolePolicyDocument=json.dumps(log_role_trust())
    )
    logs_of(world).create_log_group(logGroupName=GROUP)
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}"
    (trail,) = world.manifest.trails
    world.aws.cloudtrail("us-east-1").update_trail(
        Name=trail.name, CloudWatchLogsLogGroupArn=f"{arn}:*", CloudWatchLogsRoleArn=role["Role"]["Arn"]
    )
    trails = (trail.model_copy(update={"log_group_arn": arn}),)
    world = dataclasses.replace(world, manifest=world.manifest.model_copy(update={"trails": trails}))
    world.call()
    world.sandbox.flush()
    return world


def logs_of(world: World) -> Any:
    """CloudWatch Logs."""
    return world.aws.client("logs", "us-east-1")


def in_the_next_second() -> None:
    """Wait until the clock's next whole second."""
    now = int(time.time())
    while int(time.time()) == now:
        time.sleep(0.02)


def statuses(report: Report) -> list[str]:
    """What became of each event in the log group."""
    return [event.stores["log-group:meshtrail"].status.value for event in report.events]


def test_every_event_landed_with_its_delay(logged: World, claim: Find) -> None:
    """A store like the others: complete, readable, unaltered, in time."""
    report = logged.verify()
    for claim_id in ("landing.complete", "landing.readable", "landing.unaltered", "landing.in-time"):
        assert claim(report, claim_id, "log-group").verdict is Verdict.PASS, claim_id
    (store,) = [store for store in report.stores if store.kind == "log-group"]
    assert store.location.endswith(f":log-group:{GROUP}")
    assert store.delays is not None
    assert set(statuses(report)) == {"landed"}


def test_a_stream_that_was_deleted_is_missed(logged: World, claim: Find) -> None:
    """What somebody deleted of the log group is named, and nothing is held against the other stores."""
    in_the_next_second()  # an event of the very second in which the group was made may be older than it
    logged.call(user_agent="later")
    logged.sandbox.flush()
    logs_of(logged).delete_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    report = logged.verify()
    assert claim(report, "landing.complete", "log-group").verdict is Verdict.FAIL
    assert claim(report, "landing.complete", "trail-bucket").verdict is Verdict.PASS
    assert statuses(report)[-3:] == ["missing"] * 3


def test_a_group_that_was_deleted_is_a_loss(logged: World, claim: Find) -> None:
    """Not something that could not be looked at: the answer is that there is nothing."""
    logs_of(logged).delete_log_group(logGroupName=GROUP)
    assert claim(logged.verify(), "landing.complete", "log-group").verdict is Verdict.FAIL


def test_an_event_that_somebody_added_is_told(logged: World, claim: Find) -> None:
    """PutLogEvents can write a second record of an event: it differs from the first, in named fields."""
    logs = logs_of(logged)
    first = logs.get_log_events(logGroupName=GROUP, logStreamName=STREAM)["events"][0]
    forged = json.loads(first["message"]) | {"sourceIPAddress": "192.0.2.1"}
    logs.put_log_events(
        logGroupName=GROUP,
        logStreamName=STREAM,
        logEvents=[{"timestamp": first["timestamp"], "message": json.dumps(forged)}],
    )
    found = claim(logged.verify(), "landing.unaltered", "log-group")
    assert found.verdict is Verdict.FAIL
    assert "sourceIPAddress" in found.evidence[0].value


def test_a_refusal_is_no_verdict(logged: World, claim: Find) -> None:
    """Who may not search the group, or not even see it, is told which action is missing."""
    for operation in ("FilterLogEvents", "DescribeLogGroups"):
        logged.sandbox.add_fault(
            "refuse",
            service="logs",
            operation=operation,
            code="AccessDeniedException",
        )
    found = claim(logged.verify(), "landing.complete", "log-group")
    assert found.verdict is Verdict.UNVERIFIABLE
    assert "logs:FilterLogEvents" in found.summary
