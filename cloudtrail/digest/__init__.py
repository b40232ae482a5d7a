"""Digest files: CloudTrail's signed, hourly list of the log files it delivered.

    file        what a digest file holds: read and written
    signature   the string that is signed, the signature, the public key and its fingerprint
    chain       how each digest file vouches for the one before it

Sources: CloudTrail user guide, "CloudTrail digest file structure"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html)
and "Custom implementations of CloudTrail log file integrity validation"
(.../cloudtrail-log-file-custom-validation.html).
"""

from cloudtrail.digest.chain import Link, LinkKind, SignedDigest, check_link
from cloudtrail.digest.file import (
    HASH_ALGORITHM,
    SIGNATURE_ALGORITHM,
    DigestFile,
    LogReference,
    MalformedDigest,
    PreviousDigest,
    build_digest,
    parse_digest,
    sha256_hex,
)
from cloudtrail.digest.signature import (
    MalformedPublicKey,
    fingerprint,
    load_public_key,
    public_key_der,
    sign,
    string_to_sign,
    verify,
)

__all__ = [
    "HASH_ALGORITHM",
    "SIGNATURE_ALGORITHM",
    "DigestFile",
    "Link",
    "LinkKind",
    "LogReference",
    "MalformedDigest",
    "MalformedPublicKey",
    "PreviousDigest",
    "SignedDigest",
    "build_digest",
    "check_link",
    "fingerprint",
    "load_public_key",
    "parse_digest",
    "public_key_der",
    "sha256_hex",
    "sign",
    "string_to_sign",
    "verify",
]
