from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_appmesh import AppMeshClient

    from sandbox.appmesh import AppMeshSwitch
    from sandbox.server import Sandbox

MODEL = botocore.session.get_session().get_service_model("appmesh")


def _example(operation: str) -> dict[str, Any]:
    """The required parameters of an operation; what they hold does not matter here."""
    shape = MODEL.operation_model(operation).input_shape
    assert shape is not None
    empty: dict[str, Any] = {"structure": {}, "list": []}
    return {name: empty.get(shape.members[name].type_name, "x") for name in shape.required_members}


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_after_its_end_every_operation_is_refused(
    operation: str, client: AppMeshClient, switch: AppMeshSwitch
) -> None:
    """With App Mesh ended each call fails with ForbiddenException, HTTP 403, and says that support has ended."""
    switch.ended = True
    with pytest.raises(ClientError) as refused:
        getattr(client, xform_name(operation))(**_example(operation))
    response: Any = refused.value.response
    assert response["Error"]["Code"] == "ForbiddenException"
    assert "end of support" in response["Error"]["Message"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert response["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_the_refusal_is_an_error_of_the_model(operation: str) -> None:
    """Every operation's model lists ForbiddenException, so that SDKs know the refusal and do not retry it."""
    errors = {shape.name: shape for shape in MODEL.operation_model(operation).error_shapes}
    assert "ForbiddenException" in errors
    assert "retryable" not in errors["ForbiddenException"].metadata


@pytest.mark.usefixtures("mesh")
def test_the_switch_keeps_what_there_is(client: AppMeshClient, switch: AppMeshSwitch) -> None:
    """The switch refuses calls and deletes nothing: turned back, the mesh is as it was."""
    switch.ended = True
    with pytest.raises(client.exceptions.ForbiddenException):
        client.delete_mesh(meshName="payments")
    switch.ended = False
    assert client.describe_mesh(meshName="payments")["mesh"]["status"] == {"status": "ACTIVE"}


def test_a_refused_call_is_recorded_with_its_error(
    client: AppMeshClient, switch: AppMeshSwitch, running: Sandbox
) -> None:
    """CloudTrail keeps the refused call: its error code and message, what was asked, and no response elements."""
    switch.ended = True
    with pytest.raises(client.exceptions.ForbiddenException) as refused:
        client.describe_mesh(meshName="payments")
    record = running.state.ledger.events()[-1].record
    response: Any = refused.value.response
    assert record["eventSource"] == "appmesh.amazonaws.com"
    assert record["eventName"] == "DescribeMesh"
    assert record["requestID"] == response["ResponseMetadata"]["RequestId"]
    assert record["errorCode"] == "ForbiddenException"
    assert record["errorMessage"] == response["Error"]["Message"]
    assert record["requestParameters"] == {"meshName": "payments"}
    assert record["responseElements"] is None
