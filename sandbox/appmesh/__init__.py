"""App Mesh, whole: its 38 operations as responses for moto's server.

moto 5.2 knows 32 of the operations and answers some of them unlike AWS: a mesh ARN without `mesh/`, error
codes that are in no SDK, HTTP 400 for everything, timestamps as `dd/mm/yyyy` text, specs that lose what its
parser does not know, a second `CreateMesh` that overwrites the first, meshes deleted with all they hold. Since
App Mesh's seven kinds of resource behave alike, one small store (`models`) over a table of kinds (`kinds`)
replaces all of it, checked against botocore's model of the service.

What is chosen here because AWS does not say:

- `meshOwner` other than the caller's account: `ForbiddenException`; meshes are not shared between accounts
  (AWS RAM is not emulated).
- References to resources that do not exist (a route's virtual node, a virtual service's provider) are accepted.
- Every update raises the version, whether or not it changes anything.
- Service quotas are not enforced, nor the rules for specs that the service model does not state.
- What App Mesh answers after its end: see `switch`.
"""

from __future__ import annotations

from sandbox.appmesh.registration import register
from sandbox.appmesh.switch import AppMeshSwitch

__all__ = ["AppMeshSwitch", "register"]
