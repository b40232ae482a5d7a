"""How fast AWS may be asked: a budget for every action in every account and Region.

Sources: CloudTrail user guide, "Quotas in AWS CloudTrail"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html): LookupEvents 2 calls a second,
StartQuery 3, the reads of trails and event data stores 10; IAM user guide, "IAM and AWS STS quotas"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html): STS 600, of the calling account; EC2 developer
guide, "Request throttling" (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html): a bucket of describing
calls fills up by 20 a second. Each per account and Region.

Whoever else asks in an account shares its budget, so a published rate is where a budget begins and not what it may
count on: it halves when AWS says that it was too fast, and grows back slowly.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from verify.lookup_events import LOOKUP_EVENTS

WORKERS: Final = 128
"""How many calls are under way at a time.

A call costs boto3 1 to 2.4 ms of a processor, and one process of Python has one: it makes about 500 calls a second,
however many wait. Where a call takes 30 ms, 64 workers are enough for that. But a run asks all Regions from one place,
and the far ones answer after 200 ms and more. Measured where a call takes 150 ms: 32 workers make 176 calls a second,
64 make 315, 128 make 481 and 256 make 526; in memory they cost next to nothing.
"""
PUBLISHED: Final = {LOOKUP_EVENTS: 2.0, "cloudtrail:StartQuery": 3.0, "sts:AssumeRole": 600.0}
"""Calls a second, per account and Region, by action."""
BY_SERVICE: Final = {"cloudtrail": 10.0, "ec2": 20.0}
"""The same for the other actions of a service."""
OTHERWISE: Final = 100.0
"""For what AWS publishes no rate of that could matter here: S3 answers thousands of reads a second."""

FIRST: Final = {"sts:AssumeRole": 0, "ec2:DescribeRegions": 0, LOOKUP_EVENTS: 1}
"""Which calls go first when more are waiting than there are workers: those that an account's others wait for, then
those whose next page has to wait longest."""
LATER: Final = 2
"""The rank of all others."""

_GROWTH: Final = 0.05
"""What a success gives back, as a share of the published rate."""
_SLOWEST: Final = 1 / 64
"""The least a budget becomes, as a share of the published rate."""
_INSTANT: Final = 1e-6
"""What a sum of floats may be off by."""
_PAUSE: Final = 0.25
"""How long nothing is asked after the first refusal, in seconds; twice as long after each further one in a row."""


def published_rate(action: str) -> float:
    """How many calls of an action AWS allows a second, in one account and Region."""
    return PUBLISHED.get(action) or BY_SERVICE.get(action.partition(":")[0], OTHERWISE)


class Budget:
    """Turns for the calls of one action in one account and Region. Not for many threads.

    No more turns are given in any second than the rate is; below one a second, one in so many seconds.

    Args:
        rate: The published rate, in calls a second.
    """

    def __init__(self, rate: float) -> None:
        self._published = rate
        self.rate = rate
        self._turns: deque[float] = deque(maxlen=max(int(rate), 1))
        self._held_until = 0.0
        self._refusals = 0

    def wait(self, now: float) -> float:
        """How many seconds there are until the next turn; none: it can be taken."""
        count = min(max(int(self.rate), 1), len(self._turns) + 1)
        free = self._held_until
        if count <= len(self._turns):
            free = max(free, self._turns[-count] + count / self.rate)
        return free - now if free - now > _INSTANT else 0.0

    def take(self, now: float) -> None:
        """Take a turn."""
        self._turns.append(now)

    def too_fast(self, now: float) -> None:
        """AWS asked to slow down."""
        self.rate = max(self.rate / 2, self._published * _SLOWEST)
        self._held_until = now + max(_PAUSE * 2**self._refusals, 1 / self.rate)
        self._refusals += 1

    def answered(self) -> None:
        """AWS answered."""
        self._refusals = 0
        self.rate = min(self.rate + self._published * _GROWTH, self._published)


class Budgets:
    """The budgets of a run, each made when it is first asked for and shared from then on."""

    def __init__(self) -> None:
        self._budgets: dict[str, dict[tuple[str, str], Budget]] = {}

    def of(self, action: str, account: str, region: str) -> Budget:
        """The budget of an action in an account and Region."""
        budgets = self._budgets.setdefault(account, {})
        if (action, region) not in budgets:
            budgets[action, region] = Budget(published_rate(action))
        return budgets[action, region]

    def forget(self, account: str) -> None:
        """Let go of an account that is done."""
        self._budgets.pop(account, None)
