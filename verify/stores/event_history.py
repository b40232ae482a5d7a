"""Event history: the last 90 days of management events, which AWS keeps for every account by itself.

Source: CloudTrail user guide, "Working with CloudTrail Event history"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html). It is free, needs no trail, and
nobody in the account can change or delete it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.record import MalformedRecord, read_record
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress
from verify.stores.expectation import FADING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtrail.record import Record
    from verify.lookup_events import LookupEvents
    from verify.progress import Step
    from verify.window import Window

KEPT: Final = timedelta(days=90)
"""How long AWS keeps it."""


class EventHistory:
    """The Event history of one account, read Region by Region.

    Args:
        lookup: Who asks; its session must belong to the account.
        oldest: The oldest event time it may still hold.
    """

    def __init__(self, lookup: LookupEvents, *, oldest: datetime) -> None:
        self._lookup = lookup
        self._oldest = oldest

    id = "event-history"
    kind = StoreKind.EVENT_HISTORY
    title = "Event history"
    location = "cloudtrail:LookupEvents"
    doubt = None

    def expects(self, record: Record) -> bool:
        """Event history keeps every management event for 90 days; all of App Mesh's are management events."""
        return self.takes(record) and record.event_time >= self._oldest + FADING

    def takes(self, record: Record) -> bool:
        """See `Store.takes`."""
        return record.event_category in (None, "Management")

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Step = no_progress,
    ) -> Reading:
        """Read a Region's Event history, source by source; see `Store.find`.

        Raises:
            CannotLook: when AWS refuses, or throttles longer than patience lasts.
        """
        del now  # Event history has no delivery to wait for beyond the window itself
        reading = Reading()
        if window.end <= self._oldest:
            return reading
        for source in sources:
            pages = self._lookup.pages(
                place,
                attribute=("EventSource", source),
                # AWS does not say whether it refuses a time it keeps nothing of.
                start=max(window.start, self._oldest),
                end=window.end,
            )
            for number, events in enumerate(pages, start=1):
                reading.parts += 1
                progress(1)
                oldest = window.end
                for index, event in enumerate(events):
                    location = f"LookupEvents EventSource={source} page {number} event {index}"
                    raw = str(event.get("CloudTrailEvent", "")).encode(errors="surrogatepass")
                    try:
                        record = read_record(raw)
                    except MalformedRecord as error:
                        reading.cannot_read(location, error.why, raw[:200].decode(errors="replace"))
                        continue
                    reading.take(Sighting(record, location), sources=sources, window=window, place=place)
                    oldest = record.event_time
                # Newest first: how far back the page reaches is how much of the window is done.
                progress.reached((window.end - oldest) / (window.end - window.start))
        return reading
