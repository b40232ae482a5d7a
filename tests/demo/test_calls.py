from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import botocore.session
import pytest

from cloudtrail.catalog import OPERATIONS, by_name
from cloudtrail.identity import identify
from cloudtrail.record import read_record
from demo.callers import CallerKind, Callers, set_up_callers
from demo.calls import Call, call_every_operation
from demo.payments_mesh import steps
from sandbox.clients import SandboxClient
from sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "111122223333"
MODEL = botocore.session.get_session().get_service_model("appmesh")
STEPS = steps("payments", "arn:aws:appmesh:eu-west-1:111122223333:mesh/payments")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxClient]:
    """A sandbox to call."""
    with Sandbox() as running:
        yield SandboxClient(running.endpoint)


@pytest.fixture(scope="module")
def callers(sandbox: SandboxClient) -> Callers:
    """A caller of each kind."""
    return set_up_callers(sandbox, account=ACCOUNT)


def test_every_operation_is_called_once_and_succeeds(callers: Callers) -> None:
    """The calls are App Mesh's 38 operations, each once, in an order in which none is refused."""
    calls = call_every_operation(callers, region="eu-west-1")
    assert [(call.operation, call.error) for call in calls if call.error] == []
    called = Counter(call.operation for call in calls)
    assert called == Counter(event.name for event in OPERATIONS)
    assert called == Counter(MODEL.operation_names)
    assert {call.region for call in calls} == {"eu-west-1"}


def test_each_call_has_the_request_id_of_its_answer(callers: Callers) -> None:
    """Every call carries its own request ID, by which its event can be found."""
    calls = call_every_operation(callers, region="eu-west-1")
    assert all(call.request_id for call in calls)
    assert len({call.request_id for call in calls}) == len(calls)


def test_regions_and_repetitions_do_not_disturb_each_other(callers: Callers) -> None:
    """The mesh is gone after the calls, so they can be made again, there or in another Region."""
    for region in ("us-east-1", "us-east-1", "cn-north-1"):
        assert {call.error for call in call_every_operation(callers, region=region)} == {None}


@pytest.mark.parametrize("kind", CallerKind)
def test_every_kind_of_caller_reads_and_writes(kind: CallerKind) -> None:
    """Each of the six kinds of caller makes read-only calls and calls that change something."""
    kinds = {event.read_only for step in STEPS if step.caller == kind if (event := by_name(step.operation))}
    assert kinds == {True, False}


def test_progress_is_told_after_each_call(callers: Callers) -> None:
    """Progress hears of every call once, in order, with how many of the 38 are done."""
    heard: list[tuple[Call, int, int]] = []

    def progress(call: Call, *, done: int, total: int) -> None:
        heard.append((call, done, total))

    calls = call_every_operation(callers, region="eu-west-1", progress=progress)
    assert heard == [(call, number, 38) for number, call in enumerate(calls, start=1)]


def test_refused_calls_are_reported_and_the_rest_still_made(callers: Callers, sandbox: SandboxClient) -> None:
    """With App Mesh ended all 38 calls are made, and each reports the code it was refused with."""
    sandbox.end_app_mesh()
    try:
        calls = call_every_operation(callers, region="eu-west-1")
    finally:
        sandbox.set_switch("appMeshEnded", on=False)
    assert {call.operation for call in calls} == {event.name for event in OPERATIONS}
    assert {call.error for call in calls} == {"ForbiddenException"}
    assert all(call.request_id for call in calls)


def test_a_mesh_that_is_in_the_way_is_an_error_of_its_calls_only(callers: Callers) -> None:
    """When a mesh of that name exists, its creation is refused and every other call still goes through."""
    callers.app_mesh(CallerKind.ROOT, "eu-west-1").create_mesh(meshName="taken")
    calls = call_every_operation(callers, region="eu-west-1", mesh_name="taken")
    assert {call.operation: call.error for call in calls if call.error} == {"CreateMesh": "ConflictException"}


def test_a_client_is_made_once(callers: Callers) -> None:
    """A caller's client of a Region is made once, and serves all its calls."""
    for kind in CallerKind:
        assert callers.app_mesh(kind, "eu-west-1") is callers.app_mesh(kind, "eu-west-1")
        assert callers.app_mesh(kind, "us-east-1") is not callers.app_mesh(kind, "eu-west-1")


def test_every_call_is_one_record_that_tells_who_made_it(callers: Callers, sandbox: SandboxClient) -> None:
    """The sandbox records each call once, under its request ID, with the identity of its kind of caller."""
    calls = call_every_operation(callers, region="sa-east-1")
    records = [record for record in sandbox.events() if record["awsRegion"] == "sa-east-1"]
    assert [(record["eventName"], record["requestID"]) for record in records] == [
        (call.operation, call.request_id) for call in calls
    ]
    assert {record["recipientAccountId"] for record in records} == {ACCOUNT}
    told: dict[CallerKind, set[tuple[str, str, bool, bool | None]]] = {kind: set() for kind in CallerKind}
    for call, record in zip(calls, records, strict=True):
        who = identify(read_record(json.dumps(record).encode()))
        told[call.caller].add((who.kind.value, who.credentials, who.on_behalf_of is not None, who.mfa))
    assert told == {
        CallerKind.ROOT: {("root", "root", False, None)},
        CallerKind.IAM_USER: {("iam-user", "user", False, None)},
        CallerKind.ASSUMED_ROLE: {("role", "temporary", False, True)},
        CallerKind.FEDERATED_USER: {("federated-user", "temporary", False, False)},
        CallerKind.IDENTITY_CENTER_USER: {("role", "temporary", True, False)},
        CallerKind.AWS_SERVICE: {("aws-service", "service", False, None)},
    }
