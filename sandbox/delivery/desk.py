"""What one trail still has to deliver, and how its last deliveries went."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sandbox.delivery.digests import Chain

if TYPE_CHECKING:
    from moto.cloudtrail.models import Trail

REDELIVERED_FOR: Final = timedelta(days=30)
"""How long CloudTrail keeps trying to deliver into a bucket that refuses
(docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A record on its way.

    Attributes:
        account: The account whose event it is.
        region: The Region of the event.
        record: The record as it will arrive.
        due: When it may be delivered at the earliest.
    """

    account: str
    region: str
    record: dict[str, Any]
    due: datetime


@dataclass(slots=True)
class Outcome:
    """How deliveries of one kind went: the last success, and the error of the last attempt, if it failed."""

    time: datetime | None = None
    error: str | None = None

    def succeeded(self) -> None:
        """Note a delivery now."""
        self.time, self.error = datetime.now(UTC), None

    def failed(self, code: str) -> None:
        """Note a refused delivery."""
        self.error = code


Outcomes = defaultdict[tuple[str, str], Outcome]
"""How deliveries went, by account and Region: GetTrailStatus answers for those it is asked in."""


@dataclass(slots=True)
class Desk:
    """One trail's outgoing post. Its lists may be touched from any thread, under `lock`.

    Attributes:
        trail: The trail, as moto keeps it.
        to_bucket: Records not yet in S3.
        to_log_group: Records not yet in CloudWatch Logs.
        chains: The digest chains, by account and source Region.
        ended: Where the last chain of an account and Region ended, for those whose chain has.
        logging_since: When logging was last started.
        stopped_at: When logging was last stopped.
        deleted: The trail is gone: what is left is delivered, and then the desk is closed.
        logs: How log files fared, by account and Region.
        digests: How digest files fared, by account and source Region.
        log_group: How CloudWatch Logs fared.
        notifications: How SNS fared.
    """

    trail: Trail
    to_bucket: list[Pending] = field(default_factory=list[Pending])
    to_log_group: list[Pending] = field(default_factory=list[Pending])
    chains: dict[tuple[str, str], Chain] = field(default_factory=dict[tuple[str, str], Chain])
    ended: dict[tuple[str, str], datetime] = field(default_factory=dict[tuple[str, str], datetime])
    logging_since: datetime | None = None
    stopped_at: datetime | None = None
    deleted: bool = False
    logs: Outcomes = field(default_factory=lambda: defaultdict(Outcome))
    digests: Outcomes = field(default_factory=lambda: defaultdict(Outcome))
    log_group: Outcome = field(default_factory=Outcome)
    notifications: Outcome = field(default_factory=Outcome)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, pending: Pending) -> None:
        """Put a record on its way."""
        with self.lock:
            self.to_bucket.append(pending)
            if self.trail.cw_log_group_arn:
                self.to_log_group.append(pending)

    def due(self, queue: list[Pending], moment: datetime) -> dict[tuple[str, str], list[Pending]]:
        """What may be delivered now, by account and Region; what CloudTrail has given up on is dropped."""
        groups: dict[tuple[str, str], list[Pending]] = {}
        with self.lock:
            queue[:] = [each for each in queue if moment - each.due < REDELIVERED_FOR]
            for each in queue:
                if each.due <= moment:
                    groups.setdefault((each.account, each.region), []).append(each)
        return groups

    def done(self, queue: list[Pending], delivered: list[Pending]) -> None:
        """Take what was delivered off a queue."""
        gone = {id(each) for each in delivered}
        with self.lock:
            queue[:] = [each for each in queue if id(each) not in gone]

    def chain(self, account: str, region: str) -> Chain:
        """The chain of an account and source Region, begun if there is none."""
        since = (self.logging_since or datetime.now(UTC)).replace(microsecond=0)
        # A record that a fault held back may arrive after its chain has ended: periods must not overlap.
        begin = max(since, self.ended.get((account, region), since))
        return self.chains.setdefault((account, region), Chain(begin))

    def end_chain(self, account: str, region: str) -> None:
        """Close a chain whose last digest is delivered."""
        self.ended[account, region] = self.chains.pop((account, region)).start

    @property
    def finished(self) -> bool:
        """Whether the trail is gone and nothing of it is left to deliver."""
        return self.deleted and not (self.to_bucket or self.to_log_group or self.chains)
