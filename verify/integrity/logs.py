"""One log file: held against what digest files say of it, or, where none does, against itself.

A file that an authentic digest file proves by its hash is CloudTrail's own, whatever it holds: its records are not
looked at. Of the others (too young, not covered, not named, or of another hash) each record is, because one of another
account or Region than the key names shows for certain that CloudTrail did not deliver the file there.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cloudtrail.digest import HASH_ALGORITHM
from verify.aws import CannotLook, NotThere
from verify.integrity.names import read_log_key
from verify.integrity.records import GLOBAL_REGIONS, contradiction
from verify.integrity.result import CheckedLog
from verify.integrity.status import LogStatus
from verify.log_files import LogFileFacts
from verify.objects import InflateError, TrailingBytes, inflate_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.manifest import TrailPromise
    from verify.integrity.coverage import Span
    from verify.integrity.references import Reference
    from verify.log_files import LogFiles
    from verify.objects import ObjectInfo, ObjectSource


UNLISTED: Final = 16
"""How many objects that no listing showed are fetched side by side: what they weigh is known when they are here."""


@dataclass(frozen=True, slots=True)
class Named:
    """A log file that the trail's authentic digest files name.

    Attributes:
        reference: What they say.
        info: What the listing shows of it; None when it was not listed.
    """

    reference: Reference
    info: ObjectInfo | None


@dataclass(frozen=True, slots=True)
class Unnamed:
    """An object among the log files that no digest file names.

    Attributes:
        info: What the listing shows of it.
        checked: What its key and the time of its delivery make of it.
        delivered: When it may have been delivered.
    """

    info: ObjectInfo
    checked: CheckedLog
    delivered: Span


class LogJudge:
    """Judges the log files of one trail, account and Region.

    Args:
        source: The bucket.
        log_files: The same, each log file fetched once for everybody.
        trail: The trail.
        account: The account whose log files are checked.
        region: The Region whose log files are checked.
        limit: The most an object that was not listed may inflate to, in bytes.
    """

    def __init__(
        self,
        source: ObjectSource,
        log_files: LogFiles,
        *,
        trail: TrailPromise,
        account: str,
        region: str,
        limit: int,
    ) -> None:
        self._limit = limit
        self._source = source
        self._log_files = log_files
        self._unlisted_at_once = threading.Semaphore(UNLISTED)
        self._bucket = trail.bucket
        self._account = account
        self._region = region
        self._also = GLOBAL_REGIONS if trail.scope == "single-region" else frozenset[str]()

    def judge(self, batch: Sequence[Named | Unnamed]) -> list[Reference | CheckedLog]:
        """Fetch and judge some log files; never raises for what lies in the bucket. Safe to call from many threads.

        Args:
            batch: The log files, each another one.

        Returns:
            One answer for each, in their order: the reference itself where the log file is what it says.
        """
        infos = [
            found.info
            for found in batch
            if isinstance(found, Named) and found.info and found.reference.hash_algorithm == HASH_ALGORITHM
        ]
        facts = dict(zip((info.key for info in infos), self._log_files.together(infos), strict=True))
        return [
            self._unproven(found)
            if isinstance(found, Unnamed)
            else self._named(found, facts.get(found.reference.key))
            for found in batch
        ]

    def _named(self, found: Named, said: LogFileFacts | CannotLook | None) -> Reference | CheckedLog:
        reference = found.reference
        if reference.bucket != self._bucket:
            detail = "it was delivered to another bucket, which this check does not read"
            return _named(reference, LogStatus.ELSEWHERE, detail, self._bucket, reference.bucket)
        if reference.hash_algorithm != HASH_ALGORITHM:
            detail = "its digest file claims a hash that CloudTrail does not use"
            return _named(
                reference, LogStatus.UNKNOWN_ALGORITHM, detail, HASH_ALGORITHM, reference.hash_algorithm
            )
        return self._compared(found, said or self._unlisted(reference.key))

    def _compared(self, found: Named, facts: LogFileFacts | CannotLook) -> Reference | CheckedLog:
        reference, expected = found.reference, found.reference.sha256
        if isinstance(facts, CannotLook):
            if isinstance(facts, NotThere):
                detail = "its digest file names it, and it is not there"
                return _named(reference, LogStatus.MISSING, detail, expected)
            return _named(reference, LogStatus.INACCESSIBLE, f"{facts.what}: {facts.why}", expected)
        if facts.sha256 is None:
            status = LogStatus.TRAILING_BYTES if facts.trailing else LogStatus.UNREADABLE
            return _named(reference, status, facts.problem or "", expected)
        if facts.sha256 != expected:
            detail = "its bytes are not those that CloudTrail delivered"
            mismatch = _named(reference, LogStatus.HASH_MISMATCH, detail, expected, facts.sha256)
            return self._read_through(mismatch, found.info) if found.info else mismatch
        return self._proven(reference)

    def _proven(self, reference: Reference) -> Reference | CheckedLog:
        """What to make of one that has the hash an authentic digest file gives it."""
        if reference.contradiction:
            detail = "two digest files give it different hashes, so it was written twice"
            return _named(
                reference, LogStatus.HASH_MISMATCH, detail, reference.contradiction, reference.sha256
            )
        place, here = read_log_key(reference.key), (self._account, self._region)
        if place is None or (place.account, place.region) != here:
            detail = "the digest files of another account or Region name it"
            there = f"{place.account} {place.region}" if place else "no key of a log file"
            return _named(reference, LogStatus.MISPLACED, detail, " ".join(here), there)
        return reference

    def _unlisted(self, key: str) -> LogFileFacts | CannotLook:
        """What a log file says that no listing showed: it came since, lies under another prefix, or is not there.

        Only a GET can tell.
        """
        sha256 = hashlib.sha256()
        try:
            with self._unlisted_at_once:
                for piece in inflate_pieces(self._source.get(key).body, self._limit):
                    sha256.update(piece)
        except TrailingBytes as error:
            return LogFileFacts(problem=error.why, trailing=error.count)
        except InflateError as error:
            return LogFileFacts(problem=error.why)
        except CannotLook as error:
            return error
        return LogFileFacts(sha256=sha256.hexdigest())

    def _unproven(self, found: Unnamed) -> CheckedLog:
        checked = found.checked
        if checked.status in (LogStatus.FOREIGN, LogStatus.MISPLACED):
            return checked
        read = self._read_through(checked, found.info)
        if checked.status is LogStatus.UNREFERENCED and read.status is not LogStatus.CONTRADICTION:
            return checked  # that nobody delivered it says more than that it is damaged as well
        return read

    def _read_through(self, checked: CheckedLog, info: ObjectInfo) -> CheckedLog:
        """The same, unless its records or its bytes say worse of it."""
        try:
            with self._log_files.body(info) as content:
                wrong = contradiction(content, account=self._account, region=self._region, also=self._also)
        except InflateError as error:
            appended = isinstance(error, TrailingBytes)
            status = LogStatus.TRAILING_BYTES if appended else LogStatus.UNREADABLE
            return _with(checked, status, error.why)
        except CannotLook as error:
            if checked.status is LogStatus.PENDING and not isinstance(error, NotThere):
                return _with(checked, LogStatus.INACCESSIBLE, f"{error.what}: {error.why}")
            return checked
        if not wrong:
            return checked
        detail = f"{wrong}; {checked.detail}"
        return _with(checked, LogStatus.CONTRADICTION, detail, checked.expected, checked.found)


def _named(
    reference: Reference, status: LogStatus, detail: str, expected: str = "", found: str = ""
) -> CheckedLog:
    return CheckedLog(
        bucket=reference.bucket,
        key=reference.key,
        status=status,
        detail=detail,
        expected=expected,
        found=found,
        digest=reference.digest,
    )


def _with(
    checked: CheckedLog, status: LogStatus, detail: str, expected: str = "", found: str = ""
) -> CheckedLog:
    return replace(checked, status=status, detail=detail, expected=expected, found=found)
