"""The switch that ends App Mesh.

AWS ended support for App Mesh on 2026-09-30: "you will no longer be able to access the AWS App Mesh console
or AWS App Mesh resources" (docs.aws.amazon.com/app-mesh/latest/userguide/what-is-app-mesh.html). What its
endpoints answer since then is not documented: it may be an HTTP error, or a name that no longer resolves.

The sandbox's choice is `ForbiddenException`, HTTP 403:

- App Mesh's API model lists it for each of the 38 operations, so every SDK turns it into its own typed error
  and none retries it, as they would a 5xx or a 429;
- the service answers, so the call is an API call that CloudTrail records, with `errorCode` and no response
  elements. A dead name would leave no trace, which any unplugged endpoint can show already.

A verifier must not rely on this answer: any App Mesh call that fails is reason to fall back on a witness call
of another service.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class AppMeshSwitch:
    """Whether App Mesh has ended in this sandbox. The server owns it, and may flip it while it serves.

    Attributes:
        ended: True: every App Mesh call of every account and Region is refused with `ForbiddenException`.
    """

    ended: bool = False
