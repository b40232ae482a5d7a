"""The signature of a digest file: the string that is signed, the signature itself, and CloudTrail's public keys.

CloudTrail signs with RSA PKCS#1 v1.5 over SHA-256 and keeps the signature in the digest object's S3 user metadata
(`x-amz-meta-signature`, hex). The private key is AWS's, one per Region; ListPublicKeys gives the public ones.
"""

from __future__ import annotations

import binascii
import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cloudtrail.digest.file import sha256_hex
from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from cloudtrail.digest.file import DigestFile

_NO_PREVIOUS: Final = "null"
"""What stands in the signed string where a start digest has no previous signature."""


class MalformedPublicKey(MeshtrailError):
    """Bytes that should be an RSA public key in DER are not one; `why` is the reason."""


def string_to_sign(digest: DigestFile, content: bytes) -> bytes:
    """The exact bytes CloudTrail signs for a digest file.

    Four lines joined by a newline, none at the end: the end of the period letter for letter, `bucket/key`,
    SHA-256 of the inflated file in hex, and the previous digest file's signature or `null`.

    Args:
        digest: The digest file, parsed.
        content: Its inflated bytes, as they were read.
    """
    previous = digest.previous.signature if digest.previous else _NO_PREVIOUS
    lines = (digest.signed_end, f"{digest.bucket}/{digest.key}", sha256_hex(content), previous)
    return "\n".join(lines).encode()


def sign(private_key: rsa.RSAPrivateKey, digest: DigestFile, content: bytes) -> str:
    """Sign a digest file as CloudTrail does; hex, as it stands in the object's metadata."""
    return private_key.sign(string_to_sign(digest, content), padding.PKCS1v15(), hashes.SHA256()).hex()


def verify(public_key: rsa.RSAPublicKey, digest: DigestFile, content: bytes, *, signature: str) -> bool:
    """Whether a signature (hex) is CloudTrail's own for exactly these bytes under exactly this bucket and key.

    A signature that is no hex, or of another length, is a wrong signature and not an error.
    """
    try:
        public_key.verify(
            binascii.unhexlify(signature),
            string_to_sign(digest, content),
            padding.PKCS1v15(),
            hashes.SHA256(),
        )
    except (InvalidSignature, ValueError):  # binascii.Error is a ValueError, and so is non-ASCII "hex"
        return False
    return True


def fingerprint(der: bytes) -> str:
    """The fingerprint by which CloudTrail names a public key: MD5 of its DER bytes, in hex.

    MD5 because AWS chose it as the identifier; it protects nothing. What protects is the signature, so a second
    key of the same fingerprint gains an attacker nothing unless ListPublicKeys itself hands it out.
    """
    return hashlib.md5(der, usedforsecurity=False).hexdigest()


def load_public_key(der: bytes) -> rsa.RSAPublicKey:
    """Load a public key from DER: PKCS#1 `RSAPublicKey`, as ListPublicKeys gives, or SubjectPublicKeyInfo.

    Raises:
        MalformedPublicKey: when the bytes are neither, or the key is not an RSA key.
    """
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedPublicKey("A public key cannot be read", why=str(error)) from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise MalformedPublicKey("A public key cannot be used", why="it is not an RSA key")
    return key


def public_key_der(private_key: rsa.RSAPrivateKey) -> bytes:
    """The public half in DER (PKCS#1), as ListPublicKeys returns it in `Value`."""
    return private_key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
