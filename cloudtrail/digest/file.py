"""What a digest file holds: read from its inflated bytes, and written as CloudTrail writes it.

The hash and the signature of a digest file are made over its exact bytes, so nothing here is ever re-serialised to
check it: keep the bytes that were read beside the `DigestFile`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from cloudtrail.errors import MeshtrailError

HASH_ALGORITHM: Final = "SHA-256"
"""The one hash CloudTrail uses, as it names it."""
SIGNATURE_ALGORITHM: Final = "SHA256withRSA"
"""The one signature CloudTrail uses, as it names it: RSA PKCS#1 v1.5 over SHA-256."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class MalformedDigest(MeshtrailError):
    """Bytes that should be a digest file are not one; `why` is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReference:
    """A log file that a digest file vouches for.

    Attributes:
        bucket: The bucket it was delivered to.
        key: Its key.
        sha256: SHA-256 of its *inflated* bytes, in hex.
        hash_algorithm: The hash's name; only `SHA-256` is known.
        newest_event: Time of its newest event.
        oldest_event: Time of its oldest event.
    """

    bucket: str
    key: str
    sha256: str
    hash_algorithm: str = HASH_ALGORITHM
    newest_event: datetime | None = None
    oldest_event: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousDigest:
    """What a digest file says of the one before it.

    Attributes:
        bucket: The bucket it was delivered to.
        key: Its key.
        sha256: SHA-256 of its inflated bytes, in hex.
        signature: Its signature, in hex.
        hash_algorithm: The hash's name; only `SHA-256` is known.
    """

    bucket: str
    key: str
    sha256: str
    signature: str
    hash_algorithm: str = HASH_ALGORITHM


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFile:
    """One digest file.

    Attributes:
        account: The account whose log files it lists.
        start: Start of the delivery period it covers, UTC.
        end: End of that period, UTC; the next digest file starts there.
        bucket: The bucket CloudTrail delivered it to.
        key: The key CloudTrail delivered it under.
        fingerprint: Which public key verifies it (see `signature.fingerprint`).
        previous: The digest file before it; None in a start digest, which CloudTrail writes when log file
            validation or logging is switched on.
        logs: The log files delivered in the period; none in a period without activity.
        newest_event: Time of the newest event in them; None when there are none.
        oldest_event: Time of the oldest event in them; None when there are none.
        signature_algorithm: The signature's name; only `SHA256withRSA` is known.
        end_text: `digestEndTime` letter for letter, which is what is signed; empty on a digest not yet written.
    """

    account: str
    start: datetime
    end: datetime
    bucket: str
    key: str
    fingerprint: str
    previous: PreviousDigest | None = None
    logs: tuple[LogReference, ...] = ()
    newest_event: datetime | None = None
    oldest_event: datetime | None = None
    signature_algorithm: str = SIGNATURE_ALGORITHM
    end_text: str = ""

    @property
    def signed_end(self) -> str:
        """The end of the period as the signature covers it."""
        return self.end_text or _text(self.end)


class _WireLog(msgspec.Struct, rename="camel"):
    s3_bucket: str = msgspec.field(name="s3Bucket")
    s3_object: str = msgspec.field(name="s3Object")
    hash_value: str
    hash_algorithm: str
    newest_event_time: datetime | None = None
    oldest_event_time: datetime | None = None


class _Wire(msgspec.Struct, rename="camel"):
    """A digest file on the wire, in the order CloudTrail writes its fields."""

    aws_account_id: str
    digest_start_time: str
    digest_end_time: str
    digest_s3_bucket: str = msgspec.field(name="digestS3Bucket")
    digest_s3_object: str = msgspec.field(name="digestS3Object")
    digest_public_key_fingerprint: str
    digest_signature_algorithm: str
    newest_event_time: datetime | None = None
    oldest_event_time: datetime | None = None
    previous_digest_s3_bucket: str | None = msgspec.field(name="previousDigestS3Bucket", default=None)
    previous_digest_s3_object: str | None = msgspec.field(name="previousDigestS3Object", default=None)
    previous_digest_hash_value: str | None = None
    previous_digest_hash_algorithm: str | None = None
    previous_digest_signature: str | None = None
    log_files: list[_WireLog] = msgspec.field(default_factory=list[_WireLog])


_decode: Final = msgspec.json.Decoder(_Wire).decode
_encode: Final = msgspec.json.Encoder().encode


def sha256_hex(content: bytes) -> str:
    """SHA-256 in lower-case hex, as CloudTrail writes it."""
    return hashlib.sha256(content).hexdigest()


def parse_digest(content: bytes) -> DigestFile:
    """Read a digest file from its inflated bytes.

    Raises:
        MalformedDigest: when the bytes are not JSON, lack a field, hold one of the wrong type, name only a part of
            a previous digest file, or a period that ends before it starts.
    """
    try:
        wire = _decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedDigest("A digest file cannot be read", why=str(error)) from error
    start, end = (
        _time(wire.digest_start_time, "digestStartTime"),
        _time(wire.digest_end_time, "digestEndTime"),
    )
    if end < start:
        raise MalformedDigest(
            "A digest file cannot be read",
            why=f"its period ends ({wire.digest_end_time}) before it starts ({wire.digest_start_time})",
        )
    return DigestFile(
        account=wire.aws_account_id,
        start=start,
        end=end,
        end_text=wire.digest_end_time,
        bucket=wire.digest_s3_bucket,
        key=wire.digest_s3_object,
        fingerprint=wire.digest_public_key_fingerprint,
        signature_algorithm=wire.digest_signature_algorithm,
        newest_event=wire.newest_event_time,
        oldest_event=wire.oldest_event_time,
        previous=_previous(wire),
        logs=tuple(
            LogReference(
                bucket=log.s3_bucket,
                key=log.s3_object,
                sha256=log.hash_value,
                hash_algorithm=log.hash_algorithm,
                newest_event=log.newest_event_time,
                oldest_event=log.oldest_event_time,
            )
            for log in wire.log_files
        ),
    )


def build_digest(digest: DigestFile) -> bytes:
    """Write a digest file: compact JSON, CloudTrail's own order of fields, the same bytes every time."""
    previous = digest.previous
    return _encode(
        {
            "awsAccountId": digest.account,
            "digestStartTime": _text(digest.start),
            "digestEndTime": digest.signed_end,
            "digestS3Bucket": digest.bucket,
            "digestS3Object": digest.key,
            "digestPublicKeyFingerprint": digest.fingerprint,
            "digestSignatureAlgorithm": digest.signature_algorithm,
            "newestEventTime": _text_or_none(digest.newest_event),
            "oldestEventTime": _text_or_none(digest.oldest_event),
            "previousDigestS3Bucket": previous and previous.bucket,
            "previousDigestS3Object": previous and previous.key,
            "previousDigestHashValue": previous and previous.sha256,
            "previousDigestHashAlgorithm": previous and previous.hash_algorithm,
            "previousDigestSignature": previous and previous.signature,
            "logFiles": [
                {
                    "s3Bucket": log.bucket,
                    "s3Object": log.key,
                    "hashValue": log.sha256,
                    "hashAlgorithm": log.hash_algorithm,
                    "newestEventTime": _text_or_none(log.newest_event),
                    "oldestEventTime": _text_or_none(log.oldest_event),
                }
                for log in digest.logs
            ],
        }
    )


def _previous(wire: _Wire) -> PreviousDigest | None:
    bucket, key = wire.previous_digest_s3_bucket, wire.previous_digest_s3_object
    sha256, signature = wire.previous_digest_hash_value, wire.previous_digest_signature
    if bucket is None and key is None and sha256 is None and signature is None:
        return None
    if bucket is None or key is None or sha256 is None or signature is None:
        raise MalformedDigest(
            "A digest file cannot be read",
            why="it names only a part of a previous digest file: bucket, key, hash and signature belong together",
        )
    return PreviousDigest(
        bucket=bucket,
        key=key,
        sha256=sha256,
        signature=signature,
        hash_algorithm=wire.previous_digest_hash_algorithm or HASH_ALGORITHM,
    )


def _time(text: str, field: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):  # an offset can push the first or last year off the calendar
        pass
    raise MalformedDigest("A digest file cannot be read", why=f"{field} is not a time in UTC: {text!r}")


def _text(time: datetime) -> str:
    return time.astimezone(UTC).strftime(_TIME)


def _text_or_none(time: datetime | None) -> str | None:
    return None if time is None else _text(time)
