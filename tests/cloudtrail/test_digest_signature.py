from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.digest import (
    DigestFile,
    MalformedPublicKey,
    fingerprint,
    load_public_key,
    parse_digest,
    public_key_der,
    sha256_hex,
    sign,
    string_to_sign,
    verify,
)

GOLDEN: dict[str, str] = json.loads((Path(__file__).parent / "golden_digest.json").read_text())
CONTENT = GOLDEN["content"].encode()
DIGEST = parse_digest(CONTENT)
PKCS1 = b64decode(GOLDEN["publicKeyPkcs1"])
SPKI = b64decode(GOLDEN["publicKeySubjectPublicKeyInfo"])
START = replace(DIGEST, previous=None)

# What RFC 8017 puts before a SHA-256 in a PKCS#1 v1.5 signature.
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    """A key of CloudTrail's size."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed_hash(signature: str, key: rsa.RSAPublicKey) -> bytes:
    """The oracle: open a signature with bare arithmetic, as RFC 8017 describes it."""
    numbers = key.public_numbers()
    size = key.key_size // 8
    opened = pow(int(signature, 16), numbers.e, numbers.n).to_bytes(size, "big")
    padding = b"\x00\x01" + b"\xff" * (size - 3 - len(DIGEST_INFO) - 32) + b"\x00"
    assert opened.startswith(padding + DIGEST_INFO)
    return opened[-32:]


def test_the_string_to_sign_is_exact_to_the_byte() -> None:
    """It is the one that openssl signed when the golden file was made."""
    assert string_to_sign(DIGEST, CONTENT) == GOLDEN["stringToSign"].encode()


def test_a_start_digest_signs_the_word_null() -> None:
    """Where there is no previous signature the literal `null` stands, and no newline follows."""
    assert string_to_sign(START, CONTENT).endswith(b"\nnull")


def test_the_end_of_the_period_is_signed_letter_for_letter() -> None:
    """The time is signed as it is written in the file, not as it would be written here."""
    other = CONTENT.replace(b"2026-08-03T07:01:31Z", b"2026-08-03T07:01:31.000+00:00")
    assert string_to_sign(parse_digest(other), other).startswith(b"2026-08-03T07:01:31.000+00:00\n")


@pytest.mark.parametrize("der", [PKCS1, SPKI], ids=["PKCS#1", "SubjectPublicKeyInfo"])
def test_a_signature_made_by_openssl_is_valid(der: bytes) -> None:
    """The golden signature verifies under the key in both its forms."""
    assert verify(load_public_key(der), DIGEST, CONTENT, signature=GOLDEN["signature"])


@pytest.mark.parametrize("digest", [DIGEST, START], ids=["with a previous", "start"])
def test_a_signature_made_here_holds_the_right_hash(
    private_key: rsa.RSAPrivateKey, digest: DigestFile
) -> None:
    """Opened by arithmetic alone, it holds the SHA-256 of the string to sign."""
    signature = sign(private_key, digest, CONTENT)
    expected = hashlib.sha256(string_to_sign(digest, CONTENT)).digest()
    assert signed_hash(signature, private_key.public_key()) == expected


def test_openssl_verifies_a_signature_made_here(private_key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    """An independent program agrees; where it is not installed, bare arithmetic is asked instead."""
    signature = sign(private_key, DIGEST, CONTENT)
    openssl = shutil.which("openssl")
    if openssl is None:
        assert (
            signed_hash(signature, private_key.public_key())
            == hashlib.sha256(string_to_sign(DIGEST, CONTENT)).digest()
        )
        return
    pem = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "signature").write_bytes(bytes.fromhex(signature))
    (tmp_path / "signed").write_bytes(string_to_sign(DIGEST, CONTENT))
    command = [openssl, "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "signed"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "Verified OK"


def test_the_fingerprint_is_md5_of_the_der_bytes() -> None:
    """It is what openssl's md5 said of the golden key."""
    assert fingerprint(PKCS1) == GOLDEN["fingerprint"]


def test_a_key_is_handed_out_as_it_is_read(private_key: rsa.RSAPrivateKey) -> None:
    """The public half in PKCS#1 loads as the same key."""
    assert load_public_key(public_key_der(private_key)) == private_key.public_key()


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        (b"", ""),
        (PKCS1[:-1], ""),
        (b"-----BEGIN PUBLIC KEY-----", ""),
        (
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
            "not an RSA key",
        ),
    ],
    ids=["nothing", "cut short", "PEM", "another kind of key"],
)
def test_what_is_no_rsa_key_is_refused(der: bytes, reason: str) -> None:
    """A key that cannot be used is one declared error with the reason."""
    with pytest.raises(MalformedPublicKey) as caught:
        load_public_key(der)
    assert caught.value.why
    assert reason in caught.value.why


@pytest.mark.parametrize(
    "signature",
    ["", "zz", "ab", "ä" * 512, GOLDEN["signature"][:-2], GOLDEN["signature"] + "00", "00" * 256],
)
def test_what_is_no_signature_is_an_invalid_one(signature: str) -> None:
    """Text that is not hex, or not of the key's length, does not verify, and does not raise."""
    assert not verify(load_public_key(PKCS1), DIGEST, CONTENT, signature=signature)


def test_another_key_does_not_verify(private_key: rsa.RSAPrivateKey) -> None:
    """Only the key that signed verifies."""
    assert not verify(private_key.public_key(), DIGEST, CONTENT, signature=GOLDEN["signature"])


@pytest.mark.parametrize(
    "other",
    [
        replace(DIGEST, bucket="example-other"),
        replace(DIGEST, key=DIGEST.key + "x"),
        replace(DIGEST, end_text="2026-08-03T07:01:32Z"),
        START,
    ],
    ids=["bucket", "key", "end", "previous signature"],
)
def test_everything_in_the_string_counts(other: DigestFile) -> None:
    """Another bucket, key, end or previous signature makes the signature invalid."""
    assert not verify(load_public_key(PKCS1), other, CONTENT, signature=GOLDEN["signature"])


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_any_changed_byte_makes_the_signature_invalid(index: int, change: int) -> None:
    """The hash of the exact bytes is signed, so not one of them can change."""
    altered = bytearray(CONTENT)
    altered[index] ^= change
    assert not verify(load_public_key(PKCS1), DIGEST, bytes(altered), signature=GOLDEN["signature"])


def test_sha256_is_written_in_lower_case_hex() -> None:
    """As CloudTrail writes it; the empty input's hash is known to everyone."""
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
