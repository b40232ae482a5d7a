"""A CloudWatch log group as AWS describes it now.

Source: CloudWatch Logs API reference, DescribeLogGroups
(docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook, Gone, asking

if TYPE_CHECKING:
    from verify.aws import Aws

DESCRIBE_LOG_GROUPS: Final = "logs:DescribeLogGroups"
"""The IAM action that tells how long a log group keeps its events."""

_ARN: Final = re.compile(
    r"arn:[\w-]+:logs:(?P<region>[\w-]+):(?P<account>\d{12}):log-group:(?P<name>[\w./#-]+)(:\*)?"
)


class MalformedLogGroupArn(MeshtrailError):
    """A text that should be a log group's ARN is none."""


class LogGroupState:
    """A log group; asked for once, when it is first needed.

    Args:
        arn: Its ARN, with or without the `:*` that some operations write behind it.
        aws: The session to ask with.
        account: The account the session belongs to.

    Attributes:
        arn: Its ARN without `:*`.
        region: Its Region.
        name: Its name.

    Raises:
        MalformedLogGroupArn: when the ARN is none.
    """

    def __init__(self, arn: str, *, aws: Aws, account: str) -> None:
        match = _ARN.fullmatch(arn)
        if match is None:
            raise MalformedLogGroupArn(
                f"{arn!r} is not the ARN of a log group",
                remedy="Write it as arn:aws:logs:us-east-1:123456789012:log-group:NAME.",
            )
        self.arn = arn.removesuffix(":*")
        self.region, self.name = match["region"], match["name"]
        self._owner = match["account"]
        self._aws = aws
        self._account = account

    def logs(self, action: str) -> Any:
        """A client of CloudWatch Logs that knows the group.

        Args:
            action: The IAM action it is for.

        Raises:
            CannotLook: when the group belongs to another account, whose groups this one does not see.
        """
        if self._owner != self._account:
            raise CannotLook(
                action=action,
                where=f"log group {self.arn}",
                code="AnotherAccount",
                message=f"the log group belongs to account {self._owner}, these credentials to {self._account}.",
            )
        return self._aws.client("logs", self.region)

    @cached_property
    def description(self) -> dict[str, Any]:
        """What DescribeLogGroups says of it.

        Raises:
            CannotLook: when AWS does not answer; `Gone` when there is no such group.
        """
        where = f"log group {self.arn}"
        pages = self.logs(DESCRIBE_LOG_GROUPS).get_paginator("describe_log_groups")
        with asking(DESCRIBE_LOG_GROUPS, where):
            for page in pages.paginate(logGroupNamePrefix=self.name):
                for group in page["logGroups"]:
                    if group["logGroupName"] == self.name:
                        return dict(group)
        raise Gone(
            action=DESCRIBE_LOG_GROUPS,
            where=where,
            code="ResourceNotFoundException",
            message="The specified log group does not exist.",
        )

    @property
    def retention_days(self) -> int | None:
        """How many days it keeps events, or None for always."""
        return self.description.get("retentionInDays")

    @property
    def created(self) -> datetime:
        """When it was made: events from before are not expected."""
        return datetime.fromtimestamp(self.description["creationTime"] / 1000, UTC)
