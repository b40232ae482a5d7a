"""Credentials of a role: asked for again before they expire, and once more when AWS ends them earlier.

Sources: IAM user guide, "Revoke IAM role temporary security credentials"
(docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html); STS API reference, AssumeRole.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import ClientError

from verify.aws import NoCredentials

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

EXPIRED: Final = {"ExpiredToken", "ExpiredTokenException"}
"""The codes of AWS for a session that has ended."""


class RoleEnded(NoCredentials):
    """AWS calls the session of a role expired, though it should not be, and the role was assumed once more."""

    def __init__(self, *, role: str, action: str, code: str, message: str) -> None:
        super().__init__(action=action, where=role, code=code, message=message)
        self.remedy = f"See whether somebody revoked the sessions of {role}, and run it again."


class RoleCredentials(Credentials):
    """Credentials of a role; safe to use from many threads.

    Args:
        role: Its ARN.
        assume: Assumes it: the metadata that botocore makes credentials of.
    """

    def __init__(self, role: str, assume: Callable[[], dict[str, Any]]) -> None:
        super().__init__("", "", method="sts-assume-role")
        self._role = role
        self._assume = assume
        self._given = self._anew()
        self._renewed = False
        self._lock = threading.Lock()

    def get_frozen_credentials(self) -> Any:
        """What to sign with."""
        return self._given.get_frozen_credentials()

    def lasting(self, call: Callable[[], Answer], *, again: bool) -> Answer:
        """Make a call that these credentials sign.

        Args:
            call: Makes it.
            again: Whether to make it once more, as the role assumed anew, where AWS calls the session expired.

        Raises:
            RoleEnded: when AWS does, and does so again.
            CannotLook: when the role cannot be assumed anew.
        """
        given = self._given
        try:
            return call()
        except ClientError as error:
            if not _is_expired(error):
                raise
            if not (again and self._renew(given)):
                raise self._ended(error) from error
        return self.lasting(call, again=False)

    def _renew(self, given: Credentials) -> bool:
        """Assume the role anew, once, whoever of many asks for it; whether there are other credentials than these."""
        with self._lock:
            if not self._renewed:
                self._given = self._anew()
                self._renewed = True
            return self._given is not given

    def _anew(self) -> Credentials:
        return RefreshableCredentials.create_from_metadata(
            metadata=self._assume(), refresh_using=self._assume, method="sts-assume-role"
        )

    def _ended(self, error: ClientError) -> RoleEnded:
        told: Any = error.response.get("Error", {})
        return RoleEnded(
            role=self._role,
            action=error.operation_name,
            code=told["Code"],
            message=str(told.get("Message", "")),
        )


def _is_expired(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in EXPIRED
