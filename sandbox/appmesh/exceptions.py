"""The errors of App Mesh's API; each code and HTTP status is one of the service model's.

docs.aws.amazon.com/app-mesh/latest/APIReference/CommonErrors.html and the errors of each operation.
"""

from __future__ import annotations

from typing import Final

from moto.core.exceptions import ServiceException


class BadRequest(ServiceException):
    """The request is malformed, or breaks a constraint of the API's model (HTTP 400)."""

    code = "BadRequestException"


class NotFound(ServiceException):
    """The mesh or resource does not exist (HTTP 404)."""

    code = "NotFoundException"


class Conflict(ServiceException):
    """The name is taken, or the client token was used for another request (HTTP 409)."""

    code = "ConflictException"


class ResourceInUse(ServiceException):
    """The resource cannot be deleted while others need it (HTTP 409)."""

    code = "ResourceInUseException"


class TooManyTags(ServiceException):
    """The resource would have more than 50 tags (HTTP 400)."""

    code = "TooManyTagsException"


class Forbidden(ServiceException):
    """The caller may not do that (HTTP 403)."""

    code = "ForbiddenException"


class AppMeshEnded(Forbidden):
    """AWS has ended App Mesh; see `sandbox.appmesh.switch` for why the answer is this one."""

    message: Final = "AWS App Mesh reached its end of support on September 30, 2026."
