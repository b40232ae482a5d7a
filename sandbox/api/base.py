"""What all our CloudTrail responses share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from moto.cloudtrail.responses import CloudTrailResponse

if TYPE_CHECKING:
    from sandbox.state import SandboxState


class StatefulCloudTrailResponse(CloudTrailResponse):
    """moto's CloudTrail, with the sandbox behind it.

    Attributes:
        state: The sandbox; set on the class that `sandbox.api.responses` makes for it.
    """

    state: ClassVar[SandboxState]

    def parameters(self) -> dict[str, Any]:
        """The request's members, as botocore names them."""
        document: object = json.loads(self.body or "{}")
        return document if isinstance(document, dict) else {}
