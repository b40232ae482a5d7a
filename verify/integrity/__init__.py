"""Is what lies in a trail's bucket what CloudTrail delivered, all of it and nothing else?

    check        the one entry: list, fetch and judge one trail, account and Region
    result       what is found: a status for every digest and log file, and gaps
    status       the words for it
    digests      one digest file, by itself        (reads the bucket)
    folder       where they lie                    (reads the bucket)
    logs         one log file, by itself           (reads the bucket)
    chain        digest files together             (pure)
    coverage     log files that none of them names (pure)
    schedule     when digest files are due         (pure)
    names        keys, read generously             (pure)
    public_keys  CloudTrail's public keys, a port and its AWS side

`aws cloudtrail validate-logs` answers a part of this: it exits 0 when every digest file was deleted, and when the
newest were; it never lists the log files, so one that was put there goes unseen; and it goes one file at a time.
"""

from verify.integrity.check import check_integrity
from verify.integrity.public_keys import CloudTrailPublicKeys, PublicKey, PublicKeys
from verify.integrity.result import CheckedDigest, CheckedLog, Gap, IntegrityResult, Problem
from verify.integrity.status import DigestStatus, GapKind, LogStatus, Outcome

__all__ = [
    "CheckedDigest",
    "CheckedLog",
    "CloudTrailPublicKeys",
    "DigestStatus",
    "Gap",
    "GapKind",
    "IntegrityResult",
    "LogStatus",
    "Outcome",
    "Problem",
    "PublicKey",
    "PublicKeys",
    "check_integrity",
]
