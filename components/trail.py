"""The trail, which records the management events of every service, App Mesh's among them."""

from collections.abc import Sequence
from typing import Final, Literal, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.selectors import AdvancedEventSelector, Destination, check_legal
from components.selector_args import for_trail
from components.trail_delivery import LogDelivery, Place, announce_on_topic, deliver_to_logs

Scope = Literal["single-region", "multi-region", "organization"]

INSIGHT_TYPES: Final = {"api-call-rate": "ApiCallRateInsight", "api-error-rate": "ApiErrorRateInsight"}
"""CloudTrail Insights by their names in the settings, and on the API."""


class MeshTrailArgs(TypedDict):
    """What a `MeshTrail` is made of."""

    trail_name: str
    """The trail's name."""
    base_name: str
    """What the names of its log group, role and topic begin with, at most 32 characters."""
    trail_arn: pulumi.Input[str]
    """The ARN it will have, for the policies of what it delivers to."""
    scope: NotRequired[Scope]
    """What it records: a Region, all Regions, all accounts. Default: all Regions."""
    region: str
    """Its home Region."""
    account: pulumi.Input[str]
    """The account it is made in."""
    bucket: pulumi.Input[str]
    """The bucket it delivers to; an `AuditBucket`'s name is known only once CloudTrail may write there."""
    key_arn: pulumi.Input[str]
    """The key that encrypts its files."""
    prefix: NotRequired[str | None]
    """Key prefix of its files. Default: none."""
    selectors: Sequence[AdvancedEventSelector]
    """What it records."""
    organization_id: NotRequired[str | None]
    """`o-...` for an organization trail."""
    log_retention_days: NotRequired[int | None]
    """Deliver to CloudWatch Logs as well, and keep events there so long. Default: do not."""
    announce_files: NotRequired[bool]
    """Announce each file on a topic. Default: do not."""
    insights: NotRequired[Sequence[Literal["api-call-rate", "api-error-rate"]]]
    """CloudTrail Insights to switch on. Default: none."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace the trail and its log group. Default: yes."""
    tags: NotRequired[dict[str, str]]
    """Tags of everything made."""


class MeshTrail(pulumi.ComponentResource):
    """A trail with log file validation, and what it delivers to besides its bucket."""

    trail_arn: pulumi.Output[str]
    """The trail's ARN, as AWS gave it."""
    log_group: pulumi.Output[str] | None
    """The name of the log group, where there is one."""

    def __init__(self, name: str, args: MeshTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_legal(args["selectors"], Destination.TRAIL, where=f"trail {args['trail_name']}")
        super().__init__("meshtrail:index:MeshTrail", name, {}, opts)
        place = Place(
            parent=self,
            name=name,
            base_name=args["base_name"],
            region=args["region"],
            account=args["account"],
            trail_arn=args["trail_arn"],
            protect=args.get("protect", True),
            tags=args.get("tags"),
        )
        retention = args.get("log_retention_days")
        logs = (
            None
            if retention is None
            else deliver_to_logs(place, retention_days=retention, organization_id=args.get("organization_id"))
        )
        topic, topic_policy = announce_on_topic(place) if args.get("announce_files", False) else (None, None)
        permissions = [each for each in (logs and logs.permission, topic_policy) if each is not None]
        trail = self._trail(name, args, logs=logs, topic=topic, permissions=permissions)
        self.trail_arn = trail.arn
        self.log_group = logs.group_name if logs else None
        self.register_outputs({"trailArn": self.trail_arn, "logGroup": self.log_group})

    def _trail(
        self,
        name: str,
        args: MeshTrailArgs,
        *,
        logs: LogDelivery | None,
        topic: aws.sns.Topic | None,
        permissions: list[pulumi.Resource],
    ) -> aws.cloudtrail.Trail:
        scope = args.get("scope", "multi-region")
        return aws.cloudtrail.Trail(
            f"{name}-trail",
            name=args["trail_name"],
            s3_bucket_name=args["bucket"],
            s3_key_prefix=args.get("prefix"),
            kms_key_id=args["key_arn"],
            enable_logging=True,
            enable_log_file_validation=True,
            # A trail of all Regions without global services is refused by the API.
            include_global_service_events=True,
            is_multi_region_trail=scope != "single-region",
            is_organization_trail=scope == "organization",
            advanced_event_selectors=for_trail(args["selectors"]),
            insight_selectors=[
                aws.cloudtrail.TrailInsightSelectorArgs(insight_type=INSIGHT_TYPES[each])
                for each in args.get("insights", ())
            ]
            or None,
            cloud_watch_logs_group_arn=logs.group_arn if logs else None,
            cloud_watch_logs_role_arn=logs.role_arn if logs else None,
            sns_topic_name=topic.name if topic else None,
            region=args["region"],
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.get("protect", True), depends_on=permissions
            ),
        )
