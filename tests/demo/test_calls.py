from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import boto3
import botocore.session
import moto.appmesh
import moto.appmesh.models
import pytest
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

from cloudtrail.catalog import OPERATIONS, by_name
from demo.callers import CallerKind, Callers, set_up_callers
from demo.calls import Call, call_every_operation
from demo.payments_mesh import steps
from sandbox.appmesh import AppMeshSwitch, register

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "123456789012"
MODEL = botocore.session.get_session().get_service_model("appmesh")
STEPS = steps("payments", "arn:aws:appmesh:eu-west-1:123456789012:mesh/payments")


class _Moto:
    """The least that the demo needs of a sandbox: moto's server, with App Mesh registered."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def root(self, account: str) -> boto3.Session:
        assert account == ACCOUNT
        return boto3.Session(aws_access_key_id="AKIAI44QH8DHBEXAMPLE", aws_secret_access_key="secret")

    def service(self, account: str, service: str) -> boto3.Session:
        assert (account, service) == (ACCOUNT, "ecs.amazonaws.com")
        return boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret")


@pytest.fixture(scope="module")
def switch() -> AppMeshSwitch:
    """The switch that ends App Mesh."""
    return AppMeshSwitch()


@pytest.fixture(scope="module")
def callers(switch: AppMeshSwitch) -> Iterator[Callers]:
    """A caller of each kind, in a moto server that knows all of App Mesh."""
    BackendDict.reset()
    with pytest.MonkeyPatch.context() as patch:
        for place in (moto.appmesh, moto.appmesh.models):
            patch.setattr(place, "appmesh_backends", place.appmesh_backends)
        register(switch)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield set_up_callers(_Moto(f"http://{host}:{port}"), account=ACCOUNT)
        server.stop()
    BackendDict.reset()


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


def test_refused_calls_are_reported_and_the_rest_still_made(callers: Callers, switch: AppMeshSwitch) -> None:
    """With App Mesh ended all 38 calls are made, and each reports the code it was refused with."""
    switch.ended = True
    try:
        calls = call_every_operation(callers, region="eu-west-1")
    finally:
        switch.ended = False
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
