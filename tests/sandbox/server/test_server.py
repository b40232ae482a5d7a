from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from sandbox.clients import ControlRefused
from sandbox.server import Sandbox, SandboxAlreadyRunning

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession

RECORD = {
    "eventVersion": "1.08",
    "eventID": "00000000-0000-0000-0000-000000000001",
    "eventTime": "2026-11-22T10:00:00Z",
    "eventSource": "appmesh.amazonaws.com",
    "eventName": "CreateMesh",
    "awsRegion": "eu-west-1",
    "recipientAccountId": "123456789012",
    "userAgent": "<script>\u001b[31m",
}


def test_one_sandbox_in_a_process(sandbox: Sandbox) -> None:
    """Moto's state is the process's: a second sandbox in it is refused, with the way out."""
    assert sandbox.endpoint
    with pytest.raises(SandboxAlreadyRunning, match="spawn"):
        Sandbox().start()


def test_health(client: SandboxClient) -> None:
    """Whoever waits for the sandbox can ask whether it answers."""
    assert client._send("GET", "health") == {"status": "ok"}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nothing", 404), ("GET", "flush", 405)])
def test_unknown_controls(client: SandboxClient, method: str, path: str, status: int) -> None:
    """What the control plane does not have is 404, and a wrong method 405."""
    request = Request(f"{client.endpoint}/_sandbox/{path}", method=method)  # noqa: S310 - the sandbox's own address
    with pytest.raises(HTTPError) as refused:
        urlopen(request)  # noqa: S310 - the same
    refused.value.close()
    assert refused.value.code == status


@pytest.mark.parametrize("body", [b"not json", b"[1]"])
def test_a_request_that_is_no_object_is_refused(client: SandboxClient, body: bytes) -> None:
    """The control plane takes JSON objects and says so."""
    request = Request(f"{client.endpoint}/_sandbox/faults", data=body, method="POST")  # noqa: S310 - the sandbox's own address
    with pytest.raises(HTTPError) as refused:
        urlopen(request)  # noqa: S310 - the same
    with refused.value as error:
        assert error.code == 400
        assert "JSON" in json.load(error)["error"]


def test_a_record_can_be_captured_as_it_is(client: SandboxClient, root: SandboxSession) -> None:
    """Any record reaches the stores like an event of its own, hostile text included."""
    client.capture(RECORD)
    assert client.events() == [RECORD]
    (event,) = root.client("cloudtrail", "eu-west-1").lookup_events()["Events"]
    assert json.loads(event["CloudTrailEvent"]) == RECORD


def test_what_is_no_record_cannot_be_captured(client: SandboxClient) -> None:
    """A record without what makes it an event is refused."""
    with pytest.raises(ControlRefused, match="eventName"):
        client.capture({"eventTime": "2026-11-22T10:00:00Z"})


def test_app_mesh_can_be_ended(client: SandboxClient, root: SandboxSession, refused: Any) -> None:
    """Once ended, App Mesh refuses every call; the refusal is an event; the switch can be turned back."""
    client.end_app_mesh()
    with refused() as error:
        root.client("appmesh").list_meshes()
    assert (error.code, error.status) == ("ForbiddenException", 403)
    assert client.events()[-1]["errorCode"] == "ForbiddenException"
    client.set_switch("appMeshEnded", on=False)
    assert root.client("appmesh").list_meshes()["meshes"] == []


def test_lake_can_be_closed_to_new_customers(
    client: SandboxClient, root: SandboxSession, refused: Any
) -> None:
    """With the switch on, an event data store is refused as AWS refuses new customers."""
    client.set_switch("lakeNewCustomer", on=True)
    with refused() as error:
        root.client("cloudtrail").create_event_data_store(Name="mesh-events")
    assert "no longer accepting new customers" in error.message


def test_unknown_switches_are_refused(client: SandboxClient) -> None:
    """A switch that does not exist is named with those that do."""
    with pytest.raises(ControlRefused, match="appMeshEnded"):
        client.set_switch("gravity", on=False)


def test_lake_hears_of_events(client: SandboxClient, root: SandboxSession) -> None:
    """An event reaches an event data store whose selectors choose it, and can be queried after a flush."""
    cloudtrail = root.client("cloudtrail")
    fields = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
    ]
    arn = cloudtrail.create_event_data_store(
        Name="mesh-events", AdvancedEventSelectors=[{"FieldSelectors": fields}]
    )["EventDataStoreArn"]
    root.client("appmesh", "eu-west-1").create_mesh(meshName="m", spec={})
    client.flush()
    statement = f"SELECT eventName FROM {arn.rpartition('/')[2]}"  # noqa: S608 - Lake's SQL, on our own store
    query = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
    while cloudtrail.describe_query(QueryId=query)["QueryStatus"] in ("QUEUED", "RUNNING"):
        time.sleep(0.05)
    answer = cloudtrail.get_query_results(QueryId=query)
    assert (answer["QueryStatus"], answer["QueryResultRows"]) == ("FINISHED", [[{"eventName": "CreateMesh"}]])


def test_reset_forgets_everything(client: SandboxClient, trails: Any) -> None:
    """After a reset there are no resources, no events, no faults, no switches and no callers."""
    trails.create(IsMultiRegionTrail=True)
    client.add_fault("drop", destination="trail")
    client.end_app_mesh()
    client.reset()
    assert client.events() == []
    state = client.state()
    assert (state["captured"], state["faults"]) == (0, [])
    assert state["switches"] == {"appMeshEnded": False, "lakeNewCustomer": False}
    fresh = client.root()
    assert fresh.client("cloudtrail").list_trails()["Trails"] == []
    assert fresh.client("s3").list_buckets()["Buckets"] == []


def test_many_callers_at_once(client: SandboxClient, root: SandboxSession) -> None:
    """Calls side by side are each answered and each recorded once."""
    appmesh = root.client("appmesh")

    def call(number: int) -> str:
        return appmesh.create_mesh(meshName=f"mesh-{number}", spec={})["mesh"]["meshName"]

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(call, range(40)))
    recorded = [record["requestParameters"]["meshName"] for record in client.events()]
    assert len(made) == 40
    assert sorted(recorded) == sorted(made)
