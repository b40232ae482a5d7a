"""How a bucket keeps its objects: encrypted, in every version, locked; each a resource type.

Source of the rules: the S3 API reference (docs.aws.amazon.com/AmazonS3/latest/API), by the operation each
class calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of
from sandbox.provider.casing import from_aws, to_aws
from sandbox.provider.properties import Block, Failure, Flag, ListOf, Properties, Property, Text, Whole
from sandbox.provider.resource_type import REGION, Values, known
from sandbox.provider.s3_bucket_setting import BUCKET, OWNER, BucketSetting

if TYPE_CHECKING:
    from collections.abc import Iterator

_SSE: Final = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
_ENCRYPTION: Final = Block(
    {
        "applyServerSideEncryptionByDefault": Property(
            kind=Block(
                {
                    "sseAlgorithm": Property(
                        kind=Text(choices=("AES256", "aws:kms", "aws:kms:dsse")), required=True
                    ),
                    "kmsMasterKeyId": Property(kind=Text()),
                }
            )
        ),
        "blockedEncryptionTypes": Property(
            kind=ListOf(item=Text(choices=("SSE-C", "NONE")), unordered=True), computed=True
        ),
        "bucketKeyEnabled": Property(kind=Flag()),
    }
)


class Encryption(BucketSetting):
    """How objects are encrypted when the one who puts them does not say."""

    type_name: ClassVar[str] = (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    )
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "rules": Property(kind=ListOf(item=_ENCRYPTION, fewest=1), required=True),
        "region": REGION,
    }
    not_emulated: ClassVar[frozenset[str]] = OWNER
    absent: ClassVar[tuple[str, ...]] = ("ServerSideEncryptionConfigurationNotFoundError",)

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutBucketEncryption."""
        rules = [_encryption_rule(rule) for rule in inputs["rules"]]
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetBucketEncryption."""
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        return {"rules": from_aws(rules, _SSE)}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """DeleteBucketEncryption: S3 falls back to its own keys."""
        del outputs
        s3.delete_bucket_encryption(Bucket=bucket)


class Versioning(BucketSetting):
    """Whether the bucket keeps every version; once on, it can only be suspended."""

    type_name: ClassVar[str] = "aws:s3/bucketVersioning:BucketVersioning"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "versioningConfiguration": Property(
            kind=Block(
                {
                    "status": Property(
                        kind=Text(choices=("Enabled", "Suspended", "Disabled")), required=True
                    ),
                    "mfaDelete": Property(kind=Text(choices=("Enabled", "Disabled")), computed=True),
                }
            ),
            required=True,
        ),
        "mfa": Property(kind=Text()),
        "region": REGION,
    }
    not_emulated: ClassVar[frozenset[str]] = OWNER

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutBucketVersioning; `Disabled` is what a bucket is born with, and cannot be asked for."""
        wanted = inputs["versioningConfiguration"]
        if wanted["status"] != "Disabled":
            request = {
                "Bucket": bucket,
                "VersioningConfiguration": to_aws(wanted, {"mfaDelete": "MFADelete"}),
            }
            if inputs.get("mfa"):
                request["MFA"] = inputs["mfa"]
            s3.put_bucket_versioning(**request)

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetBucketVersioning."""
        found = s3.get_bucket_versioning(Bucket=bucket)
        return {"versioningConfiguration": {"status": found.get("Status", "Disabled")}}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """Suspend it; Object Lock forbids even that, and then it stays as it is."""
        if outputs["versioningConfiguration"]["status"] != "Enabled":
            return
        try:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        except ClientError as error:
            if code_of(error) != "InvalidBucketState":
                raise


class ObjectLock(BucketSetting):
    """The bucket's default retention; the lock itself can never be taken off."""

    type_name: ClassVar[str] = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    properties: ClassVar[Properties] = {
        "bucket": BUCKET,
        "objectLockEnabled": Property(kind=Text(choices=("Enabled",)), default="Enabled", replaces=True),
        "rule": Property(
            kind=Block(
                {
                    "defaultRetention": Property(
                        kind=Block(
                            {
                                "mode": Property(kind=Text(choices=("COMPLIANCE", "GOVERNANCE"))),
                                "days": Property(kind=Whole(least=1, most=36500), conflicts=("years",)),
                                "years": Property(kind=Whole(least=1, most=100)),
                            }
                        ),
                        required=True,
                    )
                }
            )
        ),
        "token": Property(kind=Text()),
        "region": REGION,
    }
    not_emulated: ClassVar[frozenset[str]] = OWNER
    absent: ClassVar[tuple[str, ...]] = ("ObjectLockConfigurationNotFoundError",)

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """A default retention needs a mode and a time."""
        retention = (inputs.get("rule") or {}).get("defaultRetention") or {}
        if retention and not (retention.get("mode") and (retention.get("days") or retention.get("years"))):
            yield Failure("rule.defaultRetention", "needs a mode, and either days or years")

    def put(self, s3: Any, bucket: str, inputs: Values) -> None:
        """PutObjectLockConfiguration."""
        wanted = to_aws({key: inputs.get(key) for key in ("objectLockEnabled", "rule")})
        request = {"Bucket": bucket, "ObjectLockConfiguration": wanted}
        if inputs.get("token"):
            request["Token"] = inputs["token"]
        s3.put_object_lock_configuration(**request)

    def get(self, s3: Any, bucket: str) -> Values | None:
        """GetObjectLockConfiguration."""
        found = from_aws(s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"])
        return {"objectLockEnabled": found.get("objectLockEnabled"), "rule": found.get("rule")}

    def remove(self, s3: Any, bucket: str, outputs: Values) -> None:
        """PutObjectLockConfiguration without a rule."""
        del outputs
        s3.put_object_lock_configuration(
            Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
        )


def _encryption_rule(rule: Values) -> Values:
    # S3 takes the blocked types as an object around the list.
    blocked = rule.get("blockedEncryptionTypes")
    written: Values = to_aws(
        {key: value for key, value in rule.items() if key != "blockedEncryptionTypes"}, _SSE
    )
    if known(blocked):
        written["BlockedEncryptionTypes"] = {"EncryptionType": blocked}
    return written
