"""Where the digest and log files of one trail, account and Region lie in its bucket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from cloudtrail.object_keys import DigestKey, digest_prefix, log_prefix
from verify.integrity.coverage import SLACK
from verify.integrity.names import read_digest_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtrail.manifest import TrailPromise
    from verify.objects import ObjectInfo, ObjectSource
    from verify.window import Window

_DAY: Final = timedelta(days=1)
_DATE: Final = len("2026/08/03/")


@dataclass(frozen=True, slots=True)
class Filed:
    """An object in a folder.

    Attributes:
        info: The object.
        day: The day whose folder it lies in; None when it lies in none.
    """

    info: ObjectInfo
    day: date | None

    def is_of(self, window: Window) -> bool:
        """Whether it counts among what was delivered in a window; what has no day always does."""
        return self.day is None or window.start.date() <= self.day <= window.end.date()


class TrailFolder:
    """The two folders of one account and Region in a trail's bucket; see `check_integrity` for the arguments."""

    def __init__(
        self,
        source: ObjectSource,
        *,
        trail: TrailPromise,
        account: str,
        region: str,
        organization: str | None,
    ) -> None:
        self._source = source
        self._trail = trail
        self.account = account
        self.region = region
        owner = organization if trail.scope == "organization" else None
        self._logs = log_prefix(account=account, region=region, organization=owner, prefix=trail.prefix)
        self._digests = digest_prefix(account=account, region=region, organization=owner, prefix=trail.prefix)

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self._trail.bucket

    @property
    def any_digest(self) -> DigestKey:
        """A key as the trail's own digest files have it, of no time in particular."""
        return DigestKey(
            account=self.account,
            region=self.region,
            trail=self._trail.name,
            home_region=self._trail.home_region,
            end=datetime.min.replace(tzinfo=UTC),
        )

    def is_own(self, place: DigestKey) -> bool:
        """Whether a digest file is this trail's; others may deliver into the same folder."""
        return (place.trail, place.home_region) == (self._trail.name, self._trail.home_region)

    def digests(self, window: Window, every: timedelta) -> Iterator[tuple[Filed, DigestKey | None]]:
        """The digest files that may speak about the window, of every trail that delivers here.

        They come in the order of the ends of their periods, which keys carry; so those that end up to two periods
        behind the window are among them. What is no digest file comes as it is listed, without a `DigestKey`.
        """
        first, last = window.start - SLACK, window.end + SLACK + 2 * every
        # Keys are in the order of folders, then trails, then ends. So ends are put in order over a few days.
        waiting: list[tuple[datetime, str, Filed, DigestKey]] = []
        for filed in self._filed(self._digests, first - _DAY, last + _DAY):
            place = read_digest_key(filed.info.key)
            if place is None or filed.day is None:
                yield filed, None
                continue
            # A folder may be of the day before or after the stamp, so nothing older can follow any more.
            passed = datetime.combine(filed.day - _DAY, time(), UTC)
            while waiting and waiting[0][0] < passed:
                yield waiting[0][2], heappop(waiting)[3]
            if first < place.end < last:
                heappush(waiting, (place.end, filed.info.key, filed, place))
        while waiting:
            yield waiting[0][2], heappop(waiting)[3]

    def has_digests_before(self, moment: datetime) -> bool:
        """Whether there is any digest file of this trail whose period ended by a time."""
        for info in self._source.list(self._digests):
            place = read_digest_key(info.key)
            if place and self.is_own(place):
                return place.end <= moment
        return False

    def logs(self, window: Window) -> Iterator[Filed]:
        """Everything among the log files of the window's days and their neighbours, in the order of their keys."""
        yield from self._filed(self._logs, window.start - _DAY, window.end + _DAY)

    def _filed(self, root: str, first: datetime, last: datetime) -> Iterator[Filed]:
        """Everything of some days, and everything in the folder that lies under no day, in the order of keys.

        A folder's empty marker is no object: some tools make them, CloudTrail itself does.
        """
        stop = f"{root}{last:%Y/%m/%d}/"
        for info in self._listed(root, start_after=f"{root}{first:%Y/%m/%d}/", stop=stop):
            if info.size or not info.key.endswith("/"):
                yield Filed(info, _day(info.key[len(root) : len(root) + _DATE]))

    def _listed(self, root: str, *, start_after: str, stop: str) -> Iterator[ObjectInfo]:
        # Years are digits: three listings pass over all the days that are not asked for.
        for info in self._source.list(root):
            if info.key >= f"{root}0":
                break
            yield info
        for info in self._source.list(root, start_after):
            if info.key[: len(stop)] > stop:
                break
            yield info
        yield from self._source.list(root, f"{root}9~")


@lru_cache(maxsize=64)
def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y/%m/%d/").replace(tzinfo=UTC).date()
    except ValueError:
        return None
