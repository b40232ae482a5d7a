"""The key pairs that sign digest files: one per Region, made when first needed.

Source: CloudTrail API reference, ListPublicKeys
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from cloudtrail.digest import fingerprint, public_key_der

BITS: Final = 2048
_EXPONENT: Final = 65537
_VALID: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A Region's key pair.

    Attributes:
        private: What signs.
        public: The public half, DER (PKCS#1).
        fingerprint: How a digest names it.
        valid_from: When it came into use.
        valid_to: When it will be taken out of use.
    """

    private: rsa.RSAPrivateKey
    public: bytes
    fingerprint: str
    valid_from: datetime
    valid_to: datetime


class SigningKeys:
    """The Regions' keys; safe to use from any thread. They outlive a reset: making one takes a while."""

    def __init__(self) -> None:
        self._keys: dict[str, SigningKey] = {}
        self._lock = threading.Lock()

    def of(self, region: str) -> SigningKey:
        """The key of a Region, made now if there is none."""
        with self._lock:
            if region not in self._keys:
                self._keys[region] = _make()
            return self._keys[region]

    def valid(self, region: str, *, start: datetime, end: datetime) -> list[SigningKey]:
        """The keys of a Region that were in use at some time between `start` and `end`."""
        key = self.of(region)
        return [key] if key.valid_from <= end and key.valid_to >= start else []


def _make() -> SigningKey:
    private = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=BITS)
    public = public_key_der(private)
    now = datetime.now(UTC)
    return SigningKey(private, public, fingerprint(public), now - timedelta(days=1), now + _VALID)
