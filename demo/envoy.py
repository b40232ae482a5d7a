"""Envoy proxies that connect to App Mesh: the events that no API call makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.partitions import Arn, partition_of
from demo.payments_mesh import GATEWAY, NODE

MESH: Final = "payments"

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient


def connect_envoys(sandbox: SandboxClient, *, account: str, region: str) -> int:
    """Let the proxies of a mesh's virtual nodes connect, and one of them drop; returns how many events it made."""
    proxied = (
        f"virtualNode/{NODE['virtualNodeName']}",
        f"virtualGateway/{GATEWAY['virtualGatewayName']}",
    )
    arns = [
        str(Arn(partition_of(region), "appmesh", region, account, f"mesh/{MESH}/{resource}"))
        for resource in proxied
    ]
    for arn in arns:
        sandbox.envoy_event(arn)
    sandbox.envoy_event(arns[0], status="ConnectionTerminated", failureReason="The stream was reset")
    return len(arns) + 1
