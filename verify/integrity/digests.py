"""One digest file: fetched, unpacked, read, and held against its signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.digest import (
    SIGNATURE_ALGORITHM,
    DigestFile,
    MalformedDigest,
    MalformedPublicKey,
    SignedDigest,
    load_public_key,
    parse_digest,
    sha256_hex,
    verify,
)
from verify.aws import CannotLook, NotThere
from verify.integrity.result import CheckedDigest
from verify.integrity.status import DigestStatus
from verify.objects import InflateError, TrailingBytes, inflate_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from cloudtrail.object_keys import DigestKey
    from verify.integrity.public_keys import PublicKey
    from verify.objects import ObjectSource

SIGNATURE: Final = "signature"
"""The user metadata that holds a digest file's signature, in hex."""
ALGORITHM: Final = "signature-algorithm"
"""The user metadata that names its algorithm."""


@dataclass(frozen=True, slots=True)
class DigestRead:
    """A digest file as it was read.

    Attributes:
        place: What its key says.
        checked: What is the matter with it, seen by itself.
        signed: What its neighbours in the chain need of it; None unless it is authentic: rightly signed, and where
            CloudTrail put it. Only then may anything it says be believed.
    """

    place: DigestKey
    checked: CheckedDigest
    signed: SignedDigest | None = None


class DigestReader:
    """Reads the digest files of one bucket and Region.

    Args:
        source: The bucket.
        bucket: Its name.
        public_keys: CloudTrail's public keys in the Region whose log files are covered.
        limit: The most a digest file may inflate to, in bytes.
    """

    def __init__(
        self, source: ObjectSource, *, bucket: str, public_keys: Iterable[PublicKey], limit: int
    ) -> None:
        self._source = source
        self._bucket = bucket
        self._limit = limit
        self._keys = _loaded(public_keys)

    def read(self, key: str, place: DigestKey) -> DigestRead:
        """Fetch and judge one digest file by itself; never raises for what lies in the bucket."""
        try:
            stored = self._source.get(key)
            content, trailing = _inflate(stored.body, self._limit)
            digest = parse_digest(content)
        except NotThere:
            return self._unread(
                key, place, DigestStatus.MISSING, "it was listed, and gone when it was fetched"
            )
        except CannotLook as error:
            return self._unread(key, place, DigestStatus.INACCESSIBLE, f"{error.what}: {error.why}")
        except InflateError as error:
            return self._unread(key, place, DigestStatus.UNREADABLE, error.why)
        except MalformedDigest as error:
            return self._unread(key, place, DigestStatus.MALFORMED, error.why)
        status, detail, expected, found = self._judge(key, digest, content, stored.metadata)
        authentic = status is DigestStatus.VALID
        if authentic and trailing:
            status, detail = DigestStatus.TRAILING_BYTES, trailing
        checked = CheckedDigest(
            bucket=self._bucket,
            key=key,
            status=status,
            detail=detail,
            expected=expected,
            found=found,
            start=digest.start,
            end=digest.end,
            fingerprint=digest.fingerprint,
            logs=len(digest.logs),
            backfill=place.backfill,
        )
        signed = SignedDigest(digest, sha256_hex(content), stored.metadata[SIGNATURE]) if authentic else None
        return DigestRead(place, checked, signed)

    def _judge(
        self, key: str, digest: DigestFile, content: bytes, metadata: Mapping[str, str]
    ) -> tuple[DigestStatus, str, str, str]:
        """Status, detail, expected and found of a digest file that could be read."""
        here, named = f"{self._bucket}/{key}", f"{digest.bucket}/{digest.key}"
        if here != named:
            return DigestStatus.MOVED, "it is not where CloudTrail delivered it", named, here
        signature = metadata.get(SIGNATURE, "")
        if not signature:
            return DigestStatus.UNSIGNED, "its object has no metadata `signature`", "", ""
        for algorithm in (digest.signature_algorithm, metadata.get(ALGORITHM, SIGNATURE_ALGORITHM)):
            if algorithm != SIGNATURE_ALGORITHM:
                detail = "it claims a signature that CloudTrail does not use"
                return DigestStatus.UNKNOWN_ALGORITHM, detail, SIGNATURE_ALGORITHM, algorithm
        public_key = self._keys.get(digest.fingerprint.lower())
        if public_key is None:
            known = ", ".join(sorted(self._keys)) or "none"
            detail = "CloudTrail has no public key of this fingerprint in this Region and time"
            return DigestStatus.UNKNOWN_KEY, detail, f"one of: {known}", digest.fingerprint
        if not verify(public_key, digest, content, signature=signature):
            detail = "its signature does not fit its bytes, its place and its time"
            return DigestStatus.INVALID_SIGNATURE, detail, "", ""
        return DigestStatus.VALID, "", "", ""

    def _unread(self, key: str, place: DigestKey, status: DigestStatus, detail: str) -> DigestRead:
        return DigestRead(
            place,
            CheckedDigest(
                bucket=self._bucket, key=key, status=status, detail=detail, backfill=place.backfill
            ),
        )


def _inflate(body: bytes, limit: int) -> tuple[bytes, str]:
    """The content, and what is wrong behind its end: appended bytes leave the digest file itself authentic."""
    pieces: list[bytes] = []
    try:
        pieces.extend(inflate_pieces(body, limit))  # what came before an error stays in the list
    except TrailingBytes as error:
        return b"".join(pieces), error.why
    return b"".join(pieces), ""


def _loaded(public_keys: Iterable[PublicKey]) -> dict[str, RSAPublicKey]:
    """Usable keys by fingerprint; one that cannot be loaded verifies nothing, so its digest files will say so."""
    loaded: dict[str, RSAPublicKey] = {}
    for key in public_keys:
        try:
            loaded[key.fingerprint.lower()] = load_public_key(key.der)
        except MalformedPublicKey:
            continue
    return loaded
