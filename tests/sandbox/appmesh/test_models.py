from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_appmesh import AppMeshClient

MODEL = botocore.session.get_session().get_service_model("appmesh")
ARN = "arn:aws:appmesh:eu-west-1:123456789012:mesh/payments"
NAMES = {
    "meshName": "payments",
    "virtualNodeName": "absent",
    "virtualRouterName": "absent",
    "routeName": "absent",
    "virtualServiceName": "absent",
    "virtualGatewayName": "absent",
    "gatewayRouteName": "absent",
    "resourceArn": f"{ARN}/virtualNode/absent",
    "tags": [],
    "tagKeys": [],
}
SPECS: dict[str, Any] = {
    "VirtualNode": {},
    "VirtualRouter": {},
    "VirtualService": {},
    "Route": {},
    "GatewayRoute": {},
    "VirtualGateway": {"listeners": []},
    "Mesh": {},
}


def _call(client: AppMeshClient, operation: str, **overrides: Any) -> dict[str, Any]:
    """Call an operation with its required parameters, naming resources that do not exist."""
    shape = MODEL.operation_model(operation).input_shape
    assert shape is not None
    known: dict[str, Any] = NAMES | {"spec": next((s for k, s in SPECS.items() if operation.endswith(k)), {})}
    parameters = {name: known[name] for name in shape.required_members} | overrides
    return getattr(client, xform_name(operation))(**parameters)


def _error(call: Callable[[], object]) -> tuple[str, int]:
    """The code and HTTP status a call is refused with."""
    with pytest.raises(ClientError) as refused:
        call()
    response: Any = refused.value.response
    assert response["Error"]["Message"]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    "operation", [name for name in MODEL.operation_names if name not in ("CreateMesh", "ListMeshes")]
)
def test_nothing_is_found_where_there_is_no_mesh(operation: str, client: AppMeshClient) -> None:
    """Each operation on or inside a mesh that does not exist is refused with NotFoundException, HTTP 404."""
    assert _error(lambda: _call(client, operation)) == ("NotFoundException", 404)


@pytest.mark.parametrize(
    "operation",
    [
        name
        for name in MODEL.operation_names
        if name.startswith(("Describe", "Update", "Delete")) and not name.endswith("Mesh")
    ],
)
def test_an_absent_resource_is_not_found_in_its_mesh(operation: str, client: AppMeshClient) -> None:
    """A resource that does not exist is refused with NotFoundException, though its mesh exists."""
    client.create_mesh(meshName="payments")
    assert _error(lambda: _call(client, operation)) == ("NotFoundException", 404)


@pytest.mark.parametrize(
    "operation", ["CreateRoute", "ListRoutes", "CreateGatewayRoute", "ListGatewayRoutes"]
)
def test_routes_need_their_router_or_gateway(operation: str, client: AppMeshClient) -> None:
    """A route lives in a router and a gateway route in a gateway; without it the mesh alone is not enough."""
    client.create_mesh(meshName="payments")
    assert _error(lambda: _call(client, operation)) == ("NotFoundException", 404)


@pytest.mark.usefixtures("mesh")
@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("CreateMesh", {}),
        ("CreateVirtualNode", {"virtualNodeName": "ledger"}),
        ("CreateVirtualRouter", {"virtualRouterName": "ledger"}),
        ("CreateRoute", {"virtualRouterName": "ledger", "routeName": "all"}),
        ("CreateVirtualService", {"virtualServiceName": "ledger.internal"}),
        ("CreateVirtualGateway", {"virtualGatewayName": "edge"}),
        ("CreateGatewayRoute", {"virtualGatewayName": "edge", "gatewayRouteName": "all"}),
    ],
)
def test_a_name_is_given_once(operation: str, names: dict[str, str], client: AppMeshClient) -> None:
    """Creating what exists is refused with ConflictException, HTTP 409, and changes nothing."""
    assert _error(lambda: _call(client, operation, **names)) == ("ConflictException", 409)
    assert client.describe_mesh(meshName="payments")["mesh"]["metadata"]["version"] == 1


@pytest.mark.usefixtures("mesh")
@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("DeleteMesh", {}),
        ("DeleteVirtualGateway", {"virtualGatewayName": "edge"}),
        ("DeleteVirtualRouter", {"virtualRouterName": "ledger"}),
    ],
)
def test_what_holds_others_cannot_be_deleted(
    operation: str, names: dict[str, str], client: AppMeshClient
) -> None:
    """A mesh, gateway or router that still holds something is refused with ResourceInUseException, HTTP 409."""
    assert _error(lambda: _call(client, operation, **names)) == ("ResourceInUseException", 409)


def test_a_provider_cannot_be_deleted(client: AppMeshClient) -> None:
    """A virtual node that a virtual service has as its provider stays until the service lets go of it."""
    client.create_mesh(meshName="payments")
    client.create_virtual_node(meshName="payments", virtualNodeName="ledger", spec={})
    client.create_virtual_service(
        meshName="payments",
        virtualServiceName="ledger.internal",
        spec={"provider": {"virtualNode": {"virtualNodeName": "ledger"}}},
    )
    assert _error(lambda: _call(client, "DeleteVirtualNode", virtualNodeName="ledger")) == (
        "ResourceInUseException",
        409,
    )
    client.update_virtual_service(meshName="payments", virtualServiceName="ledger.internal", spec={})
    client.delete_virtual_node(meshName="payments", virtualNodeName="ledger")


def test_a_router_and_a_gateway_of_one_name_hold_their_own(client: AppMeshClient) -> None:
    """A gateway route under `x` does not keep the router `x` from being deleted."""
    client.create_mesh(meshName="payments")
    client.create_virtual_router(meshName="payments", virtualRouterName="x", spec={})
    client.create_virtual_gateway(meshName="payments", virtualGatewayName="x", spec={"listeners": []})
    client.create_gateway_route(
        meshName="payments", virtualGatewayName="x", gatewayRouteName="all", spec={"priority": 1}
    )
    client.delete_virtual_router(meshName="payments", virtualRouterName="x")
    assert _error(lambda: _call(client, "DeleteVirtualGateway", virtualGatewayName="x")) == (
        "ResourceInUseException",
        409,
    )


def test_the_same_creation_sent_again_is_answered_again(client: AppMeshClient) -> None:
    """A creation with the client token and the content of the first is a retry, not a conflict."""
    first = client.create_mesh(meshName="payments", clientToken="one")["mesh"]
    again = client.create_mesh(meshName="payments", clientToken="one")["mesh"]
    assert again == first
    assert _error(
        lambda: client.create_mesh(
            meshName="payments", clientToken="one", spec={"egressFilter": {"type": "ALLOW_ALL"}}
        )
    ) == ("ConflictException", 409)


def test_the_same_update_sent_again_is_one_update(client: AppMeshClient) -> None:
    """An update's client token makes a retry harmless, and refuses another update under the same token."""
    client.create_mesh(meshName="payments")
    for _ in range(2):
        updated = client.update_mesh(
            meshName="payments", clientToken="two", spec={"egressFilter": {"type": "ALLOW_ALL"}}
        )
        assert updated["mesh"]["metadata"]["version"] == 2
    assert _error(
        lambda: client.update_mesh(
            meshName="payments", clientToken="two", spec={"egressFilter": {"type": "DROP_ALL"}}
        )
    ) == ("ConflictException", 409)


@pytest.mark.usefixtures("mesh")
def test_another_account_has_shared_no_mesh(client: AppMeshClient) -> None:
    """A mesh owner that is not the caller is refused; the caller's own account may be named."""
    assert (
        client.describe_mesh(meshName="payments", meshOwner="123456789012")["mesh"]["meshName"] == "payments"
    )
    assert _error(lambda: client.describe_mesh(meshName="payments", meshOwner="111122223333")) == (
        "ForbiddenException",
        403,
    )


def test_regions_know_nothing_of_each_other(
    client: AppMeshClient, connect: Callable[[str], AppMeshClient]
) -> None:
    """A mesh exists in the Region it was created in, and its ARN says which."""
    elsewhere = connect("us-east-1")
    client.create_mesh(meshName="payments")
    assert elsewhere.list_meshes()["meshes"] == []
    arn = elsewhere.create_mesh(meshName="payments")["mesh"]["metadata"]["arn"]
    assert arn == "arn:aws:appmesh:us-east-1:123456789012:mesh/payments"


def test_arns_are_those_of_the_partition(
    client: AppMeshClient, connect: Callable[[str], AppMeshClient]
) -> None:
    """In China a mesh's ARN begins with the partition aws-cn."""
    assert client.list_meshes()["meshes"] == []
    arn = connect("cn-north-1").create_mesh(meshName="payments")["mesh"]["metadata"]["arn"]
    assert arn == "arn:aws-cn:appmesh:cn-north-1:123456789012:mesh/payments"


def test_a_region_without_app_mesh_says_so(connect: Callable[[str], AppMeshClient]) -> None:
    """A Region where App Mesh never had an endpoint refuses, and names itself."""
    with pytest.raises(ClientError, match=r"BadRequestException.* never offered in us-gov-west-1"):
        connect("us-gov-west-1").list_meshes()


def test_tags_are_added_replaced_and_removed(client: AppMeshClient) -> None:
    """Tags of one key replace each other, others stay, and removing an absent key is no error."""
    client.create_mesh(meshName="payments", tags=[{"key": "team", "value": "payments"}])
    client.tag_resource(
        resourceArn=ARN, tags=[{"key": "team", "value": "ledger"}, {"key": "stage", "value": ""}]
    )
    tags = client.list_tags_for_resource(resourceArn=ARN)["tags"]
    assert tags == [{"key": "stage", "value": ""}, {"key": "team", "value": "ledger"}]
    client.untag_resource(resourceArn=ARN, tagKeys=["stage", "absent"])
    assert client.list_tags_for_resource(resourceArn=ARN)["tags"] == [{"key": "team", "value": "ledger"}]


def test_a_resource_has_at_most_fifty_tags(client: AppMeshClient) -> None:
    """The fifty-first tag is refused with TooManyTagsException, and none of its request is kept."""
    fifty = [{"key": f"key-{number}", "value": "x"} for number in range(50)]
    client.create_mesh(meshName="payments", tags=fifty)  # pyright: ignore[reportArgumentType]  # plain dicts
    assert _error(lambda: client.tag_resource(resourceArn=ARN, tags=[{"key": "one-more", "value": "x"}])) == (
        "TooManyTagsException",
        400,
    )
    assert len(client.list_tags_for_resource(resourceArn=ARN)["tags"]) == 50


def test_a_tag_key_is_given_once(client: AppMeshClient) -> None:
    """Two values for one tag key in a request are refused."""
    twice = [{"key": "team", "value": "a"}, {"key": "team", "value": "b"}]
    assert _error(
        lambda: client.create_mesh(meshName="payments", tags=twice)  # pyright: ignore[reportArgumentType]  # plain dicts
    ) == ("BadRequestException", 400)
