"""One log file that a digest file names: fetched, unpacked and hashed without being held."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

from cloudtrail.digest import HASH_ALGORITHM
from verify.aws import CannotLook, NotThere
from verify.integrity.result import CheckedLog
from verify.integrity.status import LogStatus
from verify.objects import InflateError, TrailingBytes, inflate_pieces

if TYPE_CHECKING:
    from verify.integrity.chain import Reference
    from verify.objects import ObjectSource

_Finding: TypeAlias = tuple[LogStatus, str, str, str]
"""Status, detail, expected and found."""


class LogChecker:
    """Holds the log files of one bucket against what digest files say of them.

    Args:
        source: The bucket.
        bucket: Its name.
        limit: The most a log file may inflate to, in bytes.
    """

    def __init__(self, source: ObjectSource, *, bucket: str, limit: int) -> None:
        self._source = source
        self._bucket = bucket
        self._limit = limit

    def check(self, key: str, reference: Reference) -> CheckedLog:
        """Fetch and judge one log file; never raises for what lies in the bucket."""
        status, detail, expected, found = self._refuse(reference) or self._compare(key, reference)
        return CheckedLog(
            bucket=reference.log.bucket,
            key=key,
            status=status,
            detail=detail,
            expected=expected,
            found=found,
            digest=reference.digest,
        )

    def _refuse(self, reference: Reference) -> _Finding | None:
        """Why it need not be fetched, if so."""
        log = reference.log
        if log.bucket != self._bucket:
            detail = "it was delivered to another bucket, which this check does not read"
            return LogStatus.ELSEWHERE, detail, self._bucket, log.bucket
        if log.hash_algorithm != HASH_ALGORITHM:
            detail = "its digest file claims a hash that CloudTrail does not use"
            return LogStatus.UNKNOWN_ALGORITHM, detail, HASH_ALGORITHM, log.hash_algorithm
        return None

    def _compare(self, key: str, reference: Reference) -> _Finding:
        expected = reference.log.sha256.lower()
        try:
            found = self._hash(key)
        except NotThere:
            return LogStatus.MISSING, "its digest file names it, and it is not there", expected, ""
        except InflateError as error:
            appended = isinstance(error, TrailingBytes)
            return LogStatus.TRAILING_BYTES if appended else LogStatus.UNREADABLE, error.why, expected, ""
        except CannotLook as error:
            return LogStatus.INACCESSIBLE, f"{error.what}: {error.why}", expected, ""
        if found != expected:
            detail = "its bytes are not those that CloudTrail delivered"
            return LogStatus.HASH_MISMATCH, detail, expected, found
        if reference.contradiction:
            detail = "two digest files give it different hashes, so it was written twice"
            return LogStatus.HASH_MISMATCH, detail, reference.contradiction, found
        return LogStatus.VALID, "", "", ""

    def _hash(self, key: str) -> str:
        sha256 = hashlib.sha256()
        for piece in inflate_pieces(self._source.get(key).body, self._limit):
            sha256.update(piece)
        return sha256.hexdigest()
