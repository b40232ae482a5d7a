"""App Mesh clients of the module's sandbox, and one answer to each of the 38 operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from sandbox.appmesh.models import appmesh_backends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_appmesh import AppMeshClient

    from sandbox.appmesh import AppMeshSwitch
    from sandbox.server import Sandbox

MESH = "payments"
REGION = "eu-west-1"
GATEWAY: dict[str, Any] = {"listeners": [{"portMapping": {"port": 8443, "protocol": "http"}}]}
GATEWAY_ROUTE: dict[str, Any] = {
    "httpRoute": {
        "match": {"prefix": "/"},
        "action": {"target": {"virtualService": {"virtualServiceName": "ledger.internal"}}},
    }
}
ROUTER: dict[str, Any] = {"listeners": [{"portMapping": {"port": 8080, "protocol": "http"}}]}
ROUTE: dict[str, Any] = {
    "httpRoute": {
        "match": {"prefix": "/"},
        "action": {"weightedTargets": [{"virtualNode": "ledger", "weight": 100}]},
    },
    "priority": 0,
}
SERVICE: dict[str, Any] = {"provider": {"virtualRouter": {"virtualRouterName": "ledger"}}}
NODE: dict[str, Any] = {"serviceDiscovery": {"dns": {"hostname": "ledger.internal"}}}


@pytest.fixture(scope="module")
def switch(running: Sandbox) -> AppMeshSwitch:
    """The switch that ends App Mesh, in the module's sandbox."""
    return running.state.app_mesh


@pytest.fixture(scope="module")
def endpoint(running: Sandbox) -> str:
    """The address of the module's sandbox."""
    return running.endpoint


@pytest.fixture(scope="session")
def boto() -> boto3.Session:
    """One for all modules: it reads App Mesh's model once."""
    return boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret")


@pytest.fixture(scope="module")
def connect(boto: boto3.Session, endpoint: str) -> Callable[[str], AppMeshClient]:
    """Makes a client of a Region. It sends what it is given: the checks tested are the server's, not botocore's."""
    config = Config(parameter_validation=False, retries={"max_attempts": 0})

    def client(region: str) -> AppMeshClient:
        return boto.client("appmesh", region_name=region, endpoint_url=endpoint, config=config)

    return client


@pytest.fixture(scope="module")
def shared_client(connect: Callable[[str], AppMeshClient]) -> AppMeshClient:
    """A client of eu-west-1, made once."""
    return connect(REGION)


@pytest.fixture
def client(shared_client: AppMeshClient, switch: AppMeshSwitch) -> Iterator[AppMeshClient]:
    """A client of eu-west-1, where there is no mesh yet."""
    appmesh_backends.clear()
    switch.ended = False
    yield shared_client
    appmesh_backends.clear()
    switch.ended = False


def build(client: Any) -> dict[str, Any]:
    """Create one resource of each kind; the answers by operation."""
    return {
        "CreateMesh": client.create_mesh(meshName=MESH, tags=[{"key": "team", "value": "payments"}]),
        "CreateVirtualNode": client.create_virtual_node(meshName=MESH, virtualNodeName="ledger", spec=NODE),
        "CreateVirtualRouter": client.create_virtual_router(
            meshName=MESH, virtualRouterName="ledger", spec=ROUTER
        ),
        "CreateRoute": client.create_route(
            meshName=MESH, virtualRouterName="ledger", routeName="all", spec=ROUTE
        ),
        "CreateVirtualService": client.create_virtual_service(
            meshName=MESH, virtualServiceName="ledger.internal", spec=SERVICE
        ),
        "CreateVirtualGateway": client.create_virtual_gateway(
            meshName=MESH, virtualGatewayName="edge", spec=GATEWAY
        ),
        "CreateGatewayRoute": client.create_gateway_route(
            meshName=MESH, virtualGatewayName="edge", gatewayRouteName="all", spec=GATEWAY_ROUTE
        ),
    }


def read(client: Any) -> dict[str, Any]:
    """Describe and list what `build` made; the answers by operation."""
    arn = f"arn:aws:appmesh:{REGION}:123456789012:mesh/{MESH}"
    return {
        "DescribeMesh": client.describe_mesh(meshName=MESH),
        "DescribeVirtualNode": client.describe_virtual_node(meshName=MESH, virtualNodeName="ledger"),
        "DescribeVirtualRouter": client.describe_virtual_router(meshName=MESH, virtualRouterName="ledger"),
        "DescribeRoute": client.describe_route(meshName=MESH, virtualRouterName="ledger", routeName="all"),
        "DescribeVirtualService": client.describe_virtual_service(
            meshName=MESH, virtualServiceName="ledger.internal"
        ),
        "DescribeVirtualGateway": client.describe_virtual_gateway(meshName=MESH, virtualGatewayName="edge"),
        "DescribeGatewayRoute": client.describe_gateway_route(
            meshName=MESH, virtualGatewayName="edge", gatewayRouteName="all"
        ),
        "ListMeshes": client.list_meshes(),
        "ListVirtualNodes": client.list_virtual_nodes(meshName=MESH),
        "ListVirtualRouters": client.list_virtual_routers(meshName=MESH),
        "ListRoutes": client.list_routes(meshName=MESH, virtualRouterName="ledger"),
        "ListVirtualServices": client.list_virtual_services(meshName=MESH),
        "ListVirtualGateways": client.list_virtual_gateways(meshName=MESH),
        "ListGatewayRoutes": client.list_gateway_routes(meshName=MESH, virtualGatewayName="edge"),
        "ListTagsForResource": client.list_tags_for_resource(resourceArn=arn),
    }


def change(client: Any) -> dict[str, Any]:
    """Update and tag what `build` made; the answers by operation."""
    arn = f"arn:aws:appmesh:{REGION}:123456789012:mesh/{MESH}"
    return {
        "UpdateMesh": client.update_mesh(meshName=MESH, spec={"egressFilter": {"type": "ALLOW_ALL"}}),
        "UpdateVirtualNode": client.update_virtual_node(meshName=MESH, virtualNodeName="ledger", spec=NODE),
        "UpdateVirtualRouter": client.update_virtual_router(
            meshName=MESH, virtualRouterName="ledger", spec=ROUTER
        ),
        "UpdateRoute": client.update_route(
            meshName=MESH, virtualRouterName="ledger", routeName="all", spec=ROUTE
        ),
        "UpdateVirtualService": client.update_virtual_service(
            meshName=MESH, virtualServiceName="ledger.internal", spec=SERVICE
        ),
        "UpdateVirtualGateway": client.update_virtual_gateway(
            meshName=MESH, virtualGatewayName="edge", spec=GATEWAY
        ),
        "UpdateGatewayRoute": client.update_gateway_route(
            meshName=MESH, virtualGatewayName="edge", gatewayRouteName="all", spec=GATEWAY_ROUTE
        ),
        "TagResource": client.tag_resource(resourceArn=arn, tags=[{"key": "stage", "value": "test"}]),
        "UntagResource": client.untag_resource(resourceArn=arn, tagKeys=["stage"]),
    }


def tear_down(client: Any) -> dict[str, Any]:
    """Delete what `build` made, innermost first; the answers by operation."""
    return {
        "DeleteGatewayRoute": client.delete_gateway_route(
            meshName=MESH, virtualGatewayName="edge", gatewayRouteName="all"
        ),
        "DeleteVirtualGateway": client.delete_virtual_gateway(meshName=MESH, virtualGatewayName="edge"),
        "DeleteVirtualService": client.delete_virtual_service(
            meshName=MESH, virtualServiceName="ledger.internal"
        ),
        "DeleteRoute": client.delete_route(meshName=MESH, virtualRouterName="ledger", routeName="all"),
        "DeleteVirtualRouter": client.delete_virtual_router(meshName=MESH, virtualRouterName="ledger"),
        "DeleteVirtualNode": client.delete_virtual_node(meshName=MESH, virtualNodeName="ledger"),
        "DeleteMesh": client.delete_mesh(meshName=MESH),
    }


@pytest.fixture
def mesh(client: AppMeshClient) -> dict[str, Any]:
    """One resource of each kind, and what the server answered when they were created."""
    return build(client)


@pytest.fixture(scope="module")
def answers(shared_client: AppMeshClient, switch: AppMeshSwitch) -> dict[str, Any]:
    """What the server answers to each operation when all goes well, by operation."""
    switch.ended = False
    appmesh_backends.clear()
    return build(shared_client) | read(shared_client) | change(shared_client) | tear_down(shared_client)
