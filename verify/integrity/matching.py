"""What lies among the log files, matched with what digest files name: one merge of two lists in the order of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.object_keys import owner_in_log_name
from verify.integrity.coverage import Coverage, Span, delivery, judge_unnamed
from verify.integrity.logs import Named, Unnamed
from verify.integrity.names import read_log_key
from verify.integrity.result import CheckedLog
from verify.integrity.status import LogStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.integrity.folder import Filed, TrailFolder
    from verify.integrity.references import References
    from verify.integrity.schedule import Schedule
    from verify.window import Window


class LogMatcher:
    """Finds every log file of a window once: named, listed, or both.

    Args:
        folder: Where they lie.
        references: What the digest files name.
        coverage: The times that authentic digest files cover.
        schedule: When digest files are due.
        window: The times of delivery that are checked.
    """

    def __init__(
        self,
        folder: TrailFolder,
        references: References,
        *,
        coverage: Coverage,
        schedule: Schedule,
        window: Window,
    ) -> None:
        self.left_to_others = 0
        """How many were passed over because only another trail's digest files name them."""
        self._folder = folder
        self._references = references
        self._coverage = coverage
        self._schedule = schedule
        self._window = window

    def __iter__(self) -> Iterator[Named | Unnamed]:
        bucket = self._folder.bucket
        for reference in self._references.of_other_buckets(bucket):
            yield Named(reference, None)
        references = self._references.of_bucket(bucket)
        reference = next(references, None)
        for filed in self._folder.logs(self._window):
            key = filed.info.key
            while reference is not None and reference.key < key:
                yield Named(reference, None)
                reference = next(references, None)
            if reference is not None and reference.key == key:
                yield Named(reference, filed.info)
                reference = next(references, None)
            elif self._references.is_others(bucket, key):
                self.left_to_others += 1
            else:
                yield from self._unnamed(filed)
        while reference is not None:
            yield Named(reference, None)
            reference = next(references, None)

    def _unnamed(self, filed: Filed) -> Iterator[Unnamed]:
        """What its key and the time of its delivery make of an object, if it belongs to the window."""
        info = filed.info
        expected = found = ""
        place = read_log_key(info.key)
        if place is None:
            span = Span(info.last_modified, info.last_modified)
            if not filed.is_of(self._window):
                return
            status, detail, expected, found = self._misnamed(info.key)
        else:
            span = delivery(
                stamp=place.delivered,
                last_modified=info.last_modified,
                tolerance=self._schedule.every / 60,
            )
            if span.start >= self._window.end or span.end <= self._window.start:
                return
            status, detail = judge_unnamed(
                span, coverage=self._coverage, pending_after=self._schedule.pending_after
            )
        checked = CheckedLog(
            bucket=self._folder.bucket,
            key=info.key,
            status=status,
            detail=detail,
            expected=expected,
            found=found,
        )
        yield Unnamed(info, checked, span)

    def _misnamed(self, key: str) -> tuple[LogStatus, str, str, str]:
        owner, here = owner_in_log_name(key), (self._folder.account, self._folder.region)
        if owner is None or owner == here:
            return LogStatus.FOREIGN, "it lies among the log files, and CloudTrail writes no such key", "", ""
        detail = "its name is that of a log file of another account or Region than its folder"
        return LogStatus.MISPLACED, detail, " ".join(here), " ".join(owner)
