"""What lets Athena of one account read log files that lie in another one, as statements for bucket and key.

Athena reads with the permissions of whoever asks. Across accounts both sides have to agree: the asker's by its identity
policies, the other by what is granted here, to the account and not to somebody in it. Only what Athena asks for on the
asker's behalf is granted (`aws:CalledVia`), and of the key only what S3 asks for in turn (`kms:ViaService`), so that
nobody gets at the files by themselves.

Sources: Athena user guide, "Configure cross-account access in Athena to Amazon S3 buckets" and "Use CalledVia context
keys for Athena" (docs.aws.amazon.com/athena/latest/ug/cross-account-permissions.html and
security-iam-athena-calledvia.html); AWS KMS developer guide, "AWS KMS condition keys"
(docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.object_keys import owner_prefix
from cloudtrail.partitions import Arn, bucket_arn, partition_of

if TYPE_CHECKING:
    from cloudtrail.resource_policies import Statement, TrailDestination

ATHENA: Final = "athena.amazonaws.com"
"""What Athena is called where it asks on somebody's behalf."""

_THROUGH_ATHENA: Final = {"ForAnyValue:StringEquals": {"aws:CalledVia": ATHENA}}


def bucket_grants(destination: TrailDestination, *, account: str | None) -> list[Statement]:
    """What a bucket's policy has to allow so that Athena of another account finds and reads a trail's files.

    Args:
        destination: The trail, and where it writes.
        account: The account whose Athena it is; None: nothing has to be allowed.
    """
    if account is None:
        return []
    trail = Arn.parse(destination.trail_arn)
    partition = trail.partition
    bucket = bucket_arn(destination.bucket, partition)
    folder = owner_prefix(account=destination.organization_id or trail.account, prefix=destination.prefix)
    return [
        {
            "Sid": "AthenaFindsLogFiles",
            "Effect": "Allow",
            "Principal": _everybody_in(account, partition),
            "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
            "Resource": bucket,
            "Condition": _THROUGH_ATHENA,
        },
        {
            "Sid": "AthenaReadsLogFiles",
            "Effect": "Allow",
            "Principal": _everybody_in(account, partition),
            "Action": "s3:GetObject",
            "Resource": f"{bucket}/{folder}*",
            "Condition": _THROUGH_ATHENA,
        },
    ]


def key_grants(*, region: str, account: str | None) -> list[Statement]:
    """What the policy of the files' key has to allow for the same.

    Args:
        region: The key's Region, which is the bucket's.
        account: The account whose Athena it is; None: nothing has to be allowed.
    """
    if account is None:
        return []
    return [
        {
            "Sid": "AthenaDecryptsLogFiles",
            "Effect": "Allow",
            "Principal": _everybody_in(account, partition_of(region)),
            "Action": "kms:Decrypt",
            "Resource": "*",
            # In China services are called amazonaws.com.cn.
            "Condition": {"StringLike": {"kms:ViaService": f"s3.{region}.amazonaws.com*"}},
        }
    ]


def _everybody_in(account: str, partition: str) -> dict[str, str]:
    """The account, whose own policies say who in it may."""
    return {"AWS": str(Arn(partition, "iam", "", account, "root"))}
