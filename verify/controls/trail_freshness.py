"""A trail's last deliveries are as recent as they should be.

Digest files come at their cadence, an hour on AWS, also when nothing happened: an old one is a finding by itself. Log
files come when something happened. So a last delivery that is old proves nothing alone; it takes an event that the
selectors take, that happened after it, and that has had its time: Event history is asked for one.

Sources: CloudTrail API reference, GetTrailStatus; CloudTrail user guide, "How CloudTrail works" (delivery takes about
5 minutes on average, which is not guaranteed) and "CloudTrail digest file structure" (an empty digest file is written
when nothing was delivered).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.selectors import SelectableEvent, matches
from verify.controls.base import Control
from verify.controls.recorded_calls import told
from verify.controls.recorded_trail import RecordedTrail
from verify.controls.requirements import DELIVERY
from verify.controls.trail_state import GET_EVENT_SELECTORS, GET_TRAIL, GET_TRAIL_STATUS
from verify.finding import Finding, cannot_tell, does_not_apply, fails, holds
from verify.lookup_events import LOOKUP_EVENTS
from verify.reconcile import LATE_AFTER
from verify.report.parts import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.record import Record
    from verify.controls.trail_state import TrailState
    from verify.finding import Fact

SLACK: Final = LATE_AFTER
"""How long a delivery may take."""
_GLOBAL: Final = frozenset(
    f"{service}.amazonaws.com" for service in ("iam", "sts", "cloudfront", "route53", "organizations")
)
"""Services whose events reach a single-Region trail or not by where it is and what it asks for: none proves it late."""
DIGEST: Final = "LatestDigestDeliveryTime"
LOG_FILE: Final = "LatestDeliveryTime"
LOG_GROUP: Final = "LatestCloudWatchLogsDeliveryTime"


class TrailIsFresh(Control[RecordedTrail]):
    """Log files, digest files and the log group were delivered to as recently as they should have been."""

    id = "trail.fresh"
    title = "The trail's last deliveries are as recent as they should be"
    severity = Severity.HIGH
    actions = (GET_TRAIL_STATUS, GET_TRAIL, GET_EVENT_SELECTORS, LOOKUP_EVENTS)
    requirements = DELIVERY
    remedy = (
        "See `trail.delivering` for an error; if there is none, ask AWS Health whether CloudTrail is impaired in the "
        "Region, and look again: CloudTrail delivers late rather than not at all."
    )

    def look(self, subject: RecordedTrail) -> Finding:
        """Decide it from the times of GetTrailStatus, and from Event history where they are old."""
        trail = subject.state
        if not trail.status.get("IsLogging"):
            return does_not_apply("The trail is not logging.")
        parts = [_digests(trail), _log_files(subject, LOG_FILE)]
        if trail.log_group_arn is not None:
            parts.append(_log_files(subject, LOG_GROUP))
        late = [fact for part in parts for fact in part.late]
        known = [fact for part in parts for fact in part.known]
        open_ = [reason for part in parts if (reason := part.open) is not None]
        if late:
            return fails(f"{', '.join(label for label, _ in late)}: later than it should be.", *late, *known)
        if open_:
            return cannot_tell("Not everything that is due is known.", *known, reason=" ".join(open_))
        if not known:
            return cannot_tell("Nothing was delivered, and nothing is due yet.", reason="Look again later.")
        return holds("The last deliveries are recent.", *known)


class _Part:
    """What was found of one kind of delivery."""

    def __init__(
        self, *, late: list[Fact] | None = None, known: list[Fact] | None = None, open_: str | None = None
    ) -> None:
        self.late = late or []
        self.known = known or []
        self.open = open_


def _digests(trail: TrailState) -> _Part:
    if not trail.description.get("LogFileValidationEnabled"):
        return _Part()
    allowed = 2 * trail.digest_cadence + SLACK
    newest: datetime | None = trail.status.get(DIGEST)
    started = trail.started_at
    if newest is not None:
        fact = (DIGEST, newest.isoformat())
        # A trail that was started again writes its next digest file an hour later.
        due_since = max(newest, started or newest)
        return _Part(late=[fact]) if trail.now - due_since > allowed else _Part(known=[fact])
    if started is not None and trail.now - started > allowed:
        return _Part(
            open_="No digest file came yet: was validation turned on less than an hour ago? Look again later."
        )
    return _Part()


def _log_files(subject: RecordedTrail, key: str) -> _Part:
    trail = subject.state
    newest: datetime | None = trail.status.get(key)
    known = [(key, newest.isoformat())] if newest is not None else []
    times = [time for time in (newest, trail.started_at) if time is not None]
    due, latest = trail.now - SLACK, max(times) if times else None
    if latest is None or latest >= due:
        return _Part(known=known)
    start = max(latest, trail.now - timedelta(days=1))
    calls = subject.calls.newest_write(trail.promise.home_region, start=start, end=due)
    missing = next((call for call in calls if latest < call.event_time <= due and _takes(trail, call)), None)
    if missing is None:
        return _Part(known=known)
    when, what = told(missing)
    return _Part(late=[(key, f"{newest.isoformat() if newest else 'never'}, but {what} at {when}")])


def _takes(trail: TrailState, call: Record) -> bool:
    return call.event_source not in _GLOBAL and matches(
        trail.event_selectors, SelectableEvent.from_document(call.document())
    )
