"""The policies CloudTrail needs on what it writes to: bucket, key, topic and log role, as plain documents.

Everything is computed from names, Region and account, because a trail is refused when the policy is not
there before it. Every statement for CloudTrail names the trail (`aws:SourceArn`), so that nobody else's
trail can be pointed at these resources, except where CloudTrail does not send that key (said beside it).

Sources, all in the CloudTrail user guide (docs.aws.amazon.com/awscloudtrail/latest/userguide/):
create-s3-bucket-policy-for-cloudtrail.html, create-kms-key-policy-for-cloudtrail.html,
cloudtrail-permissions-for-sns-notifications.html, cloudtrail-required-policy-for-cloudwatch-logs.html.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cloudtrail import policy_matching
from cloudtrail.object_keys import owner_prefix
from cloudtrail.partitions import Arn, bucket_arn

Policy = dict[str, Any]
"""A policy document, ready for `json.dumps`."""
Statement = Mapping[str, Any]

_VERSION: Final = "2012-10-17"
_CLOUDTRAIL: Final = {"Service": "cloudtrail.amazonaws.com"}
_SOURCE: Final = "aws:SourceArn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailDestination:
    """Which trail writes to which bucket, and where in it.

    Attributes:
        bucket: The bucket's name.
        trail_arn: The trail's ARN in its home Region; an organization trail carries the management account.
        prefix: The trail's key prefix, without slashes at its ends; None for none.
        organization_id: `o-...` for an organization trail, else None.
    """

    bucket: str
    trail_arn: str
    prefix: str | None = None
    organization_id: str | None = None


def bucket_needs(destination: TrailDestination) -> list[Statement]:
    """What a bucket's policy must allow so that the trail can deliver.

    The ACL check, the write below the account's prefix and, for an organization trail, the write below the
    organization's; the account's stays, so that the trail can be turned back into an account's trail.
    """
    trail = Arn.parse(destination.trail_arn)
    bucket = bucket_arn(destination.bucket, trail.partition)
    source = {_SOURCE: destination.trail_arn}
    needs: list[Statement] = [
        {
            "Sid": "CloudTrailReadsBucketAcl",
            "Effect": "Allow",
            "Principal": _CLOUDTRAIL,
            "Action": "s3:GetBucketAcl",
            "Resource": bucket,
            "Condition": {"StringEquals": source},
        }
    ]
    owners = {"CloudTrailWritesAccount": owner_prefix(account=trail.account, prefix=destination.prefix)}
    if destination.organization_id:
        owners["CloudTrailWritesOrganization"] = owner_prefix(
            account=destination.organization_id, prefix=destination.prefix
        )
    needs += [
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": _CLOUDTRAIL,
            "Action": "s3:PutObject",
            "Resource": f"{bucket}/{owner}*",
            "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **source}},
        }
        for sid, owner in owners.items()
    ]
    return needs


def tls_only(bucket: str, *, partition: str) -> Statement:
    """The statement that refuses every request to a bucket that does not come over TLS."""
    arn = bucket_arn(bucket, partition)
    return {
        "Sid": "RefuseWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def bucket_policy(destination: TrailDestination, *, readers: Sequence[Statement] = ()) -> Policy:
    """The whole policy of a bucket that holds one trail's files: CloudTrail may write, and only over TLS.

    Args:
        destination: The trail, and where it writes.
        readers: What lets others read.
    """
    partition = Arn.parse(destination.trail_arn).partition
    return _document(
        [*bucket_needs(destination), *readers, tls_only(destination.bucket, partition=partition)]
    )


def missing_bucket_statements(
    existing_policy: Mapping[str, Any] | None, needs: Sequence[Statement]
) -> list[Statement]:
    """The statements of `needs` whose effect an existing policy does not have.

    A broader statement counts: one that lets CloudTrail write anywhere in the bucket covers the write below
    one prefix. A policy that is not there (None) lacks everything.
    """
    present = policy_matching.statements(existing_policy or {})

    def has(part: Statement) -> bool:
        return any(policy_matching.covers(each, part) for each in present)

    return [need for need in needs if not all(map(has, policy_matching.parts(need)))]


def unguarded_bucket_statements(
    existing_policy: Mapping[str, Any] | None, destination: TrailDestination
) -> list[Statement]:
    """The statements of an existing policy that would let a stranger's trail deliver into the bucket.

    They let `destination` in as well, but do not ask which trail it is (`aws:SourceArn`).
    """
    trail = Arn.parse(destination.trail_arn)
    stranger = str(Arn(trail.partition, "cloudtrail", trail.region, "0" * 12, "trail/stranger"))
    needs = [
        {**need, "Condition": {"StringEquals": {**need["Condition"]["StringEquals"], _SOURCE: stranger}}}
        for need in bucket_needs(destination)
    ]
    return [
        each
        for each in policy_matching.statements(existing_policy or {})
        if any(policy_matching.covers(each, need) for need in needs)
    ]


def contradicting_bucket_statements(
    existing_policy: Mapping[str, Any] | None, needs: Sequence[Statement]
) -> list[Statement]:
    """The Deny statements of an existing policy that take back something `needs` allows."""
    allowed = [need for need in needs if need["Effect"] == "Allow"]
    return [
        each
        for each in policy_matching.statements(existing_policy or {})
        if each.get("Effect") == "Deny" and any(policy_matching.touches(each, need) for need in allowed)
    ]


def key_policy(
    *,
    account: str,
    partition: str,
    trail_arn: str | None,
    event_data_stores: bool,
    readers: Sequence[Statement] = (),
) -> Policy:
    """The policy of the key that encrypts a trail's files, event data stores, or both.

    The account's administrators keep the key in their hands through IAM; who reads the record needs
    kms:Decrypt from there.

    Args:
        account: The account the key lives in.
        partition: `aws`, `aws-cn` or `aws-us-gov`.
        trail_arn: The trail that encrypts with the key, or None.
        event_data_stores: Whether event data stores encrypt with it.
        readers: What lets others decrypt.
    """
    statements: list[Statement] = [
        {
            "Sid": "AccountAdministersKey",
            "Effect": "Allow",
            "Principal": {"AWS": str(Arn(partition, "iam", "", account, "root"))},
            "Action": "kms:*",
            "Resource": "*",
        }
    ]
    if trail_arn is not None:
        trail = Arn.parse(trail_arn)
        trails = str(Arn(trail.partition, "cloudtrail", "*", trail.account, "trail/*"))
        statements += [
            {
                "Sid": "CloudTrailEncryptsLogs",
                "Effect": "Allow",
                "Principal": _CLOUDTRAIL,
                "Action": "kms:GenerateDataKey*",
                "Resource": "*",
                "Condition": {
                    "StringEquals": {_SOURCE: trail_arn},
                    "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
                },
            },
            {
                "Sid": "CloudTrailDescribesKey",
                "Effect": "Allow",
                "Principal": _CLOUDTRAIL,
                "Action": "kms:DescribeKey",
                "Resource": "*",
                "Condition": {"StringEquals": {_SOURCE: trail_arn}},
            },
            {
                # Needed since the bucket uses an S3 bucket key; AWS documents it without conditions.
                "Sid": "CloudTrailDecrypts",
                "Effect": "Allow",
                "Principal": _CLOUDTRAIL,
                "Action": "kms:Decrypt",
                "Resource": "*",
            },
        ]
    if event_data_stores:
        statements.append(
            {
                # CloudTrail sends neither aws:SourceArn nor aws:SourceAccount for an event data store.
                "Sid": "CloudTrailEncryptsEventDataStores",
                "Effect": "Allow",
                "Principal": _CLOUDTRAIL,
                "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                "Resource": "*",
            }
        )
    return _document([*statements, *readers])


def key_needs(trail_arn: str, *, bucket_key: bool) -> list[Statement]:
    """What a key's policy must allow so that the trail can encrypt with it.

    Args:
        trail_arn: The trail.
        bucket_key: Whether the trail's bucket uses an S3 bucket key: then CloudTrail must decrypt as well.
    """
    context = {_SOURCE: trail_arn, "kms:EncryptionContext:aws:cloudtrail:arn": trail_arn}
    actions = {"CloudTrailEncryptsLogs": "kms:GenerateDataKey"}
    if bucket_key:
        actions["CloudTrailDecrypts"] = "kms:Decrypt"
    return [
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": _CLOUDTRAIL,
            "Action": action,
            "Resource": "*",
            "Condition": {"StringEquals": context},
        }
        for sid, action in actions.items()
    ]


def allows(policy: Mapping[str, Any] | None, needs: Sequence[Statement]) -> bool:
    """Whether a resource's policy has the effect of every one of `needs`, and no Deny takes it back."""
    return not (missing_bucket_statements(policy, needs) or contradicting_bucket_statements(policy, needs))


def topic_policy(*, topic_arn: str, trail_arn: str) -> Policy:
    """The policy of the topic on which a trail announces each delivered log file."""
    return _document(
        [
            {
                "Sid": "CloudTrailPublishes",
                "Effect": "Allow",
                "Principal": _CLOUDTRAIL,
                "Action": "SNS:Publish",
                "Resource": topic_arn,
                "Condition": {"StringEquals": {_SOURCE: trail_arn}},
            }
        ]
    )


def log_role_trust() -> Policy:
    """Who may take the role that writes to CloudWatch Logs: CloudTrail.

    Without `aws:SourceArn`: CloudTrail does not send it when it takes this role, and delivery would stop.
    """
    return _document(
        [
            {
                "Sid": "CloudTrailTakesRole",
                "Effect": "Allow",
                "Principal": _CLOUDTRAIL,
                "Action": "sts:AssumeRole",
            }
        ]
    )


def log_role_policy(*, log_group_arn: str, trail_arn: str, organization_id: str | None = None) -> Policy:
    """What that role may do: create CloudTrail's own streams in one log group, and write to them.

    Args:
        log_group_arn: The log group's ARN, without the closing `:*`.
        trail_arn: The trail; its streams begin with its account and home Region.
        organization_id: `o-...` for an organization trail, whose members' streams begin with it.
    """
    trail = Arn.parse(trail_arn)
    streams = [f"{log_group_arn}:log-stream:{trail.account}_CloudTrail_{trail.region}*"]
    if organization_id:
        streams.append(f"{log_group_arn}:log-stream:{organization_id}_*")
    return _document(
        [
            {
                "Sid": "CloudTrailWritesStreams",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": streams,
            }
        ]
    )


def _document(statements: Sequence[Statement]) -> Policy:
    return {"Version": _VERSION, "Statement": [dict(each) for each in statements]}
