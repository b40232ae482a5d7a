"""Is what lies in a trail's bucket what CloudTrail delivered, all of it and nothing else?

    check        the one entry: list, fetch and judge one trail, account and Region
    result       what is found: how many of each status, problems, and gaps
    status       the words for it
    tally        counts what is judged, and keeps the first problems
    digests      one digest file, by itself            (reads the bucket)
    folder       where they lie                        (reads the bucket)
    logs         one log file, by itself               (reads the bucket)
    records      records under a key not their own     (pure)
    vouching     digest files that lost their signature
    chain        digest files tied together, one pass
    gaps         times that none covers, and why       (pure)
    coverage     log files that none of them names     (pure)
    schedule     when digest files are due             (pure)
    references   what digest files name, kept on disk
    matching     what they name, merged with what lies there
    names        keys, read generously                 (pure)
    public_keys  CloudTrail's public keys, a port and its AWS side
    told         how far it is

`aws cloudtrail validate-logs` answers a part of this: it exits 0 when every digest file was deleted, and when the
newest were; it never lists the log files, so one that was put there goes unseen; and it goes one file at a time.
"""

from verify.integrity.check import check_integrity
from verify.integrity.public_keys import CloudTrailPublicKeys, PublicKey, PublicKeys
from verify.integrity.result import CheckedDigest, CheckedLog, Gap, IntegrityResult, Problem
from verify.integrity.schedule import LoggingState
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
    "LoggingState",
    "Outcome",
    "Problem",
    "PublicKey",
    "PublicKeys",
    "check_integrity",
]
