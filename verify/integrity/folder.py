"""Where the digest and log files of one trail, account and Region lie in its bucket."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.object_keys import digest_prefix, log_prefix
from verify.integrity.coverage import SLACK
from verify.integrity.names import read_digest_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.object_keys import DigestKey
    from verify.objects import ObjectInfo, ObjectSource
    from verify.window import Window

_DAY: Final = timedelta(days=1)


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
        self._account = account
        self._region = region
        self._organization = organization if trail.scope == "organization" else None

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self._trail.bucket

    def is_own(self, place: DigestKey) -> bool:
        """Whether a digest file is this trail's; others may deliver into the same folder."""
        return (place.trail, place.home_region) == (self._trail.name, self._trail.home_region)

    def digests(self, window: Window, every: timedelta) -> Iterator[tuple[str, DigestKey]]:
        """The digest files that may speak about the window, of every trail that delivers here.

        Keys carry the end of a period only, so those that end up to two periods behind the window are among them.
        """
        first, last = window.start - SLACK, window.end + SLACK + 2 * every
        # The folder of a digest file may be of the day before or after its stamp.
        start_after, stop = self._digests((first - _DAY).date()), self._digests((last + _DAY).date())
        for info in self._source.list(self._digests(), start_after):
            if info.key[: len(stop)] > stop:
                return
            place = read_digest_key(info.key)
            if place and first < place.end < last:
                yield info.key, place

    def has_digests_before(self, time: datetime) -> bool:
        """Whether there is any digest file of this trail whose period ended by a time."""
        for info in self._source.list(self._digests()):
            place = read_digest_key(info.key)
            if place and self.is_own(place):
                return place.end <= time
        return False

    def logs(self, window: Window) -> Iterator[tuple[date, ObjectInfo]]:
        """Everything among the log files of the window's days and their neighbours, with the day of its folder."""
        day, last = (window.start - _DAY).date(), (window.end + _DAY).date()
        while day <= last:
            prefix = log_prefix(
                account=self._account,
                region=self._region,
                organization=self._organization,
                prefix=self._trail.prefix,
                day=day,
            )
            for info in self._source.list(prefix):
                yield day, info
            day += _DAY

    def _digests(self, day: date | None = None) -> str:
        return digest_prefix(
            account=self._account,
            region=self._region,
            organization=self._organization,
            prefix=self._trail.prefix,
            day=day,
        )
