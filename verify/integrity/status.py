"""The words an integrity check speaks in: what is the matter with a digest file, a log file, or a time."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a status says about the evidence."""

    SOUND = "sound"
    """It is what CloudTrail delivered, or is too young to say so yet."""
    UNKNOWN = "unknown"
    """It could not be told: something was out of reach, or no digest file speaks about it."""
    BROKEN = "broken"
    """It is not what CloudTrail delivered: lost, changed or put there by someone else."""


class DigestStatus(StrEnum):
    """What is the matter with a digest file."""

    VALID = "valid"
    MISSING = "missing"
    """A later digest file names it, and it is not there."""
    INACCESSIBLE = "inaccessible"
    """It is there, and could not be fetched."""
    UNREADABLE = "unreadable"
    """It is not one whole gzip stream of a reasonable size."""
    TRAILING_BYTES = "trailing-bytes"
    """It is valid as far as it goes, and something was appended to it."""
    MALFORMED = "malformed"
    """It is not a digest file."""
    MOVED = "moved"
    """It says that CloudTrail delivered it elsewhere."""
    UNSIGNED = "unsigned"
    """Its object carries no signature."""
    UNKNOWN_ALGORITHM = "unknown-algorithm"
    """It claims a signature that CloudTrail does not use."""
    UNKNOWN_KEY = "unknown-key"
    """None of CloudTrail's public keys of its Region has the fingerprint it names."""
    INVALID_SIGNATURE = "invalid-signature"
    """Its signature does not fit its bytes."""
    BROKEN_LINK = "broken-link"
    """It is signed, and the digest file before it is not the one it names."""
    SIGNATURE_LOST = "signature-lost"
    """Its object carries no signature any more; the digest file after it recorded it, and it fits. What it says is
    believed, and that somebody wrote the object again is a finding."""
    FOREIGN = "foreign"
    """It lies among the digest files, and its key is none that CloudTrail writes."""

    @property
    def outcome(self) -> Outcome:
        """What this says about the evidence."""
        if self is DigestStatus.VALID:
            return Outcome.SOUND
        return Outcome.UNKNOWN if self is DigestStatus.INACCESSIBLE else Outcome.BROKEN


class LogStatus(StrEnum):
    """What is the matter with a log file."""

    VALID = "valid"
    PENDING = "pending"
    """It was delivered too recently for a digest file to name it."""
    MISSING = "missing"
    """A digest file names it, and it is not there."""
    INACCESSIBLE = "inaccessible"
    """It is there, and could not be fetched."""
    ELSEWHERE = "elsewhere"
    """A digest file says that it was delivered to another bucket."""
    UNREADABLE = "unreadable"
    """It is not one whole gzip stream of a reasonable size."""
    TRAILING_BYTES = "trailing-bytes"
    """Its first gzip stream may be right, and something was appended to it."""
    HASH_MISMATCH = "hash-mismatch"
    """Its bytes are not those that CloudTrail delivered."""
    UNKNOWN_ALGORITHM = "unknown-algorithm"
    """Its digest file claims a hash that CloudTrail does not use."""
    UNREFERENCED = "unreferenced"
    """Valid digest files cover the time of its delivery, and none of them names it."""
    UNCOVERED = "uncovered"
    """No valid digest file covers the time of its delivery."""
    CONTRADICTION = "contradiction"
    """No digest file proves it, and it holds a record of another account or Region than its key names."""
    FOREIGN = "foreign"
    """It lies among the log files, and its key is none that CloudTrail writes."""
    MISPLACED = "misplaced"
    """It is a log file of another account or Region than the folder or the digest files it was found by."""

    @property
    def outcome(self) -> Outcome:
        """What this says about the evidence."""
        return _LOG_OUTCOMES.get(self, Outcome.BROKEN)


_LOG_OUTCOMES = {
    LogStatus.VALID: Outcome.SOUND,
    LogStatus.PENDING: Outcome.SOUND,
    LogStatus.INACCESSIBLE: Outcome.UNKNOWN,
    LogStatus.ELSEWHERE: Outcome.UNKNOWN,
    LogStatus.UNCOVERED: Outcome.UNKNOWN,
}


class GapKind(StrEnum):
    """Why no valid digest file covers a time."""

    NO_DIGESTS = "no-digests"
    """There is not one valid digest file in the window."""
    NOT_STARTED = "not-started"
    """The trail's first digest file ever comes later: there was nothing to cover."""
    RESTARTED = "restarted"
    """A start digest follows: logging or validation was off for a while, by CloudTrail's own signed word. Nothing
    ties the chain before it to the chain after it, so digest files deleted at the seam would not show."""
    DELETED = "deleted"
    """The digest file after it names one that is not there."""
    INVALID = "invalid"
    """The digest files that should cover it are there, and are not valid."""
    INACCESSIBLE = "inaccessible"
    """The digest files that should cover it are there, and could not be fetched."""
    OTHER_BUCKET = "other-bucket"
    """The digest file after it names one in another bucket, where the trail delivered before."""
    OTHER_PREFIX = "other-prefix"
    """The digest file after it names one that is there under another key prefix, where the trail delivered before."""
    OVERDUE = "overdue"
    """The newest digest files that should have come have not come, or were deleted."""
    UNEXPLAINED = "unexplained"
    """The newest digest files are not there, and AWS did not say whether logging was on."""
    VALIDATION_OFF = "validation-off"
    """CloudTrail writes no digest files: log file validation is off now, by AWS's own word."""
    UNDELIVERED = "undelivered"
    """CloudTrail could not deliver digest files, by its own word."""
