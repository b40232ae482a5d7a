"""The courier: takes events to the trails they are for, and delivers by the clock, or all at once when told.

Log files go out every `delivery_interval`, digests every `digest_interval`, per trail. An event is given to a
trail when it is captured: what happens before StartLogging or after StopLogging is never delivered, and what
was captured in between is, however late.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sandbox.delivery import log_group
from sandbox.delivery.bucket import put
from sandbox.delivery.desk import Desk, Pending
from sandbox.delivery.digests import deliver_digest
from sandbox.delivery.log_files import log_files
from sandbox.delivery.refusal import DeliveryRefused
from sandbox.delivery.scope import accounts_of, all_trails, trail_wants

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.cloudtrail.models import Trail

    from sandbox.delivery.digests import Chain
    from sandbox.delivery.signing_keys import SigningKeys
    from sandbox.faults import FaultPlan
    from sandbox.ledger import CapturedEvent
    from sandbox.settings import SandboxSettings

log: Final = logging.getLogger(__name__)

_SECOND: Final = timedelta(seconds=1)


class Courier:
    """Delivers for every trail; safe to use from any thread, and runs one of its own after `start`."""

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        faults: FaultPlan,
        keys: SigningKeys,
        every_round: Callable[[], None],
    ) -> None:
        """Know no trail yet.

        Args:
            settings: The intervals.
            faults: What goes wrong on the way to a trail.
            keys: What signs digests.
            every_round: What else to do whenever log files are delivered by the clock.
        """
        self._settings = settings
        self._faults = faults
        self._keys = keys
        self._every_round = every_round
        self._rng = random.Random(settings.seed)  # noqa: S311 - names of log files, to be repeated with the seed
        self._desks: dict[str, Desk] = {}
        self._departed: list[Desk] = []
        self._places: set[tuple[str, str]] = set()
        self._at_work = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # Events in.

    def take(self, event: CapturedEvent) -> None:
        """Give an event to every trail that wants it."""
        self._places.add((event.account, event.region))
        for trail in all_trails():
            desk = self.desk(trail)
            if not trail_wants(trail, event, stopped_at=desk.stopped_at):
                continue
            treatment = self._faults.treatment("trail", event)
            due = event.captured_at + timedelta(seconds=treatment.delay)
            for record in treatment.applied_to(event.record):
                desk.post(Pending(event.account, event.region, record, due))

    def desk(self, trail: Trail) -> Desk:
        """The desk of a trail, set up if there is none."""
        known = self._desks.get(trail.arn)
        return known or self._desks.setdefault(trail.arn, Desk(trail))

    def logging_started(self, trail: Trail) -> None:
        """Begin new digest chains: the next digests are start digests."""
        with self._at_work:
            self.desk(trail).logging_since = datetime.now(UTC)

    def logging_stopped(self, trail: Trail) -> None:
        """End the digest chains: the next digests are the last of theirs."""
        with self._at_work:
            desk = self.desk(trail)
            desk.stopped_at = datetime.now(UTC)
            for chain in desk.chains.values():
                chain.ends_here = True

    def validation_changed(self, trail: Trail) -> None:
        """Log file validation was switched: the chains break, and the next digests are start digests."""
        with self._at_work:
            desk = self.desk(trail)
            desk.chains.clear()
            desk.logging_since = datetime.now(UTC)

    def trail_deleted(self, trail: Trail) -> None:
        """Deliver what is left, and the last digests, at the next rounds."""
        with self._at_work:
            desk = self.desk(trail)
            self.logging_stopped(trail)
            desk.deleted = True
            self._departed.append(self._desks.pop(trail.arn))

    # Deliveries out.

    def flush(self) -> None:
        """Deliver all that is due now, log files and a digest that covers them, before returning.

        A digest's period ends on a whole second that no other digest of its chain ends on, so this may take
        up to a second. What a fault delays stays delayed.
        """
        with self._at_work:
            self._deliver_logs()
            waiting = [chain for desk in self._all_desks() for chain in desk.chains.values() if chain.logs]
            latest = max((chain.start for chain in waiting), default=None)
            if latest is not None:
                time.sleep(max(0.0, (latest + _SECOND - datetime.now(UTC)).total_seconds()))
            self._deliver_digests()

    def start(self) -> None:
        """Deliver by the clock from now on, in a thread."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="sandbox-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop delivering; what is pending stays pending."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def clear(self) -> None:
        """Forget every trail and what it had to deliver."""
        with self._at_work:
            self._desks.clear()
            self._departed.clear()
            self._places.clear()

    def _run(self) -> None:
        logs_at = time.monotonic() + self._settings.delivery_interval
        digests_at = time.monotonic() + self._settings.digest_interval
        while not self._stopping.wait(max(0.01, min(logs_at, digests_at) - time.monotonic())):
            try:
                if time.monotonic() >= logs_at:
                    logs_at = time.monotonic() + self._settings.delivery_interval
                    self._every_round()
                    self._deliver_logs()
                if time.monotonic() >= digests_at:
                    digests_at = time.monotonic() + self._settings.digest_interval
                    self._deliver_digests()
            except Exception:  # the next round must come, whatever moto raised in this one
                log.exception("A round of deliveries failed")

    def _all_desks(self) -> list[Desk]:
        return [*self._desks.values(), *self._departed]

    def _deliver_logs(self) -> None:
        with self._at_work:
            moment = datetime.now(UTC)
            for desk in self._all_desks():
                self._to_bucket(desk, moment)
                self._to_log_group(desk, moment)

    def _to_bucket(self, desk: Desk, moment: datetime) -> None:
        trail = desk.trail
        for (account, region), group in desk.due(desk.to_bucket, moment).items():
            records = [each.record for each in group]
            files = log_files(
                trail, account=account, region=region, records=records, moment=moment, rng=self._rng
            )
            outcome = desk.logs[account, region]
            try:
                self._check_it_works(account, region)
                for file in files:
                    put(trail, file.key, file.body)
                    if trail.log_validation:
                        desk.chain(account, region).logs.append(file.reference)
                    self._notify(desk, file.key)
            except DeliveryRefused as refusal:
                outcome.failed(refusal.code)
            else:
                outcome.succeeded()
                desk.done(desk.to_bucket, group)

    def _check_it_works(self, account: str, region: str) -> None:
        code = self._faults.broken_delivery(account=account, region=region)
        if code is not None:
            raise DeliveryRefused(code)

    def _notify(self, desk: Desk, key: str) -> None:
        if not desk.trail.sns_topic_name:
            return
        try:
            log_group.notify(desk.trail, [key])
        except DeliveryRefused as refusal:
            desk.notifications.failed(refusal.code)
        else:
            desk.notifications.succeeded()

    def _to_log_group(self, desk: Desk, moment: datetime) -> None:
        for (account, region), group in desk.due(desk.to_log_group, moment).items():
            records = [each.record for each in group]
            try:
                log_group.send(desk.trail, account=account, region=region, records=records)
            except DeliveryRefused as refusal:
                desk.log_group.failed(refusal.code)
            else:
                desk.log_group.succeeded()
                desk.done(desk.to_log_group, group)

    def _deliver_digests(self) -> None:
        with self._at_work:
            end = datetime.now(UTC).replace(microsecond=0)
            for desk in self._all_desks():
                self._begin_chains(desk)
                for (account, region), chain in list(desk.chains.items()):
                    if chain.start < end:
                        self._digest(desk, chain, account=account, region=region, end=end)
            self._departed[:] = [desk for desk in self._departed if not desk.finished]

    def _begin_chains(self, desk: Desk) -> None:
        # Digests come for quiet Regions too. AWS delivers them for every enabled Region; the sandbox does for
        # those that anything has happened in.
        trail = desk.trail
        if desk.deleted or not (trail.log_validation and trail.status.is_logging):
            return
        for account in accounts_of(trail):
            desk.chain(account, trail.region_name)
            if trail.is_multi_region:
                for region in sorted(region for owner, region in tuple(self._places) if owner == account):
                    desk.chain(account, region)

    def _digest(self, desk: Desk, chain: Chain, *, account: str, region: str, end: datetime) -> None:
        try:
            key = self._keys.of(region)
            deliver_digest(desk.trail, chain, account=account, region=region, end=end, key=key)
        except DeliveryRefused as refusal:
            desk.digests[account, region].failed(refusal.code)
            return
        desk.digests[account, region].succeeded()
        if chain.ends_here or desk.deleted or not desk.trail.status.is_logging:
            desk.end_chain(account, region)
