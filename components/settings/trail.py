"""Settings of the trail, and of what it can feed besides the bucket."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator

from components.settings.section import KeyPrefix, Section, TrailName, broken, distinct, rule

EXCLUDABLE: Final = ("kms.amazonaws.com", "rdsdata.amazonaws.com")
"""The only event sources whose management events a trail can leave out.
Source: CloudTrail API reference, AdvancedFieldSelector, `eventSource`
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html)."""

LOG_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What CloudWatch Logs accepts (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
API_PutRetentionPolicy.html)."""


def _excludable(source: str) -> str:
    if source not in EXCLUDABLE:
        raise broken(
            f"a trail cannot choose management events by the event source {source!r}: it records those of "
            "every service, and can only leave out KMS and RDS Data.",
            f"Use {' or '.join(EXCLUDABLE)}. To choose event sources, use an event data store "
            "(eventDataStore.mode: create) and eventSources.",
        )
    return source


class CloudWatchLogsSettings(Section):
    """Delivery to a log group, with a role that may do only that."""

    enabled: bool = False
    """Whether the trail also writes to CloudWatch Logs (Security Hub CloudTrail.5)."""
    retention_days: Annotated[
        int,
        rule(
            lambda days: days in LOG_RETENTION_DAYS,
            "is not a retention CloudWatch Logs offers.",
            f"Use one of {', '.join(map(str, LOG_RETENTION_DAYS))}.",
        ),
    ] = 365
    """Days the log group keeps events. The bucket keeps them regardless."""


class SnsSettings(Section):
    """A topic on which CloudTrail announces each log file."""

    enabled: bool = False
    """Whether to create the topic. Its messages name bucket and keys, never the events."""


class TrailSettings(Section):
    """The trail. It records the management events of every service; App Mesh's are among them."""

    name: TrailName | None = None
    """The trail's name. Not given: the stack's `name`."""
    management_events: Literal["all", "read-only", "write-only"] = "all"
    """Which management events to record. Anything but `all` loses some of App Mesh's."""
    exclude: Annotated[
        tuple[Annotated[str, AfterValidator(_excludable)], ...],
        rule(distinct, "names an event source twice.", "Name each once."),
    ] = ()
    """Event sources to leave out: kms.amazonaws.com, rdsdata.amazonaws.com or both. Saves money on busy
    accounts, and fails Security Hub CloudTrail.1."""
    selectors: tuple[dict[str, Any], ...] | None = None
    """Advanced event selectors as the CloudTrail API writes them, instead of `managementEvents` and `exclude`;
    for trails that record data events as well."""
    prefix: KeyPrefix | None = None
    """Key prefix of the trail's files in the bucket. Not given: none."""
    cloud_watch_logs: CloudWatchLogsSettings = CloudWatchLogsSettings()
    """Delivery to CloudWatch Logs as well."""
    sns: SnsSettings = SnsSettings()
    """Notification of each delivered file."""
    insights: Annotated[
        tuple[Literal["api-call-rate", "api-error-rate"], ...],
        rule(distinct, "names an Insights type twice.", "Name each once."),
    ] = ()
    """CloudTrail Insights to switch on: unusual rates of calls, of errors, or both. Charged separately."""
    protect: bool = True
    """Whether `pulumi` refuses to delete or replace the trail, without which the record has a gap or an end, and its
    log group, which holds events."""
