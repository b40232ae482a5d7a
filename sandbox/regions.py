"""Which Regions each account has enabled.

A Region that AWS opened since March 2019 is used only by accounts that enable it; the older ones cannot be disabled.
In the sandbox an account may call every Region until it says otherwise itself: only a Region that was disabled on
purpose refuses its calls, as AWS does, as if it did not know the credentials.
Source: AWS Account Management reference guide, "Enable or disable AWS Regions in your account"
(docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html).
"""

from __future__ import annotations

import threading
from typing import Final

OLDEST: Final = frozenset(
    {
        *(
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
        ),
        *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
    }
)
"""The Regions of the commercial partition that every account has and none can disable."""


class RegionChoices:
    """What accounts enabled and disabled; safe to use from any thread."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, str], bool] = {}
        self._lock = threading.Lock()

    def choose(self, account: str, region: str, *, enabled: bool) -> None:
        """Enable a Region in an account, or disable it."""
        with self._lock:
            self._chosen[account, region] = enabled

    def chosen(self, account: str, region: str) -> bool | None:
        """What an account chose of a Region; None: nothing yet."""
        with self._lock:
            return self._chosen.get((account, region))

    def refuses(self, account: str, region: str) -> bool:
        """Whether a Region refuses an account's calls, for it was disabled there."""
        return self.chosen(account, region) is False

    def clear(self) -> None:
        """Forget what was chosen."""
        with self._lock:
            self._chosen.clear()
