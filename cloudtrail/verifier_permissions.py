"""What the role may do that `meshtrail verify` assumes: who may take it, and which actions on what.

The actions are data, because whoever provisions the role must not know the verification: a test holds them equal to
what the verification's claims declare, which is what `meshtrail permissions` prints. What each may be used on is as
narrow as it can be without knowing an account's trails: CloudTrail's own files and log groups, not every object and
every log. Source of what an action can be allowed on: Service Authorization Reference, "Actions, resources, and
condition keys" for AWS CloudTrail, Amazon S3, AWS KMS and Amazon CloudWatch Logs
(docs.aws.amazon.com/service-authorization/latest/reference/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import Arn, is_account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudtrail.resource_policies import Policy

ROLE_NAME: Final = "MeshtrailVerifier"
"""What the role is called unless told otherwise; one name in all accounts, so that one option finds them all."""
POLICY_NAME: Final = "verify"
"""The name of the role's inline policy."""

_EVERYTHING: Final = ("*",)
_TRAILS: Final = ("arn:{partition}:cloudtrail:*:*:trail/*",)
_STORES: Final = ("arn:{partition}:cloudtrail:*:*:eventdatastore/*",)
_BUCKETS: Final = ("arn:{partition}:s3:::*",)
_LOG_FILES: Final = ("arn:{partition}:s3:::*/AWSLogs/*",)
# Of the role's own account: a key of the log archive is used by the log archive's role.
_KEYS: Final = ("arn:{partition}:kms:*:{account}:key/*",)
# What meshtrail, the console and AWS's own examples call the log group of a trail.
_LOG_GROUPS: Final = tuple(
    f"arn:{{partition}}:logs:*:{{account}}:log-group:{name}*:*"
    for name in ("/meshtrail/", "CloudTrail/", "aws-cloudtrail-logs-")
)

VERIFIER_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "cloudtrail:DescribeQuery": _STORES,
    "cloudtrail:DescribeTrails": _EVERYTHING,
    "cloudtrail:GetEventDataStore": _STORES,
    "cloudtrail:GetEventSelectors": _TRAILS,
    "cloudtrail:GetQueryResults": _STORES,
    "cloudtrail:GetTrail": _TRAILS,
    "cloudtrail:GetTrailStatus": _TRAILS,
    "cloudtrail:ListEventDataStores": _EVERYTHING,
    "cloudtrail:ListPublicKeys": _EVERYTHING,
    "cloudtrail:ListTags": _TRAILS,
    "cloudtrail:LookupEvents": _EVERYTHING,
    "cloudtrail:StartQuery": _STORES,
    "ec2:DescribeRegions": _EVERYTHING,
    "kms:Decrypt": _KEYS,
    "kms:DescribeKey": _KEYS,
    "kms:GenerateDataKey": _KEYS,
    "kms:GetKeyPolicy": _KEYS,
    "kms:GetKeyRotationStatus": _KEYS,
    "logs:DescribeLogGroups": _EVERYTHING,
    "logs:FilterLogEvents": _LOG_GROUPS,
    "organizations:DescribeOrganization": _EVERYTHING,
    "s3:GetBucketAcl": _BUCKETS,
    "s3:GetBucketLogging": _BUCKETS,
    "s3:GetBucketObjectLockConfiguration": _BUCKETS,
    "s3:GetBucketPolicy": _BUCKETS,
    "s3:GetBucketPolicyStatus": _BUCKETS,
    "s3:GetBucketPublicAccessBlock": _BUCKETS,
    "s3:GetBucketVersioning": _BUCKETS,
    "s3:GetEncryptionConfiguration": _BUCKETS,
    "s3:GetLifecycleConfiguration": _BUCKETS,
    "s3:GetObject": _LOG_FILES,
    "s3:ListBucket": _BUCKETS,
    "sts:GetCallerIdentity": _EVERYTHING,
}
"""The actions of `meshtrail permissions`, and what the role may use each on; `{partition}` and `{account}` are the
role's own."""


def verifier_policy(*, partition: str, account: str) -> Policy:
    """What the role may do, one statement for all actions on the same resources.

    Args:
        partition: `aws`, `aws-cn` or `aws-us-gov`, or what a template puts there.
        account: The role's account, or what a template puts there.
    """
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in sorted(VERIFIER_ACTIONS.items()):
        by_resources.setdefault(resources, []).append(action)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": actions,
                "Resource": [each.format(partition=partition, account=account) for each in resources],
            }
            for resources, actions in sorted(by_resources.items())
        ],
    }


def verifier_trust(
    trusted: Sequence[str], *, partition: str, external_id: str, organization_id: str | None = None
) -> Policy:
    """Who may take the role.

    Args:
        trusted: Accounts, whose administrators say who in them, or ARNs of roles.
        partition: The role's partition.
        external_id: What whoever takes it has to know, so that nobody who may act for several parties can be talked
            into using it for the wrong one
            (docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
        organization_id: The organization whoever takes it has to be of; None: any.
    """
    return trust_document([principal(each, partition) for each in trusted], external_id, organization_id)


def trust_document(trusted: object, external_id: object, organization_id: object | None) -> Policy:
    """The trust policy from values, or from references of a template."""
    known: dict[str, object] = {"sts:ExternalId": external_id}
    if organization_id is not None:
        known["aws:PrincipalOrgID"] = organization_id
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": trusted},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": known},
            }
        ],
    }


def principal(who: str, partition: str) -> str:
    """An account or the ARN of a role, as a policy names it; AWS would turn a bare account into this by itself."""
    return str(Arn(partition, "iam", "", who, "root")) if is_account(who) else who
