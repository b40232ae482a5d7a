"""Every fault of the sandbox: what a verification says of events that were lost, late, doubled or changed on their way.

All rows share one account, each in a Region of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.fault_rules import CORRUPTIONS, DELIVERY_KINDS, DESTINATIONS
from tests.verify.faults.matrix import FAIL, OPEN, Row, complete
from tests.verify.faults.world import REGIONS, SECOND, World
from verify.selection import Selection
from verify.verdict import ExitCode
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.report import Report

OF_EVENTS = Selection(("landing.*", "retention.*", "integrity.*"))
"""What may depend on events; the others would only be asked for once more."""
MESHES = ("first", "second", "third")
OF_THE_TRAIL = ("log-group", "trail-bucket")
ONLY_COPY = "retention.only-in-event-history event-history"


def struck(*rules: dict[str, Any]) -> Callable[[World], Report]:
    """Three calls, with faults in force on the way of their events to the stores."""

    def done(world: World) -> Report:
        for rule in rules:
            match = {"eventSource": "appmesh.amazonaws.com", "region": world.region} | rule.get("match", {})
            more: dict[str, Any] = {"times": 1, **rule, "match": match}
            world.sandbox.add_fault(**more)
        world.call(*MESHES)
        return world.verify(selection=OF_EVENTS)

    return done


def fault(kind: str, destination: str, **more: Any) -> dict[str, Any]:
    """A fault on the way to a store; it strikes one event."""
    return {"kind": kind, "destination": destination, **more}


def an_hour_late(world: World) -> Report:
    """An event of an hour ago that arrives now."""
    now = datetime.now(UTC).replace(microsecond=0)
    world.call("in-time")
    (record,) = [
        record
        for record in world.sandbox.events()
        if record["eventName"] == "CreateMesh" and record["awsRegion"] == world.region
    ]
    happened = now - timedelta(hours=1)
    late = {"eventTime": happened.strftime("%Y-%m-%dT%H:%M:%SZ"), "eventID": "late"}
    world.sandbox.capture(record | late)
    world.sandbox.flush()
    return world.verify(selection=OF_EVENTS, window=Window(happened - SECOND, datetime.now(UTC) + SECOND))


def after_the_end(world: World) -> Report:
    """App Mesh ends: what it recorded before is still there, and what it refuses is recorded too."""
    world.call(*MESHES)
    world.sandbox.end_app_mesh()
    try:
        client = world.aws.client("appmesh", world.region)
        with pytest.raises(client.exceptions.ForbiddenException):
            client.create_mesh(meshName="too-late")
        world.sandbox.flush()
        return world.verify(selection=OF_EVENTS)
    finally:
        world.sandbox.set_switch("appMeshEnded", on=False)


def without_lake(world: World) -> Report:
    """Lake closes to new customers: what was there before works on."""
    world.sandbox.set_switch("lakeNewCustomer", on=True)
    try:
        world.call(*MESHES)
        return world.verify(selection=OF_EVENTS)
    finally:
        world.sandbox.set_switch("lakeNewCustomer", on=False)


LOST = [
    Row(
        name=f"{kind} to {destination}",
        deed=struck(fault(kind, destination, **more)),
        off=complete(FAIL, *stores),
        exit_code=ExitCode.FAILED,
        says=("1 event missing", "CreateMesh"),
    )
    for kind, more in (("drop", {}), ("delay", {"seconds": 3600}))
    for destination, stores in (
        ("trail", OF_THE_TRAIL),
        ("lake", ("event-data-store",)),
        ("history", ("event-history",)),
    )
]
DOUBLED = [
    Row(
        name=f"duplicate to {destination}",
        deed=struck(fault("duplicate", destination)),
        off={},
        exit_code=ExitCode.OK,
    )
    for destination in DESTINATIONS
]
ALTERED = [
    Row(
        name=f"corrupt (alter) to {destination}",
        deed=struck(fault("corrupt", destination, how="alter")),
        off={f"landing.unaltered {store}": FAIL for store in stores},
        exit_code=ExitCode.FAILED,
        says=("sourceIPAddress",),
    )
    for destination, stores in (
        ("trail", OF_THE_TRAIL),
        ("lake", ("event-data-store",)),
        # Where copies differ Event history is believed, even when it is the one that differs.
        ("history", ("event-data-store", *OF_THE_TRAIL)),
    )
]
OTHERS = [
    Row(
        name="corrupt (mangle) to trail",
        deed=struck(fault("corrupt", "trail", how="mangle")),
        off={
            "landing.readable trail-bucket": FAIL,
            "landing.unaltered trail-bucket": OPEN,
            "landing.in-time trail-bucket": OPEN,
        }
        | complete(OPEN, "event-history", "event-data-store", "trail-bucket")
        | complete(FAIL, "log-group"),
        exit_code=ExitCode.FAILED,
        says=("s3://audit-bucket/",),
    ),
    Row(
        name="drop to trail and lake",
        deed=struck(fault("drop", "trail"), fault("drop", "lake")),
        off={ONLY_COPY: FAIL} | complete(FAIL, "event-data-store", *OF_THE_TRAIL),
        exit_code=ExitCode.FAILED,
        says=("1 event in Event history only",),
    ),
    Row(
        name="drop everything everywhere",
        deed=struck(*(fault("drop", destination, times=None) for destination in DESTINATIONS)),
        off=complete(OPEN) | {"integrity.log-files": OPEN},
        exit_code=ExitCode.UNVERIFIABLE,
        says=("absence of evidence",),
    ),
    Row(
        name="drop every second to lake",
        deed=struck(fault("drop", "lake", times=None, every=2)),
        off=complete(FAIL, "event-data-store"),
        exit_code=ExitCode.FAILED,
        says=("1 event missing, 2 there",),
    ),
    Row(
        name="drop by chance, which is certain",
        deed=struck(fault("drop", "lake", times=None, probability=1.0)),
        off=complete(FAIL, "event-data-store"),
        exit_code=ExitCode.FAILED,
        says=("3 events missing, 0 there",),
    ),
    Row(
        name="drop in another account",
        deed=struck(fault("drop", "trail", match={"account": "111122223333"})),
        off={},
        exit_code=ExitCode.OK,
    ),
    Row(
        name="drop of another event",
        deed=struck(fault("drop", "trail", match={"eventName": "DeleteMesh"})),
        off={},
        exit_code=ExitCode.OK,
    ),
    Row(
        name="an hour late",
        deed=an_hour_late,
        off={f"landing.in-time {store}": FAIL for store in OF_THE_TRAIL},
        exit_code=ExitCode.FAILED,
    ),
    Row(name="App Mesh has ended", deed=after_the_end, off={}, exit_code=ExitCode.OK),
    Row(name="Lake is closed to new customers", deed=without_lake, off={}, exit_code=ExitCode.OK),
]
MATRIX = [*LOST, *DOUBLED, *ALTERED, *OTHERS]


@pytest.mark.parametrize(("number", "row"), list(enumerate(MATRIX)), ids=[str(row) for row in MATRIX])
def test_a_fault_of_the_sandbox(number: int, row: Row[World], looked_at: World) -> None:
    """It is found in the store it struck, and the others pass."""
    row.hold(looked_at.in_region(REGIONS[number]))


@pytest.mark.parametrize("service", ["cloudtrail", "logs", "kms"])
def test_a_service_that_refuses_everything_accuses_nobody(service: str, looked_at: World) -> None:
    """What it would have told is open, and no claim fails for it."""
    looked_at.sandbox.add_fault("refuse", service=service, code="AccessDenied", status=403)
    verdicts = {claim.verdict for claim in looked_at.verify().claims}
    assert OPEN in verdicts
    assert FAIL not in verdicts


def test_every_kind_of_fault_has_its_rows() -> None:
    """A kind that the sandbox learns is missed here."""
    names = " ".join(str(row) for row in MATRIX)
    wanted = [
        *(f"{kind} to {where}" for kind in DELIVERY_KINDS if kind != "corrupt" for where in DESTINATIONS),
        *(f"corrupt ({how})" for how in CORRUPTIONS),
    ]
    assert [text for text in wanted if text not in names] == []
