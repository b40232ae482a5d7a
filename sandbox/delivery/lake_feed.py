"""From captured events to CloudTrail Lake, with what goes wrong on the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.faults import FaultPlan
    from sandbox.lake.service import LakeService
    from sandbox.ledger import CapturedEvent


class LakeFeed:
    """Hands events to Lake: at once, or when a fault lets them go. Safe to use from any thread."""

    def __init__(self, *, lake: LakeService, faults: FaultPlan) -> None:
        self._lake = lake
        self._faults = faults
        self._held: list[tuple[datetime, CapturedEvent]] = []
        self._lock = threading.Lock()

    def take(self, event: CapturedEvent) -> None:
        """Take an event on its way."""
        treatment = self._faults.treatment("lake", event)
        for record in treatment.applied_to(event.record):
            arriving = replace(event, record=record)
            if treatment.delay:
                with self._lock:
                    self._held.append((datetime.now(UTC) + timedelta(seconds=treatment.delay), arriving))
            else:
                self._lake.ingest(arriving)

    def release(self) -> None:
        """Hand over the events whose delay is over."""
        now = datetime.now(UTC)
        with self._lock:
            due = [event for moment, event in self._held if moment <= now]
            self._held = [(moment, event) for moment, event in self._held if moment > now]
        for event in due:
            self._lake.ingest(event)

    def clear(self) -> None:
        """Forget what is held."""
        with self._lock:
            self._held.clear()
