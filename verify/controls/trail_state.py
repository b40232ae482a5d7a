"""A trail as AWS describes it now.

Sources: CloudTrail API reference, GetTrailStatus, GetTrail, GetEventSelectors and ListTags
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html). A trail is read at its home
Region: elsewhere CloudTrail shows its shadow.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.selectors import read_selectors
from verify.aws import Aws, asking

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtrail.manifest import TrailPromise
    from cloudtrail.selectors import Selectors
    from verify.window import Window

HOURLY: Final = timedelta(hours=1)
"""How often CloudTrail writes a digest file."""

GET_TRAIL: Final = "cloudtrail:GetTrail"
GET_TRAIL_STATUS: Final = "cloudtrail:GetTrailStatus"
GET_EVENT_SELECTORS: Final = "cloudtrail:GetEventSelectors"
LIST_TAGS: Final = "cloudtrail:ListTags"


class TrailState:
    """A trail as AWS describes it now; each answer is asked for once, when it is first needed.

    Args:
        promise: What the manifest says of it.
        aws: The session to look with.
        window: The event times looked at.
        now: The present; by default the window's end.
        digest_cadence: How often a digest file is expected.
        discovered: Whether the promise is only what was found: nobody promised it.
    """

    def __init__(
        self,
        promise: TrailPromise,
        *,
        aws: Aws,
        window: Window,
        now: datetime | None = None,
        digest_cadence: timedelta = HOURLY,
        discovered: bool = False,
    ) -> None:
        self.promise = promise
        self.window = window
        self.now = now or window.end
        self.digest_cadence = digest_cadence
        self.discovered = discovered
        self._client: Any = aws.cloudtrail(promise.home_region)
        self._where = f"trail {promise.arn}"

    @cached_property
    def status(self) -> dict[str, Any]:
        """GetTrailStatus."""
        with asking(GET_TRAIL_STATUS, self._where):
            return dict(self._client.get_trail_status(Name=self.promise.arn))

    @cached_property
    def description(self) -> dict[str, Any]:
        """GetTrail."""
        with asking(GET_TRAIL, self._where):
            return dict(self._client.get_trail(Name=self.promise.arn)["Trail"])

    @property
    def log_group_arn(self) -> str | None:
        """The log group it delivers to, without the `:*` that CloudTrail's API closes it with."""
        return str(self.description.get("CloudWatchLogsLogGroupArn") or "").removesuffix(":*") or None

    @cached_property
    def event_selectors(self) -> Selectors:
        """GetEventSelectors, whichever kind is in use."""
        with asking(GET_EVENT_SELECTORS, self._where):
            return read_selectors(self._client.get_event_selectors(TrailName=self.promise.arn))

    @cached_property
    def tags(self) -> dict[str, str]:
        """ListTags; a trail has at most fifty, one page of them."""
        with asking(LIST_TAGS, self._where):
            answer = self._client.list_tags(ResourceIdList=[self.promise.arn])
        return {
            str(tag["Key"]): str(tag.get("Value", ""))
            for resource in answer.get("ResourceTagList", [])
            for tag in resource.get("TagsList", [])
        }

    @property
    def since(self) -> datetime | None:
        """When the trail began to log, or None where that cannot be known.

        CloudTrail tells no creation time. A trail that was never stopped began when it was last started; of one
        that was stopped the beginning is unknown, and it answers for all of the window.
        """
        if self.status.get("StopLoggingTime") is not None:
            return None
        return self.status.get("StartLoggingTime")

    @property
    def started_at(self) -> datetime | None:
        """When logging was last started."""
        return self.status.get("StartLoggingTime")

    @property
    def stopped_at(self) -> datetime | None:
        """When logging was stopped, or None while it is on."""
        return None if self.status.get("IsLogging") else self.status.get("StopLoggingTime")
