"""Tampering with a bucket that CloudTrail signed: each kind, and what the two claims about it say.

What single statuses say, and why, is tested beside the check itself; here it is what the claims make of them, and the
exit code.
"""

from __future__ import annotations

import pytest

from tests.verify.faults.matrix import FAIL, OPEN, Row
from tests.verify.faults.tampered import (
    ANOTHER_ACCOUNT,
    after,
    appended,
    backfilled,
    changed_digest,
    changed_log,
    contradicting,
    deleted_log,
    denied,
    ends_apart,
    foreign_object,
    injected_log,
    other_hash,
    other_signature,
    outside_its_folder,
    restarted,
    shifted,
    signed_by_somebody_else,
    two_trails,
    unsigned,
    without_digests,
)
from tests.verify.integrity.world import ACCOUNT, HOUR, REGION, START
from verify.verdict import ExitCode

CHAIN, LOGS = "integrity.digest-chain", "integrity.log-files"

MATRIX: list[Row[None]] = [
    Row(name="nothing", deed=after(), off={}, exit_code=ExitCode.OK),
    Row(
        name="no digest files at all",
        deed=after(without_digests()),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
        says=("no-digests",),
    ),
    Row(
        name="newest digest files missing",
        deed=after(without_digests(4, 5)),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
        says=("overdue", "2 digest files"),
    ),
    Row(
        name="a gap in the middle",
        deed=after(without_digests(2, 3)),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
        says=("deleted",),
    ),
    Row(
        name="a previous hash that differs",
        deed=other_hash,
        off={CHAIN: FAIL},
        exit_code=ExitCode.FAILED,
        says=("broken-link",),
    ),
    Row(
        name="a previous signature that differs",
        deed=other_signature,
        off={CHAIN: FAIL},
        exit_code=ExitCode.FAILED,
        says=("broken-link",),
    ),
    Row(
        name="an end and a start that do not meet",
        deed=ends_apart,
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
    ),
    Row(
        name="a digest file signed by somebody else",
        deed=after(signed_by_somebody_else),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
        says=("unknown-key",),
    ),
    Row(
        name="a digest file without its signature",
        deed=after(unsigned),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
        says=("unsigned",),
    ),
    Row(
        name="a changed digest file",
        deed=after(changed_digest),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
        says=("invalid-signature",),
    ),
    Row(
        name="bytes after the gzip stream of a log file",
        deed=after(appended("logs")),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("trailing-bytes",),
    ),
    Row(
        name="bytes after the gzip stream of a digest file",
        deed=after(appended("digests")),
        off={CHAIN: FAIL},
        exit_code=ExitCode.FAILED,
        says=("trailing-bytes",),
    ),
    Row(
        name="a changed log file",
        deed=after(changed_log),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("hash-mismatch",),
    ),
    Row(
        name="a deleted log file",
        deed=after(deleted_log),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("missing",),
    ),
    Row(
        name="a log file that no digest file mentions",
        deed=after(injected_log),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("unreferenced",),
    ),
    Row(
        name="an object that is none of CloudTrail's",
        deed=after(foreign_object),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("foreign",),
    ),
    Row(
        name="an object outside its account's prefix",
        deed=after(outside_its_folder(ANOTHER_ACCOUNT, REGION)),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("misplaced",),
    ),
    Row(
        name="an object outside its Region's prefix",
        deed=after(outside_its_folder(ACCOUNT, "us-west-2")),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("misplaced",),
    ),
    Row(
        name="a record whose account contradicts its key",
        deed=after(contradicting(ANOTHER_ACCOUNT, REGION)),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("contradiction", ANOTHER_ACCOUNT),
    ),
    Row(
        name="a record whose Region contradicts its key",
        deed=after(contradicting(ACCOUNT, "us-west-2")),
        off={LOGS: FAIL},
        exit_code=ExitCode.FAILED,
        says=("contradiction", "us-west-2"),
    ),
    Row(
        name="a backfill digest file for a deleted one",
        deed=after(backfilled),
        off={CHAIN: FAIL},
        exit_code=ExitCode.FAILED,
        says=("missing",),
    ),
    Row(
        name="a restart of logging",
        deed=restarted(log_between=False),
        off={CHAIN: OPEN, LOGS: OPEN},
        exit_code=ExitCode.UNVERIFIABLE,
        says=("restarted",),
    ),
    Row(
        name="a restart of logging with a log file in the pause",
        deed=restarted(log_between=True),
        off={CHAIN: OPEN, LOGS: OPEN},
        exit_code=ExitCode.UNVERIFIABLE,
        says=("restarted", "uncovered"),
    ),
    Row(
        name="a log file that may not be read",
        deed=after(denied("logs")),
        off={LOGS: OPEN},
        exit_code=ExitCode.UNVERIFIABLE,
        says=("s3:GetObject",),
    ),
    Row(
        name="a digest file that may not be read",
        deed=after(denied("digests")),
        off={CHAIN: OPEN, LOGS: OPEN},
        exit_code=ExitCode.UNVERIFIABLE,
        says=("s3:GetObject",),
    ),
    Row(
        name="a log file written again with the same bytes",
        deed=after(shifted(lambda world: world.logs[0], HOUR)),
        off={},
        exit_code=ExitCode.OK,
    ),
    Row(
        name="a clock an hour behind S3's",
        deed=after(now=START + 5 * HOUR),
        off={},
        exit_code=ExitCode.OK,
    ),
    Row(
        name="a clock that is behind, and newest digest files missing",
        deed=after(without_digests(3), without_digests(4), now=START + 4 * HOUR),
        off={CHAIN: FAIL, LOGS: OPEN},
        exit_code=ExitCode.FAILED,
    ),
    Row(name="two trails into one place", deed=two_trails, off={}, exit_code=ExitCode.OK),
]


@pytest.mark.parametrize("row", MATRIX, ids=str)
def test_tampering(row: Row[None]) -> None:
    """Each kind is found, by its own name, and costs no other claim its verdict."""
    row.hold(None)
