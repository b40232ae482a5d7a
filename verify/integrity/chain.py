"""From digest files that were read one by one to a chain: what is missing, what is covered, what is named. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cloudtrail.digest import Link, LinkKind, check_chain
from verify.integrity.coverage import Coverage, Span
from verify.integrity.result import CheckedDigest, Gap
from verify.integrity.status import DigestStatus, GapKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloudtrail.digest import LogReference, SignedDigest
    from verify.integrity.digests import DigestRead
    from verify.integrity.schedule import Schedule
    from verify.window import Window

_BROKEN: Final = {
    LinkKind.WRONG_HASH: "the digest file before it now holds other bytes than it names",
    LinkKind.WRONG_SIGNATURE: "the digest file before it now carries another signature than it names",
    LinkKind.WRONG_ALGORITHM: "it names the digest file before it by a hash that CloudTrail does not use",
    LinkKind.WRONG_PERIOD: "it does not start where the digest file before it ends",
}
_NO_TIME: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reference:
    """What authentic digest files say of one log file.

    Attributes:
        log: Its bucket, key and hash.
        digest: The key of the digest file that says so.
        contradiction: The hash that another digest file gives it, where two disagree.
    """

    log: LogReference
    digest: str
    contradiction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What the digest files of one trail, account and Region make together.

    Attributes:
        digests: Every digest file, and every one that is named and missing, oldest first.
        coverage: The times that authentic ones cover.
        gaps: The times in the window that none covers; their log files are not counted yet.
        references: What they say of each log file, by its key.
    """

    digests: tuple[CheckedDigest, ...]
    coverage: Coverage
    gaps: tuple[Gap, ...]
    references: dict[str, Reference]


def link_digests(reads: Sequence[DigestRead], *, bucket: str, window: Window, schedule: Schedule) -> Chain:
    """Judge digest files together.

    Args:
        reads: The digest files of one trail, account and Region that speak about the window.
        bucket: The bucket they lie in.
        window: The times of delivery that are checked.
        schedule: When digest files are due.
    """
    authentic = [read for read in reads if read.signed is not None]
    links = check_chain(_signed(authentic, backfill=False))
    # Backfill digest files form a chain of their own, and nobody has said that its periods touch.
    backfill = [
        link
        for link in check_chain(_signed(authentic, backfill=True))
        if link.kind is not LinkKind.WRONG_PERIOD
    ]
    checked = {read.checked.key: read.checked for read in reads}
    for link in (*links, *backfill):
        _apply(link, checked, bucket=bucket, window=window)
    coverage = Coverage(
        (read.signed.digest.start, read.signed.digest.end) for read in authentic if read.signed
    )
    return Chain(
        digests=tuple(sorted(checked.values(), key=lambda digest: (digest.end or _NO_TIME, digest.key))),
        coverage=coverage,
        gaps=tuple(_gaps(links, coverage, reads=reads, bucket=bucket, window=window, schedule=schedule)),
        references=named_logs(authentic),
    )


def named_logs(reads: Iterable[DigestRead]) -> dict[str, Reference]:
    """What authentic digest files say of each log file, by its key."""
    references: dict[str, Reference] = {}
    for read in reads:
        for log in read.signed.digest.logs if read.signed else ():
            known = references.setdefault(log.key, Reference(log, read.checked.key))
            if known.log.sha256.lower() != log.sha256.lower():
                references[log.key] = replace(known, contradiction=log.sha256)
    return references


def _signed(reads: Iterable[DigestRead], *, backfill: bool) -> Iterator[SignedDigest]:
    return (read.signed for read in reads if read.signed and read.place.backfill is backfill)


def _apply(link: Link, checked: dict[str, CheckedDigest], *, bucket: str, window: Window) -> None:
    """Note what a link says about its own digest file, or about the one it names."""
    digest = link.digest.digest
    if link.kind in _BROKEN and checked[digest.key].status is DigestStatus.VALID:
        checked[digest.key] = replace(
            checked[digest.key],
            status=DigestStatus.BROKEN_LINK,
            detail=_BROKEN[link.kind],
            expected=link.expected,
            found=link.found,
        )
    named = digest.previous
    if link.kind is not LinkKind.ABSENT or named is None:
        return
    # One that ended before the window may be gone by rule: the bucket's lifecycle ends somewhere.
    if named.key not in checked and named.bucket == bucket and digest.start > window.start:
        checked[named.key] = CheckedDigest(
            bucket=bucket,
            key=named.key,
            status=DigestStatus.MISSING,
            detail=f"the digest file after it names it, and it is not there: {digest.key}",
            end=digest.start,
        )


def _gaps(
    links: Sequence[Link],
    coverage: Coverage,
    *,
    reads: Sequence[DigestRead],
    bucket: str,
    window: Window,
    schedule: Schedule,
) -> Iterator[Gap]:
    newest = max(coverage.end or window.start, window.start)
    by_start = {link.digest.digest.start: link for link in links}
    for hole in coverage.holes(Span(window.start, newest)):
        if hole.start >= window.end:
            break
        # Why a hole is there says the digest file behind it, wherever the window ends; only then it is cut.
        kind, detail = _blamed(reads, hole) or _why(
            by_start.get(hole.end), hole, bucket=bucket, window=window
        )
        end = min(hole.end, window.end)
        expected = 0 if kind in (GapKind.NOT_STARTED, GapKind.RESTARTED) else schedule.count(hole.start, end)
        yield Gap(kind=kind, start=hole.start, end=end, digests=expected, logs=0, detail=detail)

    # Behind the newest authentic one: first those that are there and are not authentic, then those that are not there.
    tail = Span(newest, max((read.place.end for read in reads), default=newest))
    blamed = _blamed(reads, tail)
    if blamed and newest < window.end:
        kind, detail = blamed
        expected = schedule.count(tail.start, tail.end)
        yield Gap(kind=kind, start=tail.start, end=tail.end, digests=expected, logs=0, detail=detail)
    nothing = newest == window.start and not blamed
    since = max(newest, tail.end)
    if nothing and schedule.started_at is not None:
        since = max(since, schedule.started_at)
    overdue = schedule.overdue(since=since, until=window.end)
    if nothing:
        detail = f"no digest file is there, and {overdue or 'none'} should be: nothing can be proven"
        yield Gap(
            kind=GapKind.NO_DIGESTS, start=newest, end=window.end, digests=overdue, logs=0, detail=detail
        )
    elif overdue:
        end = min(schedule.until(window.end), since + overdue * schedule.every)
        detail = f"{overdue} digest files that should have followed have not come, or were deleted"
        yield Gap(kind=GapKind.OVERDUE, start=since, end=end, digests=overdue, logs=0, detail=detail)


def _blamed(reads: Sequence[DigestRead], hole: Span) -> tuple[GapKind, str] | None:
    """The digest files that are there and should cover a hole, and do not because they are not authentic."""
    there = [read for read in reads if read.signed is None and hole.start < read.place.end <= hole.end]
    if not there:
        return None
    keys = f"{there[0].checked.key}{f' and {len(there) - 1} more' if there[1:] else ''}"
    if all(read.checked.status is DigestStatus.INACCESSIBLE for read in there):
        return GapKind.INACCESSIBLE, f"the digest files that should cover it could not be fetched: {keys}"
    return GapKind.INVALID, f"the digest files that should cover it are not valid: {keys}"


def _why(link: Link | None, hole: Span, *, bucket: str, window: Window) -> tuple[GapKind, str]:
    """Why nothing covers a hole, from the digest file that starts where the hole ends."""
    if link is None or link.kind in _BROKEN or link.kind is LinkKind.JOINED:
        return GapKind.INVALID, "the digest files around it do not fit together"
    if link.kind is LinkKind.RESTART or (link.kind is LinkKind.START and hole.start > window.start):
        return GapKind.RESTARTED, "logging or log file validation was off; a start digest follows"
    if link.kind is LinkKind.START:
        return GapKind.NOT_STARTED, "the trail's first digest file comes later"
    named = link.digest.digest.previous
    if named is not None and named.bucket != bucket:
        return GapKind.OTHER_BUCKET, f"the trail delivered to another bucket before: {link.expected}"
    return GapKind.DELETED, f"the digest file that should cover it is not there: {link.expected}"
