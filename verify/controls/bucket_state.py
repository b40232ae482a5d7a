"""A bucket as S3 describes it now.

Source: Amazon S3 API reference, the `GetBucket...` operations
(docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html and those beside it). Several of them answer with
an error code where nothing is configured; that is an answer like any other.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from cloudtrail.errors import MeshtrailError
from cloudtrail.object_keys import owner_prefix
from cloudtrail.partitions import Arn, bucket_arn
from cloudtrail.policy_matching import is_policy
from verify.aws import Aws, CannotLook, asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import BucketPromise, Manifest, TrailPromise

GET_POLICY: Final = "s3:GetBucketPolicy"
GET_POLICY_STATUS: Final = "s3:GetBucketPolicyStatus"
GET_PUBLIC_ACCESS_BLOCK: Final = "s3:GetBucketPublicAccessBlock"
GET_ACL: Final = "s3:GetBucketAcl"
GET_VERSIONING: Final = "s3:GetBucketVersioning"
GET_OBJECT_LOCK: Final = "s3:GetBucketObjectLockConfiguration"
GET_LIFECYCLE: Final = "s3:GetLifecycleConfiguration"
GET_LOGGING: Final = "s3:GetBucketLogging"
GET_ENCRYPTION: Final = "s3:GetEncryptionConfiguration"


class MalformedPolicy(MeshtrailError):
    """AWS answered with a policy that is no JSON document."""


class BucketState:
    """A bucket as S3 describes it now; each answer is asked for once, when it is first needed.

    Every property raises CannotLook when S3 does not answer, Gone when the bucket is not there.

    Args:
        bucket: Its name.
        region: Its Region.
        aws: The session to look with.
        manifest: What was promised.
        trails: The trails that write to it.
    """

    def __init__(
        self, bucket: str, region: str, *, aws: Aws, manifest: Manifest, trails: Sequence[TrailPromise]
    ) -> None:
        self.bucket = bucket
        self.region = region
        self.manifest = manifest
        self.trails = tuple(trails)
        self._aws = aws

    @property
    def arn(self) -> str:
        """Its ARN."""
        return bucket_arn(self.bucket, self.manifest.partition)

    @property
    def promise(self) -> BucketPromise | None:
        """What was promised of it; None for a bucket that was brought along, or found."""
        return next((one for one in self.manifest.buckets if one.name == self.bucket), None)

    @property
    def accounts(self) -> set[str]:
        """The accounts whose it may be: the manifest's, and those of the trails that write to it."""
        return {self.manifest.account, *(Arn.parse(trail.arn).account for trail in self.trails)}

    @property
    def prefixes(self) -> list[str]:
        """The key prefixes under which its trails' log and digest files lie."""
        found: list[str] = []
        for trail in self.trails:
            owner = owner_prefix(account=Arn.parse(trail.arn).account, prefix=trail.prefix)
            found += [f"{owner}CloudTrail/", f"{owner}CloudTrail-Digest/"]
            if trail.scope == "organization":
                # The members' accounts come behind the organization's id; where that is not known, all of them count.
                all_accounts = owner_prefix(account=self.manifest.organization_id or "", prefix=trail.prefix)
                found.append(f"{all_accounts.rstrip('/')}/")
        return list(dict.fromkeys(found))

    @cached_property
    def policy(self) -> dict[str, Any] | None:
        """GetBucketPolicy; None: it has none."""
        answer = self._ask(GET_POLICY, "get_bucket_policy", none="NoSuchBucketPolicy")
        return None if answer is None else read_policy(answer["Policy"], where=self.where)

    @cached_property
    def policy_is_public(self) -> bool:
        """GetBucketPolicyStatus: whether S3 itself calls the policy public."""
        answer = self._ask(GET_POLICY_STATUS, "get_bucket_policy_status", none="NoSuchBucketPolicy")
        return bool((answer or {}).get("PolicyStatus", {}).get("IsPublic", False))

    @cached_property
    def public_access_block(self) -> dict[str, bool]:
        """GetPublicAccessBlock; empty: it has none."""
        answer = self._ask(
            GET_PUBLIC_ACCESS_BLOCK,
            "get_public_access_block",
            none="NoSuchPublicAccessBlockConfiguration",
        )
        return dict((answer or {}).get("PublicAccessBlockConfiguration", {}))

    @cached_property
    def grants(self) -> list[dict[str, Any]]:
        """GetBucketAcl: who is granted what."""
        return list((self._ask(GET_ACL, "get_bucket_acl") or {}).get("Grants", []))

    @cached_property
    def versioning(self) -> str:
        """GetBucketVersioning: `Enabled`, `Suspended`, or `never enabled`."""
        return str((self._ask(GET_VERSIONING, "get_bucket_versioning") or {}).get("Status", "never enabled"))

    @cached_property
    def object_lock(self) -> dict[str, Any]:
        """GetObjectLockConfiguration; empty: it has none."""
        return object_lock_of(self._ask(GET_OBJECT_LOCK, "get_object_lock_configuration", none=_NO_LOCK))

    @cached_property
    def lifecycle_rules(self) -> list[dict[str, Any]]:
        """GetBucketLifecycleConfiguration; empty: it has none."""
        answer = self._ask(
            GET_LIFECYCLE, "get_bucket_lifecycle_configuration", none="NoSuchLifecycleConfiguration"
        )
        return list((answer or {}).get("Rules", []))

    @cached_property
    def logging(self) -> dict[str, Any] | None:
        """GetBucketLogging; None: it is off."""
        return (self._ask(GET_LOGGING, "get_bucket_logging") or {}).get("LoggingEnabled")

    @cached_property
    def encryption(self) -> dict[str, Any] | None:
        """GetBucketEncryption: the rule for files that arrive without a key of their own; None: there is none."""
        answer = self._ask(
            GET_ENCRYPTION, "get_bucket_encryption", none="ServerSideEncryptionConfigurationNotFoundError"
        )
        rules = (answer or {}).get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        return rules[0] if rules else None

    def object_lock_of(self, bucket: str) -> dict[str, Any]:
        """GetObjectLockConfiguration of another bucket, of the same Region; empty: it has none."""
        answer = self._ask(GET_OBJECT_LOCK, "get_object_lock_configuration", none=_NO_LOCK, bucket=bucket)
        return object_lock_of(answer)

    @property
    def where(self) -> str:
        """The bucket, for the reader of an error; with its accounts, where it may be another account's."""
        others = sorted(self.accounts - {self.manifest.account})
        told = f", perhaps of account {', '.join(others)}" if others else ""
        return f"bucket {self.bucket}, {self.region}{told}"

    def _ask(
        self, action: str, operation: str, *, none: str = "", bucket: str | None = None
    ) -> dict[str, Any] | None:
        """Ask S3; None where it answers that nothing is configured, in the words of the error code `none`."""
        client = self._aws.client("s3", self.region)
        where = self.where if bucket is None else f"bucket {bucket}, {self.region}"
        try:
            with asking(action, where):
                return dict(getattr(client, operation)(Bucket=bucket or self.bucket))
        except CannotLook as error:
            if none and error.code == none:
                return None
            raise


def object_lock_of(answer: dict[str, Any] | None) -> dict[str, Any]:
    """The default retention of an answer of GetObjectLockConfiguration; empty: there is none."""
    return dict((answer or {}).get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {}))


def read_policy(text: str, *, where: str) -> dict[str, Any]:
    """A policy as AWS hands it out.

    Raises:
        MalformedPolicy: when it is no JSON object, or has not the shape of a policy.
    """
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _malformed(where, str(error)) from error
    if not isinstance(policy, dict) or not is_policy(cast("object", policy)):
        raise _malformed(where, "it is no object of statements")
    return policy  # pyright: ignore[reportUnknownVariableType] - JSON has text keys


def _malformed(where: str, why: str) -> MalformedPolicy:
    return MalformedPolicy(
        "The policy cannot be read",
        where=where,
        why=why,
        remedy="Look at it with `aws s3api get-bucket-policy` or `aws kms get-key-policy`.",
    )


_NO_LOCK: Final = "ObjectLockConfigurationNotFoundError"
