"""From digest files that were read one by one to a chain, in one pass: what is tied to what, and what is covered.

What is remembered does not grow with the number of sound digest files: the spans they cover, the last few of them, and
the places where the chain does not simply go on.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cloudtrail.digest import Link, LinkKind, check_link
from verify.integrity.coverage import Coverage, Span
from verify.integrity.result import CheckedDigest
from verify.integrity.status import DigestStatus, GapKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtrail.digest import PreviousDigest, SignedDigest
    from verify.integrity.digests import DigestRead
    from verify.window import Window

REMEMBERED: Final = 48
"""How many digest files back one is still known that another names; an older one is fetched again."""

_BROKEN: Final = {
    LinkKind.WRONG_HASH: "the digest file before it now holds other bytes than it names",
    LinkKind.WRONG_SIGNATURE: "the digest file before it now carries another signature than it names",
    LinkKind.WRONG_ALGORITHM: "it names the digest file before it by a hash that CloudTrail does not use",
    LinkKind.WRONG_PERIOD: "it does not start where the digest file before it ends",
}
_NO_TIME: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seam:
    """Why the chain does not simply go on at a digest file: the reason of a hole before it, if there is one."""

    kind: GapKind
    detail: str


@dataclass(frozen=True, slots=True)
class _Unproven:
    """A digest file that is there and covers nothing."""

    end: datetime
    key: str
    inaccessible: bool


class Chain:
    """The digest files of one trail, account and Region.

    Args:
        bucket: The bucket they lie in.
        window: The times of delivery that are checked.
        look: Reads the digest file that another one names and that was not among the last ones.
        tally: Takes every digest file that is there or should be, once, with its final status.
    """

    def __init__(
        self,
        *,
        bucket: str,
        window: Window,
        look: Callable[[PreviousDigest], DigestRead],
        tally: Callable[[CheckedDigest], None],
    ) -> None:
        self.coverage = Coverage()
        self.newest_unproven = _NO_TIME
        """The newest end that a digest file claims which covers nothing."""
        self._bucket = bucket
        self._window = window
        self._look = look
        self._tally = tally
        self._seams: dict[datetime, Seam] = {}
        self._unproven: list[_Unproven] = []
        self._recent: OrderedDict[str, SignedDigest | None] = OrderedDict()
        self._missing: set[str] = set()
        self._begun = False

    def add(self, read: DigestRead) -> None:
        """Take the next digest file. They come in the order of the ends of their periods."""
        checked = read.checked
        if read.signed is None:
            inaccessible = checked.status is DigestStatus.INACCESSIBLE
            self.newest_unproven = max(self.newest_unproven, read.place.end)
            self._unproven.append(_Unproven(read.place.end, checked.key, inaccessible))
        else:
            checked = self._tie(read.signed, checked)
            self.coverage.add(read.signed.digest.start, read.signed.digest.end)
        self._remember(checked.key, read.signed)
        self._tally(checked)

    def why(self, hole: Span) -> Seam:
        """Why nothing covers a hole."""
        there = [one for one in self._unproven if hole.start < one.end <= hole.end]
        if there:
            keys = f"{there[0].key}{f' and {len(there) - 1} more' if there[1:] else ''}"
            if all(one.inaccessible for one in there):
                detail = f"the digest files that should cover it could not be fetched: {keys}"
                return Seam(GapKind.INACCESSIBLE, detail)
            return Seam(GapKind.INVALID, f"the digest files that should cover it are not valid: {keys}")
        seam = self._seams.get(hole.end)
        if seam is None:
            return Seam(GapKind.INVALID, "the digest files around it do not fit together")
        if seam.kind is GapKind.NOT_STARTED and hole.start > self._window.start:
            return Seam(GapKind.RESTARTED, _OFF)
        return seam

    def _tie(self, signed: SignedDigest, checked: CheckedDigest) -> CheckedDigest:
        """Tie a digest file to the one it names, and give its status after that."""
        digest, backfill = signed.digest, checked.backfill
        link, seam = self._link(signed)
        if link.kind is LinkKind.WRONG_PERIOD and (backfill or self._delivered_again(signed)):
            # Backfill digest files form a chain of their own, and nobody has said that its periods touch.
            link, seam = Link(LinkKind.JOINED), None
        if seam is not None and not (backfill and digest.start in self._seams):
            self._seams[digest.start] = seam
        if not backfill:
            self._begun = True
        if link.kind not in _BROKEN or checked.status is not DigestStatus.VALID:
            return checked
        return replace(
            checked,
            status=DigestStatus.BROKEN_LINK,
            detail=_BROKEN[link.kind],
            expected=link.expected,
            found=link.found,
        )

    def _link(self, signed: SignedDigest) -> tuple[Link, Seam | None]:
        digest = signed.digest
        named = digest.previous
        if named is None:
            if self._begun:
                return Link(LinkKind.START), Seam(GapKind.RESTARTED, _OFF)
            return Link(LinkKind.START), Seam(
                GapKind.NOT_STARTED, "the trail's first digest file comes later"
            )
        if named.bucket != self._bucket:
            link = check_link(digest, None)
            detail = f"the trail delivered to another bucket before: {link.expected}"
            return link, Seam(GapKind.OTHER_BUCKET, detail)
        if named.key in self._recent:
            return _judged(check_link(digest, self._recent[named.key]))
        # One that ended before the window may be gone by rule: the bucket's lifecycle ends somewhere.
        if digest.start <= self._window.start:
            return _judged(check_link(digest, None))
        return self._found_or_missing(signed, named)

    def _found_or_missing(self, signed: SignedDigest, named: PreviousDigest) -> tuple[Link, Seam | None]:
        """Judge a digest file that names one which was not listed lately: only now it is known to be missing."""
        digest = signed.digest
        read = self._look(named)
        earlier = read.signed
        if earlier is not None:
            link, _ = _judged(check_link(digest, earlier))
            return link, Seam(
                GapKind.OTHER_PREFIX, f"the trail delivered under another prefix before: {named.key}"
            )
        link = check_link(digest, None)
        if read.checked.status is not DigestStatus.MISSING:
            if read.checked.status is DigestStatus.INACCESSIBLE:
                detail = f"the digest file that should cover it could not be fetched: {named.key}"
                return link, Seam(GapKind.INACCESSIBLE, detail)
            return link, Seam(
                GapKind.INVALID, f"the digest file that should cover it is not valid: {named.key}"
            )
        if named.key not in self._missing:
            self._missing.add(named.key)
            self._tally(
                CheckedDigest(
                    bucket=self._bucket,
                    key=named.key,
                    status=DigestStatus.MISSING,
                    detail=f"the digest file after it names it, and it is not there: {digest.key}",
                    end=digest.start,
                )
            )
        return _judged(link)

    def _delivered_again(self, signed: SignedDigest) -> bool:
        """Whether periods do not meet only because CloudTrail delivered a digest file again, after later ones.

        Source: CloudTrail user guide, "Validating CloudTrail log file integrity": the chain may then go back in
        time. Nothing is missing as long as authentic digest files cover what lies between.
        """
        named = signed.digest.previous
        if named is None:
            return False
        earlier = self._recent.get(named.key) or self._look(named).signed
        if earlier is None:
            return False
        start, end = signed.digest.start, earlier.digest.end
        return earlier.digest.start >= signed.digest.end or (
            start > end and self.coverage.covers(Span(end, start))
        )

    def _remember(self, key: str, signed: SignedDigest | None) -> None:
        self._recent[key] = signed
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)


_OFF: Final = "logging or log file validation was off; a start digest follows"


def _judged(link: Link) -> tuple[Link, Seam | None]:
    if link.kind is LinkKind.JOINED:
        return link, None
    if link.kind is LinkKind.ABSENT:
        return link, Seam(
            GapKind.DELETED, f"the digest file that should cover it is not there: {link.expected}"
        )
    return link, Seam(GapKind.INVALID, "the digest files around it do not fit together")
