"""The CloudWatch log group a trail sends its events to.

Sources: CloudTrail user guide, "Sending events to CloudWatch Logs"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html); CloudWatch Logs
API reference, FilterLogEvents, and its user guide, "Filter pattern syntax". Streams are called
`ACCOUNT_CloudTrail_REGION`, with `_2` and so on behind it where one is not enough; an organization's begin with its
id. Nobody can change an event in a log group; whoever may call PutLogEvents can add some.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.record import MalformedRecord, read_record
from verify.aws import Gone, NotThere, asking
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.record import Record
    from verify.progress import Step
    from verify.stores.expectation import Expectation
    from verify.stores.log_group_state import LogGroupState
    from verify.window import Window

FILTER_LOG_EVENTS: Final = "logs:FilterLogEvents"
"""The IAM action that searches a log group."""

LARGEST_EVENT: Final = 256_000
"""Bytes. CloudTrail sends no event over 256 KB to CloudWatch Logs. It does not say of what size exactly; of an event
between this and 256 KiB nothing is expected."""

_BEFORE: Final = timedelta(hours=1)
_AFTER: Final = timedelta(days=30)
"""Which time CloudTrail gives a log event, its own or that of the delivery, is not documented; a delivery is tried
again for 30 days. The window is widened for both, and `Reading.take` cuts by event time."""
_IN_FUTURE: Final = timedelta(hours=2)
"""How far ahead of its clock CloudWatch Logs takes log events."""


class LogGroup:
    """The log group of one trail.

    Args:
        trail: The trail that writes to it.
        group: The group.
        expectation: Which events the trail's selectors and scope promise.
    """

    kind = StoreKind.LOG_GROUP

    def __init__(self, trail: TrailPromise, *, group: LogGroupState, expectation: Expectation) -> None:
        self.id = store_id(trail)
        self.title = f"Log group of trail {trail.name}"
        self.location = group.arn
        self.doubt = expectation.doubt
        self._trail = trail
        self._group = group
        self._expectation = expectation

    def expects(self, record: Record) -> bool:
        """Whether the trail takes this event, and it is small enough to be sent here."""
        return not too_large(record) and self._expectation.holds(record)

    def takes(self, record: Record) -> bool:
        """See `Store.takes`."""
        return not too_large(record) and self._expectation.takes(record)

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Step = no_progress,
    ) -> Reading:
        """Search the group for one account's and Region's events, source by source; see `Store.find`.

        What is no JSON matches no pattern on a field, so CloudWatch Logs does not return it.

        Raises:
            CannotLook: when AWS refuses; `Gone` when there is no such group.
        """
        reading = Reading()
        request: dict[str, Any] = {
            "logGroupName": self._group.name,
            "startTime": _milliseconds(window.start - _BEFORE),
            "endTime": _milliseconds(min(window.end + _AFTER, now + _IN_FUTURE)),
        }
        if self._trail.scope != "organization":
            # An organization's streams may be called as the account's own were before the trail became the
            # organization's, and how exactly is not documented: there all of them are searched.
            request["logStreamNamePrefix"] = f"{place.account}_CloudTrail_{place.region}"
        for source in sources:
            pages = self._pages(request | {"filterPattern": pattern(source, region=place.region)})
            for events in pages:
                reading.parts += 1
                progress(1)
                for event in events:
                    self._take(event, reading, sources=sources, window=window, place=place)
        return reading

    def _take(
        self, event: dict[str, Any], reading: Reading, *, sources: Sequence[str], window: Window, place: Place
    ) -> None:
        location = f"{self._group.name} {event.get('logStreamName')} event {event.get('eventId')}"
        raw = str(event.get("message", "")).encode(errors="surrogatepass")
        try:
            record = read_record(raw)
        except MalformedRecord as error:
            reading.cannot_read(location, error.why, raw[:200].decode(errors="replace"))
            return
        taken_in = event.get("ingestionTime")
        arrived_at = None if taken_in is None else datetime.fromtimestamp(taken_in / 1000, UTC)
        reading.take(Sighting(record, location, arrived_at), sources=sources, window=window, place=place)

    def _pages(self, request: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        where = f"log group {self._group.arn}"
        client = self._group.logs(FILTER_LOG_EVENTS)
        while True:
            try:
                with asking(FILTER_LOG_EVENTS, where):
                    page = client.filter_log_events(**request)
            except NotThere as error:
                raise Gone(
                    action=FILTER_LOG_EVENTS, where=where, code=error.code, message=error.why
                ) from error
            yield page.get("events", [])
            following = page.get("nextToken")  # pages may be empty: AWS returns what it has searched so far
            if not following:
                return
            request = {**request, "nextToken": following}


def store_id(trail: TrailPromise) -> str:
    """What a report calls a trail's log group."""
    return f"log-group:{trail.name}"


def too_large(record: Record) -> bool:
    """Whether CloudTrail keeps an event from CloudWatch Logs, by its size in another store."""
    return len(record.raw) > LARGEST_EVENT


def pattern(source: str, *, region: str) -> str:
    """The filter pattern for a service's events in a Region."""
    return f"{{ ($.eventSource = {quoted(source)}) && ($.awsRegion = {quoted(region)}) }}"


def quoted(text: str) -> str:
    """A text as a value of a filter pattern; the one place where text becomes one.

    A `*` in it still stands for any text: what it finds too much, `Reading.take` leaves out.
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)
