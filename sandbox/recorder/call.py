"""What a request asks for: service, operation, Region and access key, recognised with botocore's models."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from botocore.session import get_session
from moto import backends
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.request import determine_request_protocol
from moto.core.responses import BaseResponse
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from sandbox.building import ROUTES

if TYPE_CHECKING:
    from moto.core.model import OperationModel
    from moto.core.request import Request

DEFAULT_REGION: Final = "us-east-1"
"""Where moto takes a request to be for when it names no Region."""

_CREDENTIAL: Final = re.compile(
    r"(?P<key>[^/,\s=]+)/(?P<day>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[A-Za-z0-9._-]+)/aws4_request"
)
# One URL of moto's serves two API versions of Elastic Load Balancing, through a function of its own.
_SHARED_URLS: Final = {"elb": ("elb", "elbv2"), "elbv2": ("elb", "elbv2")}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a request's signature says.

    Attributes:
        access_key: Who signed it; None when nobody did.
        region: For which Region; us-east-1 without a signature.
        service: For which service, by the name it signs with; None without a signature.
    """

    access_key: str | None
    region: str
    service: str | None

    @classmethod
    def of(cls, authorization: str, query: str) -> Scope:
        """Read it from the `Authorization` header or from a presigned URL's query."""
        text = authorization or "".join(parse_qs(query).get("X-Amz-Credential", []))
        match = _CREDENTIAL.search(text)
        if match is None:
            return cls(None, DEFAULT_REGION, None)
        return cls(match["key"], match["region"], match["service"])


@dataclass(frozen=True, slots=True)
class Call:
    """A recognised API call.

    Attributes:
        service: botocore's name of the service, e.g. `appmesh`.
        operation: botocore's model of the operation.
        protocol: The wire protocol the request speaks, e.g. `rest-json`.
        uri_parameters: What the URL's path says, by label.
        request: The request.
    """

    service: str
    operation: OperationModel
    protocol: str
    uri_parameters: dict[str, Any]
    request: Request


def recognise(backend: str, request: Request) -> Call | None:
    """Recognise the API call in a request that moto routes to `backend`, or None when it is none of AWS's."""
    for service in services_of(backend):
        model = get_service_model(service)
        version = request.values.get("Version") if model.protocol in ("query", "ec2") else None
        if version not in (None, model.api_version):
            continue
        try:
            with ROUTES:
                router = get_service_router(service)  # built by the first request, kept for the others
            operation, uri_parameters = router.match(request)
            protocol = determine_request_protocol(model, request.content_type)
        except (NotFound, NotImplementedError):
            continue
        return Call(service, operation, protocol, uri_parameters, request)
    return None


@functools.cache
def services_of(backend: str) -> tuple[str, ...]:
    """The botocore services that one of moto's backends answers for, e.g. `awslambda` → `lambda`."""
    if backend in _SHARED_URLS:
        return _SHARED_URLS[backend]
    lookup: Any = backends.get_backend  # typed by the names of the services, one by one
    by_account: Any = lookup(backend)
    if not isinstance(by_account, BackendDict):  # moto's own API and the like: not of AWS
        return ()
    regions: Any = by_account[DEFAULT_ACCOUNT_ID]
    handlers = regions["us-east-1" if "us-east-1" in regions else "aws"].flask_paths.values()
    owners = (getattr(handler, "__self__", None) for handler in handlers)
    names = [
        owner().boto3_service_name
        for owner in owners
        if isinstance(owner, type) and issubclass(owner, BaseResponse)
    ]
    known = _known_services()
    return tuple(dict.fromkeys(name for name in (*names, backend) if name in known))


@functools.cache
def _known_services() -> frozenset[str]:
    return frozenset(get_session().get_available_services())
