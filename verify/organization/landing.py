"""Whether events that Event history shows are in a store that lasts.

A trail's bucket is asked by account, Region and day. Log files come some minutes after what they hold, so those are
read first that were delivered around the events; only for what is not in them all that came later is read, because
CloudTrail tries to deliver for 30 days (CloudTrail user guide, "Managing costs", and
docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html).
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from cloudtrail.object_keys import log_prefix, parse_log_key
from cloudtrail.record import read_record
from verify.aws import CannotLook
from verify.log_files import LogFiles
from verify.stores.trail_bucket import AHEAD, EARLY
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from verify.aws import Aws
    from verify.log_files import Checkpoint
    from verify.objects import ObjectInfo, ObjectSource
    from verify.stores.base import Place

SOON: Final = timedelta(hours=1)
"""Within which time log files are read first."""
READERS: Final = 4
"""How many log files of one account and Region are fetched side by side; many accounts are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where a trail delivers to.

    Attributes:
        name: The bucket.
        region: The Region it lies in.
        prefix: The trail's key prefix.
        organization: The organization's id, which is part of the keys of an organization's trail.
    """

    name: str
    region: str
    prefix: str | None
    organization: str | None


class Opener(Protocol):
    """Opens a bucket."""

    def __call__(self, aws: Aws, bucket: Bucket, /) -> ObjectSource:
        """The bucket's objects, read by a session."""
        ...


class Landing:
    """Looks for events in buckets; safe to use from many threads.

    Args:
        opened: Opens a bucket.
        checkpoint: Where what log files said is kept.
        sources: The event sources looked for.
        now: The present: nothing was delivered later.
    """

    def __init__(
        self, opened: Opener, *, checkpoint: Checkpoint, sources: Sequence[str], now: datetime
    ) -> None:
        self._opened = opened
        self._checkpoint = checkpoint
        self._sources = sources
        self._now = now

    def log_files(self, aws: Aws, bucket: Bucket) -> LogFiles:
        """The log files of a bucket, as a session reads them.

        Raises:
            CannotLook: when the session has nothing to sign with.
        """
        return LogFiles(
            self._opened(aws, bucket),
            bucket=bucket.name,
            sources=self._sources,
            checkpoint=self._checkpoint,
            workers=READERS,
        )

    def missing(
        self, wanted: Mapping[str, datetime], place: Place, bucket: Bucket, log_files: LogFiles
    ) -> frozenset[str]:
        """Which events of an account and Region are not in a bucket.

        Args:
            wanted: The times of the events by their ids.
            place: The account and Region they happened in.
            bucket: Where to look.
            log_files: What lies there.

        Raises:
            CannotLook: when an event is not found, and something that may hold it cannot be read.
        """
        left = dict(wanted)
        soon = _spans(left.values())
        refused = self._search(left, soon, place, bucket, log_files)
        if left:
            first = min(left.values()) - EARLY
            refused = self._search(left, [Window(first, self._now + AHEAD)], place, bucket, log_files)
        if left and refused is not None:
            raise refused
        return frozenset(left)

    def _search(
        self,
        left: dict[str, datetime],
        spans: Sequence[Window],
        place: Place,
        bucket: Bucket,
        log_files: LogFiles,
    ) -> CannotLook | None:
        """Cross off what is found in the log files of some times of delivery; why one of them cannot be read."""
        refused: CannotLook | None = None
        found = log_files.read(_delivered(spans, place, bucket, log_files.objects))
        with closing(found):
            for _, facts in found:
                if isinstance(facts, CannotLook):
                    refused = facts
                    continue
                for _, raw in facts.records:
                    left.pop(read_record(raw).event_id or "", None)
                if not left:
                    break
        return refused


def _spans(times: Iterable[datetime]) -> list[Window]:
    """When log files that hold events of these times are mostly delivered, as few spans as there are."""
    spans: list[Window] = []
    for time in sorted(times):
        if spans and time - EARLY <= spans[-1].end:
            spans[-1] = Window(spans[-1].start, time + SOON)
        else:
            spans.append(Window(time - EARLY, time + SOON))
    return spans


def _delivered(
    spans: Iterable[Window], place: Place, bucket: Bucket, objects: ObjectSource
) -> Iterator[ObjectInfo]:
    """The log files of an account and Region that were delivered in these spans, which do not overlap."""
    for span in spans:
        for day in span.days(until=span.end):
            folder = log_prefix(
                account=place.account,
                region=place.region,
                organization=bucket.organization,
                prefix=bucket.prefix,
                day=day,
            )
            # Keys sort by their stamp: what was delivered earlier that day is not even listed.
            after = f"{folder}{place.account}_CloudTrail_{place.region}_{span.start:%Y%m%dT%H%MZ}"
            for info in objects.list(folder, after if day == span.start.date() else ""):
                key = parse_log_key(info.key)
                if key is not None and key.delivered >= span.end:
                    break
                if key is not None:
                    yield info
