"""The check of one trail's digest chain and log files, for one account and Region."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from verify.integrity.chain import link_digests, named_logs
from verify.integrity.coverage import SLACK, Span, delivery, judge_unnamed
from verify.integrity.digests import DigestReader
from verify.integrity.folder import TrailFolder
from verify.integrity.logs import LogChecker
from verify.integrity.names import read_log_key
from verify.integrity.result import CheckedLog, Gap, IntegrityResult
from verify.integrity.schedule import Schedule
from verify.integrity.side_by_side import side_by_side
from verify.integrity.status import GapKind, LogStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence
    from datetime import datetime

    from cloudtrail.manifest import TrailPromise
    from verify.integrity.chain import Chain
    from verify.integrity.digests import DigestRead
    from verify.integrity.public_keys import PublicKeys
    from verify.objects import ObjectInfo, ObjectSource
    from verify.window import Window

HOURLY: Final = timedelta(hours=1)
"""How often CloudTrail delivers digest files."""
WORKERS: Final = 16
"""How many objects are fetched side by side; at most twice as many are in memory."""
INFLATED_LIMIT: Final = 256 * 1024 * 1024
"""The most one file may inflate to, in bytes. CloudTrail's own log files are at most 50 MB."""


def check_integrity(
    source: ObjectSource,
    *,
    trail: TrailPromise,
    account: str,
    region: str,
    window: Window,
    public_keys: PublicKeys,
    now: datetime,
    organization: str | None = None,
    expected_cadence: timedelta = HOURLY,
    grace: timedelta | None = None,
    stopped_at: datetime | None = None,
    started_at: datetime | None = None,
    workers: int = WORKERS,
    inflated_limit: int = INFLATED_LIMIT,
    progress: Callable[[int], None] = lambda _count: None,
) -> IntegrityResult:
    """Check what lies in a trail's bucket against CloudTrail's signed digest files.

    Digest files are listed, fetched and verified side by side, then linked in one pass. Every log file that they
    name is fetched and hashed; every other log file of the window is judged by the time of its delivery. Memory is
    bounded by the workers' objects and the list of keys.

    Args:
        source: The trail's bucket.
        trail: What was promised of the trail.
        account: The account whose log files are checked.
        region: The Region whose log files are checked.
        window: The times of *delivery* that are checked. Digest files are checked whole, so log files delivered
            up to a period before or after are among the results.
        public_keys: Where CloudTrail's public keys come from.
        now: The present.
        organization: The organization's id, for an organization trail.
        expected_cadence: How often digest files are expected.
        grace: How long after its period's end a digest file may arrive; by default as long as a period.
        stopped_at: When logging was stopped, if it is off now.
        started_at: When logging was last started, if that is known.
        workers: How many objects are fetched side by side.
        inflated_limit: The most one file may inflate to, in bytes.
        progress: Called with the number of objects judged since the last call.

    Raises:
        CannotLook: when the bucket cannot be listed or the public keys cannot be had. A single object that cannot
            be fetched is a status, not an error.
    """
    schedule = Schedule(
        every=expected_cadence,
        grace=expected_cadence if grace is None else grace,
        now=now,
        stopped_at=stopped_at,
        started_at=started_at,
    )
    folder = TrailFolder(source, trail=trail, account=account, region=region, organization=organization)
    reader = DigestReader(source, bucket=trail.bucket, public_keys=public_keys(region), limit=inflated_limit)
    reads: list[DigestRead] = []
    listed = folder.digests(window, expected_cadence)
    for read in side_by_side(lambda found: reader.read(*found), listed, workers=workers):
        if (read.checked.start or read.place.end - expected_cadence) < window.end + SLACK:
            reads.append(read)
        progress(1)
    own = [read for read in reads if folder.is_own(read.place)]
    others = named_logs(read for read in reads if not folder.is_own(read.place))
    chain = link_digests(own, bucket=trail.bucket, window=window, schedule=schedule)

    checker = LogChecker(source, bucket=trail.bucket, limit=inflated_limit)
    logs: list[CheckedLog] = []
    for log in side_by_side(lambda named: checker.check(*named), chain.references.items(), workers=workers):
        logs.append(log)
        progress(1)
    uncovered: list[Span] = []
    for log, span in _unnamed(folder, chain, others, window=window, schedule=schedule):
        logs.append(log)
        if log.status is LogStatus.UNCOVERED:
            uncovered.append(span)
    return IntegrityResult(
        trail=trail.name,
        bucket=trail.bucket,
        account=account,
        region=region,
        window=window,
        digests=chain.digests,
        logs=tuple(sorted(logs, key=lambda log: log.key)),
        gaps=tuple(_complete(gap, uncovered, folder) for gap in chain.gaps),
        other_trails=len(reads) - len(own),
    )


def _unnamed(
    folder: TrailFolder,
    chain: Chain,
    others: Container[str],
    *,
    window: Window,
    schedule: Schedule,
) -> Iterator[tuple[CheckedLog, Span]]:
    """Judge every object among the window's log files that no digest file names."""
    for day, info in folder.logs(window):
        if info.key in chain.references or info.key in others:
            continue
        place = read_log_key(info.key)
        if place is None:
            status, detail = (
                LogStatus.FOREIGN,
                "it lies among the log files, and CloudTrail writes no such key",
            )
            span = Span(info.last_modified, info.last_modified)
            wanted = window.start.date() <= day <= window.end.date() and not _is_folder_marker(info)
        else:
            span = delivery(
                stamp=place.delivered, last_modified=info.last_modified, tolerance=schedule.every / 60
            )
            wanted = span.start < window.end and span.end > window.start
            status, detail = judge_unnamed(
                span, coverage=chain.coverage, pending_after=schedule.pending_after
            )
        if wanted:
            yield CheckedLog(bucket=folder.bucket, key=info.key, status=status, detail=detail), span


def _is_folder_marker(info: ObjectInfo) -> bool:
    """Whether it is the empty object that stands for a folder; CloudTrail itself makes some."""
    return info.size == 0 and info.key.endswith("/")


def _complete(gap: Gap, uncovered: Sequence[Span], folder: TrailFolder) -> Gap:
    """Count the log files in a gap, and tell a trail's first start from a later one."""
    logs = sum(span.start < gap.end and span.end > gap.start for span in uncovered)
    if gap.kind is GapKind.NOT_STARTED and folder.has_digests_before(gap.start):
        detail = "logging or log file validation was off; there are digest files before, and a start digest follows"
        return replace(gap, kind=GapKind.RESTARTED, detail=detail, logs=logs)
    return replace(gap, logs=logs)
