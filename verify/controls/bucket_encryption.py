"""What is claimed of a bucket's default encryption.

Source: Amazon S3 user guide, "Setting default server-side encryption behavior for Amazon S3 buckets"
(docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html).
"""

from __future__ import annotations

from typing import Final

from verify.controls.base import Control
from verify.controls.bucket_state import GET_ENCRYPTION, BucketState
from verify.controls.requirements import nist, security_hub
from verify.finding import Finding, cannot_tell, fails, holds
from verify.report.parts import Severity

_KMS: Final = ("aws:kms", "aws:kms:dsse")


class BucketIsEncrypted(Control[BucketState]):
    """What arrives without a key of its own is encrypted under the promised key."""

    id = "bucket.encrypted"
    title = "The bucket encrypts by default, under the promised key"
    severity = Severity.MEDIUM
    actions = (GET_ENCRYPTION,)
    requirements = (*security_hub("S3.17"), *nist("SC-13", "SC-28", "SC-28(1)"))
    remedy = "Set the default encryption again: `pulumi up --refresh`, or `aws s3api put-bucket-encryption`."

    def look(self, subject: BucketState) -> Finding:
        """Decide it from GetBucketEncryption; of a bucket nobody promised anything of any encryption will do."""
        default = (subject.encryption or {}).get("ApplyServerSideEncryptionByDefault", {})
        algorithm, key = str(default.get("SSEAlgorithm", "none")), str(default.get("KMSMasterKeyID", ""))
        told = ("default encryption", f"{algorithm} {key}".rstrip())
        if algorithm == "none":
            return fails(f"Bucket {subject.bucket} has no default encryption.", told)
        promised = {trail.key_arn for trail in subject.trails if trail.key_arn}
        if subject.promise is None or not promised:
            return holds(f"Default encryption is {algorithm}.", told)
        if algorithm in _KMS and any(_same_key(key, arn) for arn in promised):
            return holds("What arrives without a key of its own is encrypted under the promised key.", told)
        if algorithm in _KMS and "alias/" in key:
            return cannot_tell(
                f"Default encryption of {subject.bucket} names its key by an alias.",
                told,
                reason="Which key an alias stands for is not asked: name the key by its ARN.",
            )
        return fails(
            f"Default encryption of {subject.bucket} is not under the promised key.",
            told,
            *(("promised", arn) for arn in sorted(promised)),
        )


BUCKET_ENCRYPTION_CONTROLS: tuple[Control[BucketState], ...] = (BucketIsEncrypted(),)


def _same_key(key: str, arn: str) -> bool:
    return key == arn or (bool(key) and arn.endswith(f":key/{key}"))
