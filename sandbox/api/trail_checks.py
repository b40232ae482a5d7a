"""What CloudTrail checks before it makes or changes a trail, beyond what moto does.

Source: CloudTrail API reference, CreateTrail
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sandbox.api.errors import AwsError
from sandbox.api.trail_lookup import trails_seen_from
from sandbox.delivery import encryption
from sandbox.delivery.bucket import find_bucket, missing_permissions
from sandbox.delivery.log_group import may_announce
from sandbox.delivery.organizations import organization_of
from sandbox.delivery.refusal import DeliveryRefused

if TYPE_CHECKING:
    from moto.cloudtrail.models import Trail

MOST_TRAILS: Final = 5
"""Trails that one Region may have; a multi-Region trail counts in every one."""
LONGEST_PREFIX: Final = 200

_ADJACENT: Final = re.compile(r"[._-]{2}")
_ADDRESS: Final = re.compile(r"\d+\.\d+\.\d+\.\d+")
_LOG_GROUP: Final = re.compile(r"arn:[^:]+:logs:[^:]+:\d{12}:log-group:[^:]+:\*")
_KEY_ERRORS: Final = {
    encryption.NOT_FOUND: "KmsKeyNotFoundException",
    encryption.DISABLED: "KmsKeyDisabledException",
    encryption.NOT_ALLOWED: "InsufficientEncryptionPolicyException",
}


def check_new(name: str, *, account: str, region: str) -> None:
    """Refuse a name that is taken or malformed, and a trail too many.

    Raises:
        AwsError: `TrailAlreadyExistsException`, `InvalidTrailNameException` or
            `MaximumNumberOfTrailsExceededException`.
    """
    if _ADJACENT.search(name):
        raise AwsError(
            "InvalidTrailNameException", "Trail name cannot have adjacent periods, underscores or dashes."
        )
    if _ADDRESS.fullmatch(name):
        raise AwsError("InvalidTrailNameException", "Trail name cannot be an IP address.")
    seen = trails_seen_from(account, region)
    if any(trail.trail_name == name and trail.account_id == account for trail in seen):
        raise AwsError("TrailAlreadyExistsException", f"Trail {name} already exists for customer: {account}")
    if len(seen) >= MOST_TRAILS:
        raise AwsError(
            "MaximumNumberOfTrailsExceededException",
            f"User: {account} already has {MOST_TRAILS} trails in {region}.",
        )


def check_whole(trail: Trail) -> None:
    """Refuse a trail that could not deliver as it is now described.

    Raises:
        AwsError: CloudTrail's error for the first thing that is wrong.
    """
    _check_organization(trail)
    if len(trail.s3_key_prefix or "") > LONGEST_PREFIX:
        raise AwsError("InvalidS3PrefixException", f"The prefix is longer than {LONGEST_PREFIX} characters.")
    if trail.is_multi_region and not trail.include_global_service_events:
        raise AwsError(
            "InvalidParameterCombinationException", "Multi-Region trail must include global service events."
        )
    bucket = find_bucket(trail.bucket_name)
    if bucket is None:
        raise AwsError("S3BucketDoesNotExistException", f"S3 bucket {trail.bucket_name} does not exist!")
    missing = missing_permissions(trail, bucket)
    if missing:
        raise AwsError(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket_name} ({', '.join(missing)})",
        )
    try:
        trail.kms_key_id = encryption.usable_key(trail, bucket)  # pyright: ignore[reportAttributeAccessIssue] - moto's hints leave out None
    except DeliveryRefused as refusal:
        raise AwsError(
            _KEY_ERRORS[refusal.code],
            f"The KMS key {trail.kms_key_id} cannot be used with a bucket in {bucket.region_name} "
            f"for the trail {trail.arn}.",
        ) from refusal
    _check_log_group(trail)
    if trail.sns_topic_name and not may_announce(trail):
        raise AwsError(
            "InsufficientSnsTopicPolicyException",
            f"The policy of the topic {trail.topic_arn} does not let {trail.arn} publish.",
        )


def _check_organization(trail: Trail) -> None:
    if not trail.is_org_trail:
        return
    organization = organization_of(trail.account_id, partition=trail.partition)
    if organization is None:
        raise AwsError(
            "OrganizationsNotInUseException", f"The account {trail.account_id} is in no organization."
        )
    if organization.management != trail.account_id:
        raise AwsError(
            "NotOrganizationMasterAccountException",
            f"Only the management account {organization.management} may make an organization trail.",
        )
    if not organization.all_features:
        raise AwsError(
            "OrganizationNotInAllFeaturesModeException", "The organization does not have all features on."
        )
    if not organization.trusts_cloudtrail:
        raise AwsError(
            "CloudTrailAccessNotEnabledException",
            "The organization does not trust cloudtrail.amazonaws.com: enable trusted access first.",
        )


def _check_log_group(trail: Trail) -> None:
    group, role = trail.cw_log_group_arn, trail.cw_role_arn
    if not group and not role:
        return
    if not group or not _LOG_GROUP.fullmatch(group):
        raise AwsError(
            "InvalidCloudWatchLogsLogGroupArnException",
            "The log group's ARN has to be given, and end in :*, when a role is.",
        )
    if not role:
        raise AwsError(
            "InvalidCloudWatchLogsRoleArnException", "The role's ARN has to be given when a log group is."
        )
