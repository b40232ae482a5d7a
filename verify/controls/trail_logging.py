"""A trail is logging, and was not stopped in the window.

GetTrailStatus tells of the last stop only. When that one lies after the window there may have been others before it,
and only Event history knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.aws import CannotLook, Gone
from verify.controls.base import Control
from verify.controls.recorded_calls import told
from verify.controls.recorded_trail import RecordedTrail
from verify.controls.requirements import TRAIL_ENABLED
from verify.controls.trail_delivery import told_times
from verify.controls.trail_state import GET_TRAIL_STATUS
from verify.finding import cannot_tell, fails, holds
from verify.lookup_events import LOOKUP_EVENTS
from verify.report.parts import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.record import Record
    from verify.finding import Fact, Finding

STOP: Final = "StopLogging"


class TrailLogs(Control[RecordedTrail]):
    """The trail is logging, and was not stopped in the window."""

    id = "trail.logging"
    title = "The trail is logging, and was not stopped in the window"
    severity = Severity.CRITICAL
    actions = (GET_TRAIL_STATUS, LOOKUP_EVENTS)
    requirements = TRAIL_ENABLED
    remedy = (
        "Start it (`aws cloudtrail start-logging`), and ask whoever stopped it why. What happened meanwhile is in "
        "Event history for 90 days."
    )

    def look(self, subject: RecordedTrail) -> Finding:
        """Decide it from GetTrailStatus; where that does not settle it, from Event history."""
        trail = subject.state
        try:
            status = trail.status
        except Gone as error:
            return fails(f"Trail {trail.promise.arn} does not exist.", ("error", error.why))
        stopped, started = status.get("StopLoggingTime"), status.get("StartLoggingTime")
        evidence = told_times(status, "StartLoggingTime", "StopLoggingTime")
        if not status.get("IsLogging"):
            when = f" since {_when(stopped)}" if stopped else ""
            return fails(
                f"Trail {trail.promise.name} is not logging{when}.", *evidence, *_who_stopped(subject)
            )
        window = trail.window
        if stopped is not None and stopped < window.end and window.start <= max(started or stopped, stopped):
            until = f" to {_when(started)}" if started else ""
            return fails(
                f"Trail {trail.promise.name} was stopped from {_when(stopped)}{until}.",
                *evidence,
                *_who_stopped(subject),
            )
        if stopped is not None and stopped >= window.end:
            return self._before_the_last_stop(subject, evidence)
        return holds("The trail is logging.", *evidence)

    def _before_the_last_stop(self, subject: RecordedTrail, evidence: list[Fact]) -> Finding:
        trail, stops = subject.state, _stops(subject)
        if stops:
            first = stops[0].event_time
            return fails(
                f"Trail {trail.promise.name} was stopped at {_when(first)}.", *evidence, *map(told, stops)
            )
        if not subject.calls.reaches_back:
            return cannot_tell(
                "The trail was stopped after the window; whether also in it, nobody can say.",
                *evidence,
                reason="CloudTrail tells of the last stop only, and Event history of 90 days.",
            )
        return holds("The trail is logging, and was not stopped in the window.", *evidence)


def _stops(subject: RecordedTrail) -> list[Record]:
    promise = subject.state.promise
    return [
        call
        for call in subject.calls.named(promise.home_region, [STOP])
        if call.error_code is None
        and (call.request_parameters or {}).get("name") in {promise.arn, promise.name}
    ]


def _who_stopped(subject: RecordedTrail) -> list[Fact]:
    """Who it was, where Event history tells; that the trail was stopped is certain without it."""
    try:
        return [told(call) for call in _stops(subject)]
    except CannotLook as error:
        return [("who", f"not known: {error.what}, {error.why}")]


def _when(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
