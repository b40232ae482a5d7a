"""What both tools can be asked, how each puts it, and how the truth is found without either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bench.comparison.account import AWAY, HOME

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.comparison.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about an account.

    Attributes:
        text: The question; "yes" is what one hopes for.
        check: Prowler's check that answers it.
        claims: Meshtrail's claims that answer it, as `--select` takes them: yes when all hold, no when one fails.
        region: Whose answer counts, where the tools answer Region by Region.
        truth: Finds the answer by looking.
    """

    text: str
    check: str
    claims: tuple[str, ...]
    region: str | None = None
    truth: Callable[[Account], bool]


HOME_RECORDED: Final = Question(
    text=f"Are App Mesh's calls in {HOME} recorded, reads and writes?",
    check="cloudtrail_multi_region_enabled_logging_management_events",
    claims=("inventory.lasting-store", "trail.logging", "trail.delivering"),
    region=HOME,
    truth=lambda account: account.recorded(HOME),
)
AWAY_RECORDED: Final = Question(
    text=f"Are they in {AWAY}?",
    check="cloudtrail_multi_region_enabled_logging_management_events",
    claims=("inventory.lasting-store",),
    region=AWAY,
    truth=lambda account: account.recorded(AWAY),
)
NOT_PUBLIC: Final = Question(
    text="Is the log bucket closed to strangers?",
    check="cloudtrail_logs_s3_bucket_is_not_publicly_accessible",
    claims=("bucket.not-public",),
    truth=lambda account: not account.readable_by_anybody(),
)
INTACT: Final = Question(
    text="Are all log and digest files as they were delivered?",
    check="cloudtrail_log_file_validation_enabled",
    claims=("integrity.*",),
    truth=lambda account: account.as_delivered(),
)
ENCRYPTED: Final = Question(
    text="Is the trail encrypted under a key that works?",
    check="cloudtrail_kms_encryption_enabled",
    claims=("trail.encrypted", "key.usable", "trail.delivering"),
    truth=lambda account: account.key_arn is not None and account.recorded(HOME),
)
