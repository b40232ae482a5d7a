"""AWS's refusals, as moto turns them into HTTP."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class AwsError(ServiceException):
    """An error of an AWS service, by AWS's own name for it; its HTTP status is the service model's, else 400."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
