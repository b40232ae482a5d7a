from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from cloudtrail.record import read_log_file

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession
    from sandbox.server import Sandbox

MESH = {"meshName": "m", "spec": {"egressFilter": {"type": "ALLOW_ALL"}}}


def only(client: SandboxClient, name: str) -> dict[str, Any]:
    """The one captured event of that name."""
    (found,) = (record for record in client.events() if record["eventName"] == name)
    return found


def test_a_write_is_recorded_with_what_was_asked_and_answered(
    client: SandboxClient, root: SandboxSession
) -> None:
    """A write carries request parameters and response elements, as CloudTrail writes them."""
    root.client("appmesh", "eu-west-1").create_mesh(**MESH)
    record = only(client, "CreateMesh")
    assert record["eventSource"] == "appmesh.amazonaws.com"
    assert record["awsRegion"] == "eu-west-1"
    assert record["readOnly"] is False
    assert record["managementEvent"] is True
    assert (record["eventType"], record["eventCategory"]) == ("AwsApiCall", "Management")
    assert record["requestParameters"]["spec"] == {"egressFilter": {"type": "ALLOW_ALL"}}
    assert record["responseElements"]["mesh"]["status"] == {"status": "ACTIVE"}
    assert record["responseElements"]["mesh"]["metadata"]["createdAt"].endswith(("AM", "PM"))
    assert record["apiVersion"] == "2019-01-25"
    assert "errorCode" not in record


def test_a_read_is_recorded_without_its_answer(client: SandboxClient, root: SandboxSession) -> None:
    """A read has null response elements: the answer is not in the record."""
    root.client("appmesh").create_mesh(**MESH)
    root.client("appmesh").describe_mesh(meshName="m")
    record = only(client, "DescribeMesh")
    assert record["readOnly"] is True
    assert record["responseElements"] is None
    assert record["requestParameters"] == {"meshName": "m"}


def test_a_failed_call_is_recorded_with_its_error(client: SandboxClient, root: SandboxSession) -> None:
    """A call that the service refuses is an event like any other, with the error's code and message."""
    with pytest.raises(ClientError):
        root.client("appmesh").describe_mesh(meshName="gone")
    record = only(client, "DescribeMesh")
    assert record["errorCode"] == "NotFoundException"
    assert record["errorMessage"]
    assert record["responseElements"] is None


def test_iam_errors_have_the_names_of_the_model(client: SandboxClient, root: SandboxSession) -> None:
    """On the wire IAM says NoSuchEntity; the record says NoSuchEntityException, as CloudTrail does."""
    with pytest.raises(ClientError):
        root.client("iam").get_user(UserName="nobody")
    assert only(client, "GetUser")["errorCode"] == "NoSuchEntityException"


def test_the_record_says_what_the_client_saw(client: SandboxClient, root: SandboxSession) -> None:
    """Request id, user agent and source address are those of the call."""
    mark = "probe/0f6b1c2e"
    answer = root.client("appmesh", user_agent=mark).create_mesh(**MESH)
    record = only(client, "CreateMesh")
    assert record["requestID"] == answer["ResponseMetadata"]["RequestId"]
    assert mark in record["userAgent"]
    assert record["sourceIPAddress"] == "127.0.0.1"


def test_a_call_may_come_from_somewhere_else(client: SandboxClient, root: SandboxSession) -> None:
    """The source address is the first one a proxy names."""
    appmesh = root.client("appmesh")

    def forwarded(request: Any, **_: Any) -> None:
        request.headers["X-Forwarded-For"] = "198.51.100.7, 10.0.0.1"

    appmesh.meta.events.register("before-send.app-mesh", forwarded)
    appmesh.list_meshes()
    assert only(client, "ListMeshes")["sourceIPAddress"] == "198.51.100.7"


def test_a_hostile_user_agent_is_kept_and_cut(client: SandboxClient, root: SandboxSession) -> None:
    """Markup in a user agent is data: it is kept as it is, up to 1 KB."""
    hostile = "<script>alert(1)</script>" + "x" * 2000
    root.client("appmesh", user_agent=hostile).list_meshes()
    agent = only(client, "ListMeshes")["userAgent"]
    assert "<script>alert(1)</script>" in agent
    assert len(agent) == 1024


def test_a_region_in_the_user_agent_moves_nothing(client: SandboxClient, root: SandboxSession) -> None:
    """The Region of a call is the one it is signed for, in the record and in what happens."""
    root.client("appmesh", "eu-west-1", user_agent="region/eu-central-1").create_mesh(**MESH)
    record = only(client, "CreateMesh")
    assert record["awsRegion"] == "eu-west-1"
    assert "region/eu-central-1" in record["userAgent"]
    assert ":eu-west-1:" in record["responseElements"]["mesh"]["metadata"]["arn"]
    assert [each["meshName"] for each in root.client("appmesh", "eu-west-1").list_meshes()["meshes"]] == ["m"]
    assert root.client("appmesh", "eu-central-1").list_meshes()["meshes"] == []


def test_data_events_are_answered_and_not_recorded(client: SandboxClient, root: SandboxSession) -> None:
    """What is done to objects in a bucket is a data event, which no trail here records."""
    s3 = root.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="a", Body=b"1")
    assert s3.get_object(Bucket="data", Key="a")["Body"].read() == b"1"
    assert [record["eventName"] for record in client.events()] == ["CreateBucket"]


def test_iam_logs_in_us_east_1_wherever_it_is_called(client: SandboxClient, root: SandboxSession) -> None:
    """IAM has no Regions: its events land in us-east-1."""
    root.client("iam", "eu-west-1").create_user(UserName="alice")
    assert only(client, "CreateUser")["awsRegion"] == "us-east-1"


def test_what_no_service_recognises_is_counted(client: SandboxClient, sandbox: Sandbox) -> None:
    """A request that is no API call is answered, cannot be recorded, and is not forgotten."""
    with urlopen(Request(f"{sandbox.endpoint}/moto-api/config")) as response:  # noqa: S310 - the sandbox's own address
        response.read()
    assert client.state()["unrecognised"] == {"moto_api": 1}
    assert client.events() == []


def test_a_service_that_moto_lacks_is_refused_and_counted(
    client: SandboxClient, root: SandboxSession, refused: Any
) -> None:
    """A whole service that is not there cannot be recorded; it is refused by name, and not forgotten."""
    with refused() as error:
        root.client("mturk").list_hits()
    assert error.code == "NotImplementedException"
    assert client.state()["unrecognised"] == {"mturk-requester": 1}


def test_sts_answers_are_recorded_only_where_they_give_credentials(
    client: SandboxClient, root: SandboxSession
) -> None:
    """GetCallerIdentity is a read like any other; GetSessionToken's answer is logged, without its secrets."""
    root.client("sts").get_caller_identity()
    root.client("sts").get_session_token()
    assert only(client, "GetCallerIdentity")["responseElements"] is None
    given = only(client, "GetSessionToken")["responseElements"]["credentials"]
    assert given["secretAccessKey"] == given["sessionToken"] == "HIDDEN_DUE_TO_SECURITY_REASONS"


def test_an_operation_that_moto_lacks_says_so(
    client: SandboxClient, root: SandboxSession, refused: Any
) -> None:
    """An operation without an implementation is an AWS error that names it, and an event."""
    with refused() as error:
        root.client("cloudtrail").list_dashboards()
    assert error.code == "NotImplementedException"
    assert "cloudtrail ListDashboards" in error.message
    assert only(client, "ListDashboards")["errorCode"] == "NotImplementedException"


def test_a_refused_call_never_reaches_the_service(client: SandboxClient, root: SandboxSession) -> None:
    """A refusal of the fault plan is recorded as the service's own would be, and nothing happens."""
    client.add_fault(
        "refuse", service="appmesh", operation="CreateMesh", code="TooManyRequestsException", times=1
    )
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        root.client("appmesh").create_mesh(**MESH)
    assert root.client("appmesh").list_meshes()["meshes"] == []
    assert only(client, "CreateMesh")["errorCode"] == "TooManyRequestsException"


def test_every_record_is_readable(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """What the sandbox writes is what the reader of records understands."""
    trails.create()
    root.client("appmesh").create_mesh(**MESH)
    client.flush()
    s3 = root.client("s3")
    (key,) = trails.delivered()
    file = read_log_file(gzip.decompress(s3.get_object(Bucket="audit-bucket", Key=key)["Body"].read()))
    assert file.set_aside == []
    assert {record.event_name for record in file.records} >= {"CreateMesh", "StartLogging"}
