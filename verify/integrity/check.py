"""The check of one trail's digest chain and log files, for one account and Region."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from verify.integrity.chain import Chain
from verify.integrity.coverage import SLACK
from verify.integrity.digests import DigestReader
from verify.integrity.folder import TrailFolder
from verify.integrity.gaps import counted, find_gaps
from verify.integrity.logs import LogJudge, Named, Unnamed
from verify.integrity.matching import LogMatcher
from verify.integrity.names import read_digest_key
from verify.integrity.references import References
from verify.integrity.result import CheckedDigest, CheckedLog, IntegrityResult
from verify.integrity.schedule import LoggingState, Schedule
from verify.integrity.status import DigestStatus, GapKind, LogStatus
from verify.integrity.tally import Tally
from verify.integrity.told import Told
from verify.integrity.vouching import vouched
from verify.log_files import INFLATED_LIMIT
from verify.log_files.batches import batches
from verify.log_files.reader import WORKERS
from verify.log_files.side_by_side import side_by_side
from verify.progress import Unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloudtrail.digest import PreviousDigest
    from cloudtrail.manifest import TrailPromise
    from cloudtrail.object_keys import DigestKey
    from verify.integrity.coverage import Span
    from verify.integrity.digests import DigestRead
    from verify.integrity.public_keys import PublicKeys
    from verify.integrity.result import Gap
    from verify.log_files import LogFiles
    from verify.objects import ObjectInfo, ObjectSource
    from verify.progress import Step
    from verify.window import Window

HOURLY: Final = timedelta(hours=1)
"""How often CloudTrail delivers digest files."""
AHEAD: Final = 512 * 1024
"""How much the digest files that are fetched ahead may weigh together as stored, in bytes. What they name takes some
ten times as much memory."""


def check_integrity(
    source: ObjectSource,
    log_files: LogFiles,
    *,
    trail: TrailPromise,
    account: str,
    region: str,
    window: Window,
    public_keys: PublicKeys,
    now: datetime,
    logging: LoggingState | None,
    organization: str | None = None,
    expected_cadence: timedelta = HOURLY,
    grace: timedelta | None = None,
    workers: int = WORKERS,
    inflated_limit: int = INFLATED_LIMIT,
    progress: Step | None = None,
    each: Callable[[CheckedDigest | CheckedLog], None] | None = None,
) -> IntegrityResult:
    """Check what lies in a trail's bucket against CloudTrail's signed digest files.

    Digest files are listed, fetched and verified side by side, and linked in one pass in the order of time. What they
    name goes to a temporary database, so that one merge in the order of keys gives every log file of the window once:
    named, listed, or both. Each that is named is hashed. Each that is not is judged by the time of its delivery and by
    its own records; a file that an authentic digest file proves is CloudTrail's own whatever it holds, and is not
    parsed. Memory is bounded by the workers' objects, not by the number of files.

    Args:
        source: The trail's bucket.
        log_files: Its log files, each fetched once for everybody who asks.
        trail: What was promised of the trail.
        account: The account whose log files are checked.
        region: The Region whose log files are checked.
        window: The times of *delivery* that are checked. Digest files are checked whole, so log files delivered
            up to a period before or after are among the results.
        public_keys: Where CloudTrail's public keys come from.
        now: The present. Where S3 has written something later, S3's clock counts.
        logging: What AWS says of the trail's logging; None where it did not say.
        organization: The organization's id, for an organization trail.
        expected_cadence: How often digest files are expected.
        grace: How long after its period's end a digest file may arrive; by default as long as a period.
        workers: How many objects are fetched side by side.
        inflated_limit: The most a digest file may inflate to, in bytes.
        progress: Told how many objects were judged since it was last told, and how much of the whole that makes.
        each: Called with every digest file and every log file once, as soon as it is judged.

    Raises:
        CannotLook: when the bucket cannot be listed or the public keys cannot be had. A single object that cannot
            be fetched is a status, not an error.
    """
    folder = TrailFolder(source, trail=trail, account=account, region=region, organization=organization)
    tally = Tally(each)
    told = Told(progress or Unwatched(), window)
    with References() as references:
        schedule = Schedule(
            every=expected_cadence,
            grace=expected_cadence if grace is None else grace,
            now=now,
            logging=logging,
        )
        digests = _Digests(
            folder,
            DigestReader(source, bucket=trail.bucket, public_keys=public_keys(region), limit=inflated_limit),
            references,
            window=window,
            every=expected_cadence,
            tally=tally,
        )
        digests.read(workers=workers, told=told)
        schedule = schedule.seen_at(digests.newest_object)
        gaps = _GapCounts(find_gaps(digests.chain, window=window, schedule=schedule))
        matcher = LogMatcher(
            folder, references, coverage=digests.chain.coverage, schedule=schedule, window=window
        )
        judge = LogJudge(source, log_files, trail=trail, account=account, region=region, limit=inflated_limit)
        found = batches(gaps.counting(matcher), size=_size)
        for logs in side_by_side(judge.judge, found, workers=workers):
            for log in logs:
                tally.add_log(log)
            told.logs(len(logs))
        told.all()
    before = any(gap.kind is GapKind.NOT_STARTED for gap in gaps.gaps) and folder.has_digests_before(
        gaps.gaps[0].start
    )
    return IntegrityResult(
        trail=trail.name,
        bucket=trail.bucket,
        account=account,
        region=region,
        window=window,
        digest_counts=tally.digests,
        log_counts=tally.logs,
        gaps=tuple(
            counted(gap, logs, before=before, schedule=schedule)
            for gap, logs in zip(gaps.gaps, gaps.logs, strict=True)
        ),
        kept=tally.kept,
        other_trails=digests.other_trails,
        left_to_others=matcher.left_to_others,
    )


class _Digests:
    """The first pass: every digest file that speaks about the window, in the order of time."""

    def __init__(
        self,
        folder: TrailFolder,
        reader: DigestReader,
        references: References,
        *,
        window: Window,
        every: timedelta,
        tally: Tally,
    ) -> None:
        self.chain = Chain(bucket=folder.bucket, window=window, look=self._look, tally=tally.add)
        self.other_trails = 0
        self.newest_object = datetime.min.replace(tzinfo=UTC)
        self._folder = folder
        self._reader = reader
        self._references = references
        self._window = window
        self._every = every
        self._tally = tally

    def read(self, *, workers: int, told: Told) -> None:
        reads = side_by_side(
            lambda found: self._reader.read(found[0].key, found[1]),
            self._listed(),
            workers=workers,
            weigh=lambda found: found[0].size,
            most=AHEAD,
        )
        for read in vouched(_watched(reads, told), in_chain=self._in_chain, again=self._again):
            if (read.checked.start or read.place.end - self._every) < self._window.end + SLACK:
                self._take(read)

    def _listed(self) -> Iterator[tuple[ObjectInfo, DigestKey]]:
        for filed, place in self._folder.digests(self._window, self._every):
            self.newest_object = max(self.newest_object, filed.info.last_modified)
            if place is not None:
                yield filed.info, place
            elif filed.is_of(self._window):
                self._tally.add(
                    CheckedDigest(
                        bucket=self._folder.bucket,
                        key=filed.info.key,
                        status=DigestStatus.FOREIGN,
                        detail="it lies among the digest files, and CloudTrail writes no such key",
                    )
                )

    def _take(self, read: DigestRead) -> None:
        if not self._folder.is_own(read.place):
            self.other_trails += 1
            self._references.add_other(read.logs)
            return
        self.chain.add(read)
        if read.logs:
            self._references.add(read.checked.key, read.logs)

    def _in_chain(self, read: DigestRead) -> bool:
        return self._folder.is_own(read.place) and not read.place.backfill

    def _again(self, read: DigestRead, recorded: str) -> DigestRead:
        return self._reader.read(read.checked.key, read.place, recorded=recorded)

    def _look(self, named: PreviousDigest) -> DigestRead:
        return self._reader.read(named.key, read_digest_key(named.key) or self._folder.any_digest)


class _GapCounts:
    """The gaps, oldest first, and how many log files were delivered in each that nothing proves."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self.gaps = list(gaps)
        self.logs = [0] * len(self.gaps)

    def counting(self, found: Iterable[Named | Unnamed]) -> Iterator[Named | Unnamed]:
        for log in found:
            if isinstance(log, Unnamed) and log.checked.status is LogStatus.UNCOVERED:
                self._count(log.delivered)
            yield log

    def _count(self, span: Span) -> None:
        first = bisect_right(self.gaps, span.start, key=lambda gap: gap.end)
        last = bisect_left(self.gaps, span.end, key=lambda gap: gap.start)
        for index in range(first, last):
            self.logs[index] += 1


def _watched(reads: Iterable[DigestRead], told: Told) -> Iterator[DigestRead]:
    for read in reads:
        yield read
        told.digest(read.place.end, len(read.logs))


def _size(found: Named | Unnamed) -> int:
    return found.info.size if found.info else 0
