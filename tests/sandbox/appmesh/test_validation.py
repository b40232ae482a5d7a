from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_appmesh import AppMeshClient


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"meshName": "x" * 256}, "meshName: 256 is more than 255"),
        ({"meshName": ""}, "meshName"),
        ({"meshName": "a", "spec": {"egressFilter": {}}}, "spec.egressFilter"),
        ({"meshName": "a", "spec": {"egressFilter": {"type": "SOME"}}}, "'SOME' is none of ALLOW_ALL"),
        ({"meshName": "a", "tags": [{"key": "a"}]}, "value"),
        ({"meshName": "a", "tags": [{"key": str(n), "value": ""} for n in range(51)]}, "51 is more than 50"),
    ],
    ids=["long", "empty", "incomplete", "not-a-choice", "no-value", "too-many"],
)
def test_a_mesh_that_breaks_the_model_is_refused(
    parameters: dict[str, Any], said: str, client: AppMeshClient
) -> None:
    """What the API's model forbids is refused with BadRequestException, and the message says where."""
    with pytest.raises(client.exceptions.BadRequestException, match=said) as refused:
        client.create_mesh(**parameters)
    response: Any = refused.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert client.list_meshes()["meshes"] == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (
            {"listeners": [{"portMapping": {"port": 70000, "protocol": "http"}}]},
            r"listeners\[0\].portMapping.port",
        ),
        ({"serviceDiscovery": {"dns": {"hostname": "a"}, "awsCloudMap": {}}}, "serviceDiscovery"),
        (
            {
                "serviceDiscovery": {
                    "awsCloudMap": {
                        "namespaceName": "n",
                        "serviceName": "s",
                        "attributes": [{"key": "with space", "value": "v"}],
                    }
                }
            },
            "does not match",
        ),
    ],
    ids=["out-of-range", "one-of-two", "pattern"],
)
def test_a_specification_is_checked_to_its_depth(
    spec: dict[str, Any], said: str, client: AppMeshClient
) -> None:
    """Ranges, choices between members and patterns are held at every depth of a specification."""
    client.create_mesh(meshName="payments")
    with pytest.raises(client.exceptions.BadRequestException, match=said):
        client.create_virtual_node(meshName="payments", virtualNodeName="ledger", spec=spec)  # pyright: ignore[reportArgumentType]  # wrong on purpose


@pytest.mark.parametrize("limit", [0, 101])
def test_a_limit_has_bounds(limit: int, client: AppMeshClient) -> None:
    """A list's limit goes from 1 to 100."""
    with pytest.raises(client.exceptions.BadRequestException, match="limit"):
        client.list_meshes(limit=limit)


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"5",
        b'{"meshName": 5}',
        b'{"meshName": ["a"]}',
        b'{"meshName": "a", "spec": "text"}',
        b"[" * 100_000,
        b"\xff",
    ],
    ids=[
        "cut",
        "list",
        "null",
        "text",
        "number",
        "wrong-type",
        "list-in-place",
        "text-in-place",
        "nested",
        "not-utf8",
    ],
)
def test_a_body_that_is_no_request_is_refused(body: bytes, endpoint: str) -> None:
    """Whatever arrives as a body, the answer is BadRequestException: never a crash of the server."""
    scope = "AKIAIOSFODNN7EXAMPLE/20261122/eu-west-1/appmesh/aws4_request"
    request = urllib.request.Request(  # noqa: S310  # the sandbox's own http endpoint
        f"{endpoint}/v20190125/meshes",
        data=body,
        method="PUT",
        headers={
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/json",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310  # the sandbox's own http endpoint
    with refused.value as answer:
        assert answer.code == 400
        assert answer.headers["x-amzn-errortype"] == "BadRequestException"
        assert json.loads(answer.read())["message"]
