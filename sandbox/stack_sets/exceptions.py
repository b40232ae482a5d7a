"""The errors of CloudFormation's API that StackSets meet.

docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html and its neighbours.
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class InvalidRequest(ServiceException):
    """The request breaks a rule, or asks for what the sandbox does not do (HTTP 400)."""

    code = "ValidationError"


class StackSetNotFound(ServiceException):
    """There is no StackSet of that name (HTTP 404)."""

    code = "StackSetNotFoundException"


class NameAlreadyExists(ServiceException):
    """There is a StackSet of that name already (HTTP 409)."""

    code = "NameAlreadyExistsException"


class StackSetNotEmpty(ServiceException):
    """The StackSet still has stacks (HTTP 409)."""

    code = "StackSetNotEmptyException"


class InsufficientCapabilities(ServiceException):
    """The template makes roles, and the request does not say that it may (HTTP 400)."""

    code = "InsufficientCapabilitiesException"


class OperationNotFound(ServiceException):
    """There is no operation of that id (HTTP 404)."""

    code = "OperationNotFoundException"
