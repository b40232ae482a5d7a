"""Which mesh an App Mesh event is about, and what inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtrail.record import Record

# The innermost resource a request names comes first: a route lies in a virtual router.
_PARAMETERS: Final = (
    ("gatewayRouteName", "gatewayRoute"),
    ("routeName", "route"),
    ("virtualGatewayName", "virtualGateway"),
    ("virtualNodeName", "virtualNode"),
    ("virtualRouterName", "virtualRouter"),
    ("virtualServiceName", "virtualService"),
)
_ARN_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class MeshResource:
    """What an event is about.

    Attributes:
        mesh: The mesh's name, or None where the event names none (ListMeshes).
        resource: What inside the mesh, e.g. `virtualNode/orders`, or None for the mesh itself.
    """

    mesh: str | None = None
    resource: str | None = None


def mesh_resource(record: Record) -> MeshResource:
    """What an App Mesh event is about, read from its parameters, or from the ARN it names."""
    parameters = record.request_parameters or {}
    details = record.service_event_details or {}
    mesh = _text(parameters, "meshName")
    if mesh is not None:
        for key, kind in _PARAMETERS:
            name = _text(parameters, key)
            if name is not None:
                return MeshResource(mesh, f"{kind}/{name}")
        return MeshResource(mesh)
    arn = _text(parameters, "resourceArn") or _text(details, "nodeArn")
    return _of_arn(arn) if arn else MeshResource()


def _of_arn(arn: str) -> MeshResource:
    parts = arn.split(":", _ARN_PARTS - 1)
    kind, _, path = parts[-1].partition("/")
    if len(parts) != _ARN_PARTS or kind != "mesh" or not path:
        return MeshResource()
    mesh, _, rest = path.partition("/")
    return MeshResource(mesh, rest or None)


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None
