"""Objects that come slowly, not whole, or not at all: over real sockets, through every way a bucket is read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.verify.faults.bad_endpoint import Manner, bad_endpoint
from tests.verify.faults.matrix import FAIL, OPEN, Row, complete
from verify import s3_objects
from verify.selection import Selection
from verify.verdict import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.faults.world import World
    from verify.report import Report

LOG_FILES, DIGESTS = "/CloudTrail/", "/CloudTrail-Digest/"
READS = Selection(("landing.*", "integrity.*"))
UNREAD = complete(OPEN) | {"integrity.log-files": OPEN}
PATIENCE = 0.3


def handed_over(part: str, manner: Manner, times: int | None = None) -> Callable[[World], Report]:
    """A verification to which some objects are handed over in a manner."""

    def done(world: World) -> Report:
        with bad_endpoint(world.sandbox.endpoint, part=part, manner=manner, times=times) as url:
            return world.verify(aws=world.clients(endpoint=url), selection=READS)

    return done


MATRIX: list[Row[World]] = [
    Row(name="slow", deed=handed_over(LOG_FILES, "slow"), off={}, exit_code=ExitCode.OK),
    *(
        Row(name=f"{manner} once", deed=handed_over(LOG_FILES, manner, 1), off={}, exit_code=ExitCode.OK)
        for manner in ("broken off", "closed", "stalled", "trickling")
    ),
    *(
        Row(
            name=f"{manner} for ever",
            deed=handed_over(LOG_FILES, manner),
            off=UNREAD,
            exit_code=ExitCode.UNVERIFIABLE,
            says=("s3:GetObject", "s3://audit-bucket"),
        )
        for manner in ("broken off", "closed", "stalled", "trickling")
    ),
    Row(
        name="digest files broken off for ever",
        deed=handed_over(DIGESTS, "broken off"),
        off={"integrity.digest-chain": OPEN, "integrity.log-files": OPEN},
        exit_code=ExitCode.UNVERIFIABLE,
        says=("s3:GetObject",),
    ),
    Row(
        name="cut short for ever, as if that were all",
        deed=handed_over(LOG_FILES, "cut short"),
        off={
            "landing.readable trail-bucket": FAIL,
            "integrity.log-files": FAIL,
        }
        | complete(OPEN),
        exit_code=ExitCode.FAILED,
        says=("breaks off",),
    ),
]


@pytest.mark.parametrize("row", MATRIX, ids=str)
def test_a_bad_read(row: Row[World], looked_at: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read again while that may help; what never comes whole is not taken for what there is."""
    monkeypatch.setattr(s3_objects, "_PATIENCE", PATIENCE)
    retry = s3_objects._RETRY | {"max_retries": 2, "retry_timeout": timedelta(seconds=1)}
    monkeypatch.setattr(s3_objects, "_RETRY", retry)
    row.hold(looked_at)
