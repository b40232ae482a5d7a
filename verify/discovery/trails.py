"""The trails that an account can see, each as its home Region describes it.

A multi-Region trail shows in every Region, and an organization's trail in every member: copies of one thing, which
CloudTrail calls shadow trails. They share the ARN, and only the home Region answers for it.

Sources: CloudTrail API reference, DescribeTrails and GetEventSelectors
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html); S3 API reference, HeadBucket
(docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html), whose answer names the bucket's Region even when it
is a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from cloudtrail.manifest import TrailPromise
from cloudtrail.partitions import Arn
from cloudtrail.selectors import read_selectors
from verify.aws import CannotLook, NotThere, asking
from verify.controls.account_state import DESCRIBE_TRAILS
from verify.controls.trail_state import GET_EVENT_SELECTORS, GET_TRAIL_STATUS
from verify.s3_objects import LIST

if TYPE_CHECKING:
    from cloudtrail.manifest import Scope
    from cloudtrail.selectors import Selectors
    from verify.aws import Aws


@dataclass(frozen=True, slots=True)
class FoundTrail:
    """A trail as it is now: what a manifest would promise of it."""

    promise: TrailPromise
    selectors: Selectors
    logging: bool | CannotLook

    @property
    def why_idle(self) -> str | None:
        """Why it takes nothing in now; None: it does.

        Raises:
            CannotLook: when AWS did not tell whether it logs.
        """
        if isinstance(self.logging, CannotLook):
            raise self.logging
        return None if self.logging else "it is not logging"

    @property
    def is_being_deleted(self) -> bool:
        """Never: a trail is there or is not."""
        return False

    @property
    def owner(self) -> str:
        """The account it belongs to: of an organization's trail, the management account."""
        return Arn.parse(self.promise.arn).account

    def covers(self, region: str) -> bool:
        """Whether it records what happens in a Region."""
        return self.promise.scope != "single-region" or self.promise.home_region == region


def visible_trails(aws: Aws, region: str) -> list[dict[str, Any]]:
    """Every trail that shows in a Region, shadows included.

    Raises:
        CannotLook: when AWS does not answer.
    """
    with asking(DESCRIBE_TRAILS, f"trails in {region}"):
        answer: Any = aws.cloudtrail(region).describe_trails(includeShadowTrails=True)
    return list(answer["trailList"])


def read_trail(aws: Aws, described: dict[str, Any]) -> FoundTrail:
    """One trail with its selectors and its bucket's Region.

    Raises:
        CannotLook: when its selectors or its bucket's Region cannot be had: without them nothing can be expected of
            it, and nothing looked up.
        MalformedSelector: when its selectors are of a kind this version does not know.
        MalformedArn: when AWS describes a trail by something that is no ARN.
    """
    arn = str(described["TrailARN"])
    home = str(described.get("HomeRegion") or Arn.parse(arn).region)
    answer = selectors_of(aws, described)
    selectors = read_selectors(answer)
    group = str(described.get("CloudWatchLogsLogGroupArn") or "").removesuffix(":*")
    promise = TrailPromise(
        arn=arn,
        name=str(described["Name"]),
        home_region=home,
        scope=_scope(described),
        bucket=str(described["S3BucketName"]),
        bucket_region=bucket_region(aws, str(described["S3BucketName"]), ask_in=home),
        prefix=described.get("S3KeyPrefix") or None,
        key_arn=described.get("KmsKeyId") or None,
        log_file_validation=bool(described.get("LogFileValidationEnabled")),
        log_group_arn=group or None,
        event_selectors=tuple(answer.get("EventSelectors") or ()),
        advanced_event_selectors=tuple(answer.get("AdvancedEventSelectors") or ()),
    )
    return FoundTrail(promise, selectors, _logging(aws, arn, home))


def selectors_of(aws: Aws, described: dict[str, Any]) -> dict[str, Any]:
    """What CloudTrail says of a trail's selectors; nothing of those it has of itself, every management event.

    A member of an organization sees the organization's trail, and is answered that there is none when it asks for the
    selectors. That it has none of its own, DescribeTrails tells members too.

    Raises:
        CannotLook: when AWS does not answer.
    """
    arn = str(described["TrailARN"])
    home = str(described.get("HomeRegion") or Arn.parse(arn).region)
    try:
        with asking(GET_EVENT_SELECTORS, f"trail {arn}"):
            return dict(cast("Any", aws.cloudtrail(home)).get_event_selectors(TrailName=arn))
    except NotThere:
        if described.get("IsOrganizationTrail") and described.get("HasCustomEventSelectors") is False:
            return {}
        raise


def _logging(aws: Aws, arn: str, home: str) -> bool | CannotLook:
    """Whether a trail logs. That it is not told leaves everything else known of the trail."""
    try:
        with asking(GET_TRAIL_STATUS, f"trail {arn}"):
            return bool(aws.cloudtrail(home).get_trail_status(Name=arn).get("IsLogging"))
    except CannotLook as error:
        return error


def bucket_region(aws: Aws, bucket: str, *, ask_in: str) -> str:
    """The Region a bucket lies in, which S3 tells whoever asks, allowed or not.

    Raises:
        CannotLook: when S3 does not tell, as of a bucket that does not exist.
    """
    with asking(LIST, f"s3://{bucket}"):
        try:
            answer = aws.client("s3", ask_in).head_bucket(Bucket=bucket)
        except ClientError as error:
            region = _region_told(error.response)
            if region is None:
                raise
            return region
    return _region_told(answer) or ask_in


def _region_told(answer: Any) -> str | None:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers.get("x-amz-bucket-region")


def _scope(described: dict[str, Any]) -> Scope:
    if described.get("IsOrganizationTrail"):
        return "organization"
    return "multi-region" if described.get("IsMultiRegionTrail") else "single-region"
