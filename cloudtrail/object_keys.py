"""The S3 keys of CloudTrail's log and digest files, built and parsed.

Sources: CloudTrail user guide, "Finding your CloudTrail log files"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html) and
"CloudTrail digest file structure" (.../cloudtrail-log-file-validation-digest-file-structure.html).
The date in a key is the day of *delivery*, not of the events inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

_OWNER: Final = r"(?:(?P<prefix>.+)/)?AWSLogs/(?:(?P<organization>o-[a-z0-9]{10,32})/)?(?P<account>\d{12})"
_DAY: Final = r"(?P<day>\d{4}/\d{2}/\d{2})"
_REGION: Final = r"[a-z0-9-]+"
_LOG: Final = re.compile(
    rf"{_OWNER}/CloudTrail/(?P<region>{_REGION})/{_DAY}/"
    rf"(?P=account)_CloudTrail_(?P=region)_(?P<time>\d{{8}}T\d{{4}}Z)_(?P<unique>[A-Za-z0-9]{{16}})\.json\.gz",
    re.ASCII,
)
_DIGEST: Final = re.compile(
    rf"{_OWNER}/CloudTrail-Digest/(?P<region>{_REGION})/{_DAY}/"
    rf"(?P=account)_CloudTrail-Digest_(?P=region)_(?P<trail>.+)_(?P<home>{_REGION})_"
    r"(?P<time>\d{8}T\d{6}Z)(?P<backfill>_backfill)?\.json\.gz",
    re.ASCII,
)
_LOG_NAME: Final = re.compile(
    rf"(?:.*/)?(?P<account>\d{{12}})_CloudTrail_(?P<region>{_REGION})_\d{{8}}T\d{{4}}Z_[A-Za-z0-9]{{16}}\.json\.gz",
    re.DOTALL | re.ASCII,
)
_LOG_TIME: Final = "%Y%m%dT%H%MZ"
_DIGEST_TIME: Final = "%Y%m%dT%H%M%SZ"


def owner_prefix(*, account: str, organization: str | None = None, prefix: str | None = None) -> str:
    """`[prefix/]AWSLogs/[organization/]account/`, under which everything of one account lies."""
    parts = [prefix, "AWSLogs", organization, account]
    return "/".join(part for part in parts if part) + "/"


def log_prefix(
    *,
    account: str,
    region: str,
    organization: str | None = None,
    prefix: str | None = None,
    day: date | None = None,
) -> str:
    """The key prefix of one account's and Region's log files, of one delivery day if given."""
    owner = owner_prefix(account=account, organization=organization, prefix=prefix)
    return _folder(owner, "CloudTrail", region, day)


def digest_prefix(
    *,
    account: str,
    region: str,
    organization: str | None = None,
    prefix: str | None = None,
    day: date | None = None,
) -> str:
    """The key prefix of one account's and source Region's digest files, of one day if given."""
    owner = owner_prefix(account=account, organization=organization, prefix=prefix)
    return _folder(owner, "CloudTrail-Digest", region, day)


def _folder(owner: str, kind: str, region: str, day: date | None) -> str:
    return f"{owner}{kind}/{region}/" + (f"{day:%Y/%m/%d}/" if day else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """The key of a log file.

    Attributes:
        account: The account whose events it holds.
        region: The Region whose events it holds.
        delivered: When CloudTrail delivered it, UTC, to the minute.
        unique: Sixteen characters that tell files of the same minute apart.
        organization: The organization's id, on an organization trail.
        prefix: The trail's key prefix, without a closing slash.
    """

    account: str
    region: str
    delivered: datetime
    unique: str
    organization: str | None = None
    prefix: str | None = None

    @property
    def key(self) -> str:
        """The key itself."""
        folder = log_prefix(
            account=self.account,
            region=self.region,
            organization=self.organization,
            prefix=self.prefix,
            day=self.delivered.date(),
        )
        stamp = self.delivered.strftime(_LOG_TIME)
        return f"{folder}{self.account}_CloudTrail_{self.region}_{stamp}_{self.unique}.json.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestKey:
    """The key of a digest file.

    Attributes:
        account: The account whose log files it covers.
        region: The source Region whose log files it covers.
        trail: The trail's name.
        home_region: The trail's home Region.
        end: The end of the period it covers, UTC, to the second.
        organization: The organization's id, on an organization trail.
        prefix: The trail's key prefix, without a closing slash.
        backfill: Whether it was written later for a period that had none.
    """

    account: str
    region: str
    trail: str
    home_region: str
    end: datetime
    organization: str | None = None
    prefix: str | None = None
    backfill: bool = False

    @property
    def key(self) -> str:
        """The key itself."""
        folder = digest_prefix(
            account=self.account,
            region=self.region,
            organization=self.organization,
            prefix=self.prefix,
            day=self.end.date(),
        )
        name = f"{self.account}_CloudTrail-Digest_{self.region}_{self.trail}_{self.home_region}"
        return (
            f"{folder}{name}_{self.end.strftime(_DIGEST_TIME)}{'_backfill' if self.backfill else ''}.json.gz"
        )


def parse_log_key(key: str) -> LogKey | None:
    """Read the key of a log file; None when it is not one, or its own parts contradict each other."""
    match = _LOG.fullmatch(key)
    time = _time(match["time"]) if match else None
    if match is None or time is None or match["day"] != f"{time:%Y/%m/%d}":
        return None
    return LogKey(
        account=match["account"],
        region=match["region"],
        delivered=time,
        unique=match["unique"],
        organization=match["organization"],
        prefix=match["prefix"],
    )


def owner_in_log_name(key: str) -> tuple[str, str] | None:
    """The account and Region in a log file's name, whatever folder it lies in; None when it is not named as one."""
    match = _LOG_NAME.fullmatch(key)
    return (match["account"], match["region"]) if match else None


def parse_digest_key(key: str) -> DigestKey | None:
    """Read the key of a digest file; None when it is not one, or its own parts contradict each other."""
    match = _DIGEST.fullmatch(key)
    time = _time(match["time"]) if match else None
    if match is None or time is None or match["day"] != f"{time:%Y/%m/%d}":
        return None
    return DigestKey(
        account=match["account"],
        region=match["region"],
        trail=match["trail"],
        home_region=match["home"],
        end=time,
        organization=match["organization"],
        prefix=match["prefix"],
        backfill=match["backfill"] is not None,
    )


def _time(text: str) -> datetime | None:
    """A stamp in digits, as the patterns above let it through; `strptime` would take most of the time of a key."""
    try:
        # Some versions of Python take 24 for the next day's first hour.
        return datetime.fromisoformat(text) if text[9:11] < "24" else None
    except ValueError:
        return None
