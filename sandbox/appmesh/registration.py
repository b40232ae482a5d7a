"""Put this App Mesh in the place of moto's."""

from __future__ import annotations

import moto.appmesh
import moto.appmesh.models

from sandbox.appmesh.models import appmesh_backends
from sandbox.appmesh.responses import AppMeshResponse
from sandbox.appmesh.switch import AppMeshSwitch


def register(switch: AppMeshSwitch | None = None) -> None:
    """Make moto's server, and `mock_aws`, answer App Mesh calls from here. May be called any number of times.

    moto finds a service by name when its first request comes, so call this before serving. What moto holds of
    its own App Mesh stays as it is, unused. Like all of moto's state, this is one for the process.

    Args:
        switch: Says whether App Mesh has ended; None: it has not.
    """
    AppMeshResponse.switch = switch or AppMeshSwitch()
    # `moto.backends.get_backend` reads the attribute of the package; the module has the same one.
    for place in (moto.appmesh, moto.appmesh.models):
        place.appmesh_backends = appmesh_backends  # pyright: ignore[reportAttributeAccessIssue]  # the same shape, not moto's class
