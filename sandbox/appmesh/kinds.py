"""The seven kinds of App Mesh resource, as a table: what the API calls them and where they live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    Attributes:
        name: As in the names of its operations, e.g. `VirtualNode`.
        plural: As in the name of its list operation, e.g. `VirtualNodes`.
        name_members: The request and response members that name it, outermost first, its own name last, e.g.
            `("meshName", "virtualRouterName", "routeName")`.
    """

    name: str
    plural: str
    name_members: tuple[str, ...]

    @property
    def key(self) -> str:
        """The response member that holds one such resource, e.g. `virtualNode`."""
        return self.name[0].lower() + self.name[1:]

    @property
    def list_key(self) -> str:
        """The response member that holds a list of them, e.g. `virtualNodes`."""
        return self.plural[0].lower() + self.plural[1:]

    def names(self, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """The names of one resource, outermost first, from an operation's parameters."""
        return tuple(parameters[member] for member in self.name_members)

    def parents(self, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """The names of what it lives in, outermost first; empty for a mesh."""
        return tuple(parameters[member] for member in self.name_members[:-1])

    def path(self, names: tuple[str, ...]) -> str:
        """The resource part of its ARN, e.g. `mesh/payments/virtualNode/ledger`."""
        segments = (member.removesuffix("Name") for member in self.name_members)
        return "/".join(f"{segment}/{name}" for segment, name in zip(segments, names, strict=True))


MESH: Final = Kind("Mesh", "Meshes", ("meshName",))
VIRTUAL_GATEWAY: Final = Kind("VirtualGateway", "VirtualGateways", ("meshName", "virtualGatewayName"))
GATEWAY_ROUTE: Final = Kind(
    "GatewayRoute", "GatewayRoutes", ("meshName", "virtualGatewayName", "gatewayRouteName")
)
VIRTUAL_NODE: Final = Kind("VirtualNode", "VirtualNodes", ("meshName", "virtualNodeName"))
VIRTUAL_ROUTER: Final = Kind("VirtualRouter", "VirtualRouters", ("meshName", "virtualRouterName"))
ROUTE: Final = Kind("Route", "Routes", ("meshName", "virtualRouterName", "routeName"))
VIRTUAL_SERVICE: Final = Kind("VirtualService", "VirtualServices", ("meshName", "virtualServiceName"))

KINDS: Final = (
    MESH,
    VIRTUAL_GATEWAY,
    GATEWAY_ROUTE,
    VIRTUAL_NODE,
    VIRTUAL_ROUTER,
    ROUTE,
    VIRTUAL_SERVICE,
)

PARENT: Final[dict[Kind, Kind]] = {
    VIRTUAL_GATEWAY: MESH,
    GATEWAY_ROUTE: VIRTUAL_GATEWAY,
    VIRTUAL_NODE: MESH,
    VIRTUAL_ROUTER: MESH,
    ROUTE: VIRTUAL_ROUTER,
    VIRTUAL_SERVICE: MESH,
}
"""What each kind lives in; a mesh lives in the account."""
