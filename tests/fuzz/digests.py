"""What has to hold of digest files, their signatures and public keys, whatever the bytes."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace

from cloudtrail.digest import (
    LinkKind,
    MalformedDigest,
    MalformedPublicKey,
    SignedDigest,
    check_link,
    fingerprint,
    load_public_key,
    parse_digest,
    sha256_hex,
    string_to_sign,
    verify,
)
from tests.fuzz import documents
from tests.fuzz.target import Target

PUBLIC_KEY = b64decode(
    "MIIBCgKCAQEAqQIvvwlTdSmGUrqbwuC2CDFyjOWAS5nVSEOr37Mn73iL+aBTiqdKUFZPMffP7ALkzkAO2TPz3EXJwZ7kCEQ4"
    "Q/3rLmS8X+Fwv7NWtlNGFKjhbKYEwT0FgIO84cqnADWqUIDVgZ+r9pgrFeMRYY3APztY9EUj0cxuMVeUN2sYR1VTvchrSWQ5"
    "vJ8f9iZTSQs8Gpg6BXNLYH1KU8rpDR9P7UGVZe/hk6gYhCQ4xk9HFgIqW6rn3p7xYyQ3cXQnSB0H0uCaYlfQZ9mJ5yKRdEj0"
    "Bn1Y7L2d5vQ6r1rkcWTFQkL9mD4vGqB7zC5O0X7q8EwSgPzM1zLxVh9b9Uu1i6JwXQIDAQAB"
)


def run_digest(data: bytes) -> None:
    """A digest file that was read can be judged; all else is malformed."""
    try:
        digest = parse_digest(data)
    except MalformedDigest as error:
        assert error.why
        return
    assert digest.start <= digest.end
    assert string_to_sign(digest, data).startswith(digest.end_text.encode())
    assert check_link(digest, None).kind in {LinkKind.ABSENT, LinkKind.START}
    check_link(digest, SignedDigest(digest, sha256_hex(data), "ab"))
    signatures = [digest.previous.signature] if digest.previous else ["", "é", "0", "00" * 256]
    assert not any(verify(_KEY, digest, data, signature=each) for each in signatures)


def run_public_key(data: bytes) -> None:
    """A key that was loaded verifies nothing it did not sign; all else is malformed."""
    assert len(fingerprint(data)) == 32
    try:
        key = load_public_key(data)
    except MalformedPublicKey as error:
        assert error.why
        return
    for size in (0, 1, 256, key.key_size // 8):
        assert not verify(key, _DIGEST, b"", signature="ab" * size)


def run_signature(data: bytes) -> None:
    """What anybody writes into the metadata of a digest file is no signature of CloudTrail's."""
    text = data.decode("utf-8", errors="surrogateescape")
    assert verify(_KEY, _DIGEST, b"", signature=text) is False
    assert verify(_KEY, replace(_DIGEST, key=text, end_text=text), b"", signature=data.hex()) is False


_KEY = load_public_key(PUBLIC_KEY)
_DIGEST = parse_digest(documents.encoded(documents.DIGEST))

TARGETS = (
    Target(
        "digest", run_digest, (documents.encoded(documents.DIGEST),), documents.words_of(documents.DIGEST)
    ),
    Target("public-key", run_public_key, (PUBLIC_KEY,), structured=False),
    Target("signature", run_signature, (b"cd" * 256, b"\xcd" * 256), structured=False),
)
