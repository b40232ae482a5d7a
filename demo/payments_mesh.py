"""A made-up payments mesh, and the 38 calls of its life: built, looked at, changed, taken down.

Each of App Mesh's operations is called once, in an order in which none fails, and every kind of caller reads
and writes: what CloudTrail says about a caller depends on its kind, not on the operation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from demo.callers import CallerKind

ROOT: Final = CallerKind.ROOT
USER: Final = CallerKind.IAM_USER
DEPLOYER: Final = CallerKind.ASSUMED_ROLE
AUDITOR: Final = CallerKind.FEDERATED_USER
PERSON: Final = CallerKind.IDENTITY_CENTER_USER
SERVICE: Final = CallerKind.AWS_SERVICE

GATEWAY: Final = {"virtualGatewayName": "edge"}
GATEWAY_ROUTE: Final = {**GATEWAY, "gatewayRouteName": "checkout"}
NODE: Final = {"virtualNodeName": "ledger-v1"}
ROUTER: Final = {"virtualRouterName": "ledger"}
ROUTE: Final = {**ROUTER, "routeName": "postings"}
VIRTUAL_SERVICE: Final = {"virtualServiceName": "ledger.payments.internal"}

_SECOND: Final = {"unit": "s", "value": 1}


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the demo.

    Attributes:
        operation: The App Mesh operation, e.g. `CreateMesh`.
        caller: Who calls it.
        parameters: What it is called with.
    """

    operation: str
    caller: CallerKind
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])


def steps(mesh_name: str, mesh_arn: str) -> tuple[Step, ...]:
    """The 38 calls, in order.

    Args:
        mesh_name: What to call the mesh.
        mesh_arn: The ARN the mesh will have, for its tags.
    """
    mesh = {"meshName": mesh_name}
    tagged = {"resourceArn": mesh_arn}
    build = (
        Step("CreateMesh", ROOT, mesh | {"spec": _mesh("DROP_ALL"), "tags": [_tag("team", "payments")]}),
        Step("CreateVirtualNode", SERVICE, mesh | NODE | {"spec": _node(max_requests=100)}),
        Step("CreateVirtualRouter", DEPLOYER, mesh | ROUTER | {"spec": _router(8080)}),
        Step("CreateRoute", DEPLOYER, mesh | ROUTE | {"spec": _route(retries=2)}),
        Step("CreateVirtualService", PERSON, mesh | VIRTUAL_SERVICE | {"spec": _by_node()}),
        Step("CreateVirtualGateway", DEPLOYER, mesh | GATEWAY | {"spec": _gateway("/dev/stdout")}),
        Step("CreateGatewayRoute", PERSON, mesh | GATEWAY_ROUTE | {"spec": _gateway_route("/checkout")}),
        Step("TagResource", AUDITOR, tagged | {"tags": [_tag("pci-scope", "under-review")]}),
    )
    look = (
        Step("ListMeshes", AUDITOR),
        Step("DescribeMesh", AUDITOR, mesh),
        Step("ListTagsForResource", AUDITOR, tagged),
        Step("ListVirtualNodes", SERVICE, mesh),
        Step("DescribeVirtualNode", SERVICE, mesh | NODE),
        Step("ListVirtualRouters", USER, mesh),
        Step("DescribeVirtualRouter", DEPLOYER, mesh | ROUTER),
        Step("ListRoutes", USER, mesh | ROUTER),
        Step("DescribeRoute", DEPLOYER, mesh | ROUTE),
        Step("ListVirtualServices", PERSON, mesh),
        Step("DescribeVirtualService", SERVICE, mesh | VIRTUAL_SERVICE),
        Step("ListVirtualGateways", ROOT, mesh),
        Step("DescribeVirtualGateway", USER, mesh | GATEWAY),
        Step("ListGatewayRoutes", PERSON, mesh | GATEWAY),
        Step("DescribeGatewayRoute", ROOT, mesh | GATEWAY_ROUTE),
    )
    change = (
        Step("UpdateMesh", ROOT, mesh | {"spec": _mesh("ALLOW_ALL")}),
        Step("UpdateVirtualNode", SERVICE, mesh | NODE | {"spec": _node(max_requests=250)}),
        Step("UpdateVirtualRouter", USER, mesh | ROUTER | {"spec": _router(8443)}),
        Step("UpdateRoute", DEPLOYER, mesh | ROUTE | {"spec": _route(retries=5)}),
        Step("UpdateVirtualService", PERSON, mesh | VIRTUAL_SERVICE | {"spec": _by_router()}),
        Step("UpdateVirtualGateway", DEPLOYER, mesh | GATEWAY | {"spec": _gateway("/var/log/edge.log")}),
        Step("UpdateGatewayRoute", PERSON, mesh | GATEWAY_ROUTE | {"spec": _gateway_route("/pay")}),
        Step("UntagResource", AUDITOR, tagged | {"tagKeys": ["pci-scope"]}),
    )
    take_down = (
        Step("DeleteGatewayRoute", USER, mesh | GATEWAY_ROUTE),
        Step("DeleteVirtualGateway", USER, mesh | GATEWAY),
        Step("DeleteVirtualService", PERSON, mesh | VIRTUAL_SERVICE),
        Step("DeleteRoute", DEPLOYER, mesh | ROUTE),
        Step("DeleteVirtualRouter", USER, mesh | ROUTER),
        Step("DeleteVirtualNode", SERVICE, mesh | NODE),
        Step("DeleteMesh", ROOT, mesh),
    )
    return build + look + change + take_down


def _tag(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value}


def _mesh(egress: str) -> dict[str, Any]:
    return {"egressFilter": {"type": egress}, "serviceDiscovery": {"ipPreference": "IPv4_ONLY"}}


def _node(*, max_requests: int) -> dict[str, Any]:
    return {
        "listeners": [
            {
                "portMapping": {"port": 8080, "protocol": "http2"},
                "connectionPool": {"http2": {"maxRequests": max_requests}},
                "healthCheck": {
                    "protocol": "http2",
                    "path": "/healthy",
                    "healthyThreshold": 2,
                    "unhealthyThreshold": 3,
                    "intervalMillis": 10_000,
                    "timeoutMillis": 2_000,
                },
            }
        ],
        "serviceDiscovery": {
            "awsCloudMap": {
                "namespaceName": "payments.internal",
                "serviceName": "ledger",
                "attributes": [_tag("version", "v1")],
            }
        },
        "logging": {"accessLog": {"file": {"path": "/dev/stdout"}}},
    }


def _router(port: int) -> dict[str, Any]:
    return {"listeners": [{"portMapping": {"port": port, "protocol": "http2"}}]}


def _route(*, retries: int) -> dict[str, Any]:
    return {
        "priority": 10,
        "http2Route": {
            "match": {"prefix": "/postings", "method": "POST"},
            "action": {"weightedTargets": [{"virtualNode": NODE["virtualNodeName"], "weight": 100}]},
            "retryPolicy": {
                "maxRetries": retries,
                "perRetryTimeout": _SECOND,
                "httpRetryEvents": ["server-error", "gateway-error"],
            },
        },
    }


def _by_node() -> dict[str, Any]:
    return {"provider": {"virtualNode": dict(NODE)}}


def _by_router() -> dict[str, Any]:
    return {"provider": {"virtualRouter": dict(ROUTER)}}


def _gateway(log: str) -> dict[str, Any]:
    return {
        "listeners": [{"portMapping": {"port": 8443, "protocol": "http2"}}],
        "logging": {"accessLog": {"file": {"path": log}}},
    }


def _gateway_route(prefix: str) -> dict[str, Any]:
    return {
        "http2Route": {
            "match": {"prefix": prefix},
            "action": {"target": {"virtualService": dict(VIRTUAL_SERVICE)}},
        }
    }
