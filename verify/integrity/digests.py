"""One digest file: fetched, unpacked, read, and held against its signature."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
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
    from collections.abc import Callable, Iterable, Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from cloudtrail.digest import LogReference
    from cloudtrail.object_keys import DigestKey
    from verify.integrity.public_keys import PublicKey
    from verify.objects import ObjectSource

SIGNATURE: Final = "signature"
"""The user metadata that holds a digest file's signature, in hex."""
ALGORITHM: Final = "signature-algorithm"
"""The user metadata that names its algorithm."""

LARGE: Final = 1024 * 1024
"""From which size on, in bytes, digest files are read one after another: a small object may inflate to very much."""

_LOST: Final = (
    "its object has no metadata `signature` any more; it fits the signature that the digest file after it recorded, so"
    " what it says is CloudTrail's, and its object was written again by somebody else"
)


@dataclass(frozen=True, slots=True)
class DigestRead:
    """A digest file as it was read.

    Attributes:
        place: What its key says.
        checked: What is the matter with it, seen by itself.
        signed: What its neighbours in the chain need of it, without the log files; None unless it is authentic:
            rightly signed, and where CloudTrail put it. Only then may anything it says be believed.
        logs: The log files it names; none unless it is authentic.
        unsigned: The same as `signed` of one whose only fault is that it carries no signature.
    """

    place: DigestKey
    checked: CheckedDigest
    signed: SignedDigest | None = None
    logs: tuple[LogReference, ...] = ()
    unsigned: SignedDigest | None = None


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
        self._large = threading.Lock()
        self._keys = _loaded(public_keys)

    def read(self, key: str, place: DigestKey, *, recorded: str = "") -> DigestRead:
        """Fetch and judge one digest file by itself; never raises for what lies in the bucket.

        Args:
            key: Its key.
            place: What the key says.
            recorded: The signature that the digest file after it recorded, used if its own is lost.
        """
        with ExitStack() as stack:
            return self._read(key, place, recorded, lambda: stack.enter_context(self._large))

    def _read(
        self, key: str, place: DigestKey, recorded: str, when_large: Callable[[], object]
    ) -> DigestRead:
        try:
            stored = self._source.get(key)
            content, trailing = _inflate(stored.body, self._limit, when_large)
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
        own = stored.metadata.get(SIGNATURE, "")
        signature = own or recorded
        status, detail, expected, found = self._judge(key, digest, content, stored.metadata, signature)
        authentic = status is DigestStatus.VALID
        if authentic and not own:
            status, detail = DigestStatus.SIGNATURE_LOST, _LOST
        elif authentic and trailing:
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
        kept = SignedDigest(replace(digest, logs=()), sha256_hex(content), signature)
        if authentic:
            return DigestRead(place, checked, signed=kept, logs=digest.logs)
        return DigestRead(place, checked, unsigned=kept if status is DigestStatus.UNSIGNED else None)

    def _judge(
        self, key: str, digest: DigestFile, content: bytes, metadata: Mapping[str, str], signature: str
    ) -> tuple[DigestStatus, str, str, str]:
        """Status, detail, expected and found of a digest file that could be read."""
        here, named = f"{self._bucket}/{key}", f"{digest.bucket}/{digest.key}"
        if here != named:
            return DigestStatus.MOVED, "it is not where CloudTrail delivered it", named, here
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


def _inflate(body: bytes | memoryview, limit: int, when_large: Callable[[], object]) -> tuple[bytes, str]:
    """The content, and what is wrong behind its end: appended bytes leave the digest file itself authentic."""
    pieces: list[bytes] = []
    total = 0
    try:
        for piece in inflate_pieces(body, limit):
            if total <= LARGE < total + len(piece):
                when_large()
            pieces.append(piece)
            total += len(piece)
    except TrailingBytes as error:  # what came before it was the whole digest file
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
