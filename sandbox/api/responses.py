"""The response classes of one sandbox, and how moto's server comes to use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import convert_to_flask_response
from moto.moto_server.werkzeug_app import create_backend_app

from sandbox.api import organizations, regions
from sandbox.api.delegation import DelegationResponses
from sandbox.api.history import HistoryResponses
from sandbox.api.logs import SearchingLogsResponse
from sandbox.api.organizations import OrganizationResponses
from sandbox.api.regions import RegionsOfAccount, RegionsOfEc2
from sandbox.api.sts import StsResponse
from sandbox.api.trail_selectors import SelectorResponses
from sandbox.api.trails import TrailResponses
from sandbox.athena.responses import AthenaResponses
from sandbox.building import ROUTES
from sandbox.lake.responses import LakeResponses

if TYPE_CHECKING:
    from flask import Flask
    from moto.backends import SERVICE_NAMES

    from sandbox.state import SandboxState


class SandboxCloudTrailResponse(
    LakeResponses, TrailResponses, SelectorResponses, HistoryResponses, DelegationResponses
):
    """CloudTrail: moto's operations, corrected, and those that moto lacks."""


class BackendApps:
    """Makes the app of each service, as moto's dispatcher asks for it: ours where we have one, else moto's."""

    def __init__(self, state: SandboxState) -> None:
        organizations.register()
        regions.register()
        self._responses: dict[str, Any] = {
            "athena": type("AthenaResponse", (AthenaResponses,), {"athena": state.athena}),
            "account": type("AccountResponse", (RegionsOfAccount,), {"state": state}),
            "ec2": type("EC2Response", (RegionsOfEc2,), {"state": state}),
            "organizations": type("OrganizationsResponse", (OrganizationResponses,), {"state": state}),
            "cloudtrail": type(
                "CloudTrailResponse", (SandboxCloudTrailResponse,), {"state": state, "lake": state.lake}
            ),
            "logs": SearchingLogsResponse,
            "sts": type("TokenResponse", (StsResponse,), {"state": state}),
        }

    def __call__(self, service: SERVICE_NAMES) -> Flask:
        """The Flask app of a service, by moto's name."""
        with ROUTES:
            app = create_backend_app(service)
        response = self._responses.get(service)
        if response is not None:
            view: Any = convert_to_flask_response(response.dispatch)
            for endpoint in app.view_functions:
                app.view_functions[endpoint] = view
        return app
