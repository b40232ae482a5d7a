"""CloudTrail's public keys: one set per Region, valid for a time each.

Source: CloudTrail API reference, "ListPublicKeys"
(docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html). A digest file names its key by
fingerprint, and the key is looked up in the Region whose log files the digest file covers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from verify.aws import asking

if TYPE_CHECKING:
    from datetime import datetime

    from verify.aws import Aws
    from verify.window import Window

LIST_PUBLIC_KEYS: Final = "cloudtrail:ListPublicKeys"
"""The IAM action that reads the public keys."""

_MARGIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One of CloudTrail's public keys.

    Attributes:
        fingerprint: The name digest files call it by: MD5 of `der`, in hex.
        der: The key in DER: PKCS#1 or SubjectPublicKeyInfo.
    """

    fingerprint: str
    der: bytes


PublicKeys: TypeAlias = Callable[[str], Sequence[PublicKey]]
"""Where public keys come from: asked with a Region, gives all that were valid in the time that matters."""


class CloudTrailPublicKeys:
    """The public keys as CloudTrail itself gives them.

    Args:
        aws: The session to ask with.
        window: The window whose digest files are to be verified.
        now: The present: a backfill digest file is signed with the key of the day it was written.
    """

    def __init__(self, aws: Aws, *, window: Window, now: datetime) -> None:
        self._aws = aws
        self._start = window.start - _MARGIN
        self._end = max(window.end, now)

    def __call__(self, region: str) -> list[PublicKey]:
        """The keys of a Region.

        Raises:
            CannotLook: when CloudTrail does not answer; the IAM action is `cloudtrail:ListPublicKeys`.
        """
        keys: list[PublicKey] = []
        token: dict[str, str] = {}
        while True:
            with asking(LIST_PUBLIC_KEYS, region):
                page = self._aws.cloudtrail(region).list_public_keys(
                    StartTime=self._start, EndTime=self._end, **token
                )
            keys += [
                PublicKey(key["Fingerprint"], key["Value"])
                for key in page["PublicKeyList"]
                if "Fingerprint" in key and "Value" in key
            ]
            # AWS reserves the token for later; a reader that ignores it would lose keys the day it is used.
            following = page.get("NextToken")
            if not following:
                return keys
            token = {"NextToken": following}
