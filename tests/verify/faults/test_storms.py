"""Throttling and server errors: what passes over is waited out, what does not leaves open what it was needed for.

And answers that begin well and break off: a listing, a page of events, a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.verify.faults.interposed import Answer, interposed, refusal
from tests.verify.faults.matrix import OPEN, Row, complete, undecided
from tests.verify.faults.world import BUCKET, World
from verify import lookup_events, s3_objects
from verify.selection import Selection
from verify.verdict import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verify.report import Report
    from verify.verdict import Verdict

INTEGRITY = undecided("integrity.digest-chain", "integrity.log-files")
ONLY_COPY = undecided("retention.only-in-event-history event-history")
CHANGES = undecided("changes.none-weakening")
WITHOUT_STATUS = undecided("account.multi-region-trail", "trail.delivering", "trail.fresh", "trail.logging")
STORMS: list[tuple[str, str, str, int, dict[str, Verdict]]] = [
    ("cloudtrail", "LookupEvents", "ThrottlingException", 400, complete(OPEN) | ONLY_COPY | CHANGES),
    ("cloudtrail", "LookupEvents", "InternalFailure", 500, complete(OPEN) | ONLY_COPY | CHANGES),
    ("cloudtrail", "StartQuery", "ThrottlingException", 400, complete(OPEN)),
    ("cloudtrail", "GetQueryResults", "ServiceUnavailable", 503, complete(OPEN)),
    ("cloudtrail", "GetTrailStatus", "ThrottlingException", 400, WITHOUT_STATUS),
    ("logs", "FilterLogEvents", "ThrottlingException", 400, complete(OPEN)),
    ("s3", "ListObjectsV2", "SlowDown", 503, complete(OPEN) | INTEGRITY),
    ("s3", "GetObject", "SlowDown", 503, complete(OPEN) | INTEGRITY),
    ("s3", "GetObject", "InternalError", 500, complete(OPEN) | INTEGRITY),
    ("kms", "DescribeKey", "ThrottlingException", 400, undecided("key.usable", "key.rotation")),
]
"""Service, operation, error code, HTTP status, and what it leaves open while it lasts."""


def during(
    service: str, operation: str, code: str, status: int, off: Mapping[str, Verdict], **how: Any
) -> Callable[[World], Report]:
    """A verification of what may be left open, and of all that is read, while a service refuses an operation."""
    chosen = {name.partition(" ")[0] for name in off}
    selection = Selection((*sorted(chosen), "landing.*", "integrity.*"))

    def done(world: World) -> Report:
        world.refuse(service, operation, code=code, status=status, **how)
        return world.verify(aws=world.clients(), selection=selection)

    return done


MATRIX: list[Row[World]] = [
    *(
        Row(
            name=f"{service}:{operation} answers {code} twice",
            deed=during(service, operation, code, status, off, times=2),
            off={},
            exit_code=ExitCode.OK,
        )
        for service, operation, code, status, off in STORMS
    ),
    *(
        Row(
            name=f"{service}:{operation} answers {code} for ever",
            deed=during(service, operation, code, status, off),
            off=off,
            exit_code=ExitCode.UNVERIFIABLE,
            says=(code,),
        )
        for service, operation, code, status, off in STORMS
    ),
]


@pytest.mark.parametrize("row", MATRIX, ids=str)
def test_a_storm(row: Row[World], looked_at: World) -> None:
    """Waited out if it ends; else nothing is accused, and nothing passes that could not be asked."""
    row.hold(looked_at)


# --- answers that break off ------------------------------------------------------------------------------------

READS = Selection(("landing.*", "integrity.*"))


def broken_off(service: str, operation: str, size: tuple[str, int]) -> Callable[[World], Report]:
    """Pages of one event each, of which only the first comes."""

    def done(world: World) -> Report:
        name, most = size

        def answer(request: str) -> Answer | None:
            return refusal() if "oken" in request else None

        aws = interposed(world, service, operation, answer)
        client: Any = aws.client(service, "us-east-1")

        def short(params: dict[str, Any], **_more: object) -> None:
            params[name] = most

        client.meta.events.register(f"provide-client-params.{service}.{operation}", short)
        return world.verify(aws=aws, selection=READS)

    return done


def listing_breaks_off(world: World) -> Report:
    """A listing of one key a page, every second page of which is refused."""
    world.call("fourth")  # a log file of its own
    return broken_off("s3", "ListObjectsV2", ("MaxKeys", 1))(world)


def query(*statuses: str) -> Callable[[World], Report]:
    """A Lake query with these statuses, one after the other; the last one stays."""

    def done(world: World) -> Report:
        left = list(statuses)

        def answer(_: str) -> Answer:
            status = left.pop(0) if len(left) > 1 else left[0]
            return 200, {"QueryId": "1", "QueryStatus": status}

        return world.verify(
            aws=interposed(world, "cloudtrail", "DescribeQuery", answer), selection=Selection(("landing.*",))
        )

    return done


BROKEN_OFF: list[Row[World]] = [
    Row(
        name="a page of Event history",
        deed=broken_off("cloudtrail", "LookupEvents", ("MaxResults", 1)),
        off=complete(OPEN),
        exit_code=ExitCode.UNVERIFIABLE,
        says=("cloudtrail:LookupEvents",),
    ),
    Row(
        name="a page of a query's results",
        deed=broken_off("cloudtrail", "GetQueryResults", ("MaxQueryResults", 1)),
        off=complete(OPEN),
        exit_code=ExitCode.UNVERIFIABLE,
        says=("cloudtrail:GetQueryResults",),
    ),
    Row(
        name="a page of a log group",
        deed=broken_off("logs", "FilterLogEvents", ("limit", 1)),
        off=complete(OPEN),
        exit_code=ExitCode.UNVERIFIABLE,
        says=("logs:FilterLogEvents",),
    ),
    Row(
        name="a listing",
        deed=listing_breaks_off,
        off=complete(OPEN) | INTEGRITY,
        exit_code=ExitCode.UNVERIFIABLE,
        says=("s3:ListBucket", BUCKET),
    ),
    *(
        Row(
            name=f"a query that ends {status}",
            deed=query("RUNNING", status),
            off=complete(OPEN),
            exit_code=ExitCode.UNVERIFIABLE,
            says=(status, "cloudtrail:StartQuery"),
        )
        for status in ("FAILED", "CANCELLED", "TIMED_OUT")
    ),
    Row(
        name="a query that never ends",
        deed=query("RUNNING"),
        off=complete(OPEN),
        exit_code=ExitCode.UNVERIFIABLE,
        says=("RUNNING", "did not finish"),
    ),
]


@pytest.mark.parametrize("row", BROKEN_OFF, ids=str)
def test_an_answer_that_breaks_off(
    row: Row[World], looked_at: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before is not taken for all there is."""
    monkeypatch.setattr(s3_objects, "_PAGE", 1)
    monkeypatch.setattr(lookup_events, "EVENTS_PER_PAGE", 1)
    row.hold(looked_at)
