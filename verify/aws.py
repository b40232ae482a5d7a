"""Calls to AWS: one session, clients by Region, and every failure told in meshtrail's words.

CannotLook                 a question to AWS that got no answer; a claim that needs it is UNVERIFIABLE
├── AccessDenied           the caller may not; names the IAM action that is missing
├── Throttled              AWS asked to slow down, and still did after the retries
├── NotThere               the resource does not exist
│   └── Gone               and it is the trail, the bucket or the event data store itself
├── NoCredentials          nothing to sign with, or the credentials expired
└── Unreachable            no connection to the endpoint
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore import exceptions as botocore_errors
from botocore.config import Config

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Generator

    from mypy_boto3_cloudtrail import CloudTrailClient

_DENIED: Final = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "403",
    "Forbidden",
    "AllAccessDisabled",
    "KMS.AccessDeniedException",
}
_EXPIRED: Final = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
}
_THROTTLED: Final = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
}
_GONE: Final = {"NoSuchBucket", "TrailNotFoundException", "EventDataStoreNotFoundException"}
_MISSING: Final = {"NoSuchKey", "404", "NotFound"}

_MAKING_CLIENTS: Final = threading.Lock()
"""Clients may be used by many threads, but one session must not make two at a time, says boto3's guide to clients."""


class CannotLook(MeshtrailError):
    """A question to AWS that got no answer.

    Attributes:
        action: The IAM action that was asked for, e.g. `cloudtrail:LookupEvents`.
        code: AWS's error code, or the name of the failure.
    """

    default_remedy = "Try again; if it stays, ask AWS what the error code means."

    def __init__(self, *, action: str, where: str, code: str, message: str) -> None:
        super().__init__(
            f"{action} got no answer", where=where, why=f"{code}: {message}", remedy=self.default_remedy
        )
        self.action = action
        self.code = code


class AccessDenied(CannotLook):
    """The caller may not."""

    def __init__(self, *, action: str, where: str, code: str, message: str) -> None:
        super().__init__(action=action, where=where, code=code, message=message)
        self.remedy = f"Allow {action} to whoever runs this; `docs/permissions.md` has the whole policy."


class Throttled(CannotLook):
    """AWS asked to slow down until the retries were used up."""

    default_remedy = "Run it again later, or over a shorter window."


class NotThere(CannotLook):
    """The resource does not exist where it was looked for."""

    default_remedy = "Was it deleted, or does the manifest speak of another account or Region?"


class Gone(NotThere):
    """The trail, the bucket or the event data store itself does not exist: an answer, and no good one."""


class NoCredentials(CannotLook):
    """There is nothing to sign the call with, or it has expired."""

    default_remedy = "Sign in (`aws sso login`, `AWS_PROFILE`, or environment credentials) and run it again."


class Unreachable(CannotLook):
    """No connection to the endpoint."""

    default_remedy = "Check the network, a proxy, and whether AWS_ENDPOINT_URL is meant to be set."


@contextmanager
def asking(action: str, where: str) -> Generator[None]:
    """Turn whatever botocore raises inside into a `CannotLook`.

    Args:
        action: The IAM action the call needs.
        where: Account, Region and resource, for the reader of the error.

    Raises:
        CannotLook: one of its kinds, for every failure of botocore.
    """
    try:
        yield
    except botocore_errors.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        message = str(error.response.get("Error", {}).get("Message", ""))
        raise _kind_of(code)(action=action, where=where, code=code, message=message) from error
    except (
        botocore_errors.NoCredentialsError,
        botocore_errors.PartialCredentialsError,
        botocore_errors.CredentialRetrievalError,
        botocore_errors.ProfileNotFound,
        botocore_errors.TokenRetrievalError,
        botocore_errors.SSOError,
    ) as error:
        raise NoCredentials(
            action=action, where=where, code=type(error).__name__, message=str(error)
        ) from error
    except (botocore_errors.HTTPClientError, botocore_errors.ConnectionError) as error:
        raise Unreachable(
            action=action, where=where, code=type(error).__name__, message=str(error)
        ) from error
    except botocore_errors.BotoCoreError as error:
        raise CannotLook(action=action, where=where, code=type(error).__name__, message=str(error)) from error


def _kind_of(code: str) -> type[CannotLook]:
    for codes, kind in _KINDS:
        if code in codes:
            return kind
    of_a_key = code.startswith("KMS.")  # the key is gone, not what lies under it
    if code.endswith(("NotFoundException", "ARNInvalidException")) and not of_a_key:
        return NotThere
    return CannotLook


_KINDS: Final = (
    (_DENIED, AccessDenied),
    (_EXPIRED, NoCredentials),
    (_THROTTLED, Throttled),
    (_GONE, Gone),
    (_MISSING, NotThere),
)


class Aws:
    """One AWS session and its clients, made once per service and Region.

    Args:
        session: The boto3 session to use; by default the environment's.
        user_agent: What to add to the user agent of every call, so that CloudTrail shows who asked.
        endpoint_url: Where to call instead of AWS; by default what `AWS_ENDPOINT_URL` says.

    Raises:
        CannotLook: when the environment names a profile that is not there, or its files cannot be read.
    """

    def __init__(
        self,
        session: boto3.Session | None = None,
        *,
        user_agent: str = "meshtrail",
        endpoint_url: str | None = None,
    ) -> None:
        with asking("sts:GetCallerIdentity", "the environment's AWS settings"):
            self.session = session or boto3.Session()
        self._config = Config(
            user_agent_extra=user_agent,
            retries={"mode": "adaptive", "max_attempts": 6},
            connect_timeout=10,
            read_timeout=60,
        )
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str) -> Any:
        """A client of a service in a Region.

        Raises:
            CannotLook: when there can be none, e.g. because `AWS_ENDPOINT_URL` is no URL.
        """
        key = (service, region)
        with _MAKING_CLIENTS, asking(f"{service}:*", region):
            if key not in self._clients:
                self._clients[key] = self._make(service, region)
            return self._clients[key]

    def _make(self, service: str, region: str) -> Any:
        session = cast("Any", self.session)  # its stubs overload client() by literal service names
        try:
            return session.client(
                service, region_name=region, config=self._config, endpoint_url=self._endpoint_url
            )
        except ValueError as error:  # an endpoint that is no URL; the one mistake that is not a BotoCoreError
            raise Unreachable(
                action=f"{service}:*", where=region, code="ValueError", message=str(error)
            ) from error

    def marked(self, user_agent: str) -> Aws:
        """The same session with another user agent."""
        return Aws(self.session, user_agent=user_agent, endpoint_url=self._endpoint_url)

    def of_session(self, session: boto3.Session) -> Aws:
        """Another session, asked at the same endpoint."""
        return Aws(session, endpoint_url=self._endpoint_url)

    def cloudtrail(self, region: str) -> CloudTrailClient:
        """CloudTrail's client in a Region."""
        return self.client("cloudtrail", region)

    def account(self, region: str) -> str:
        """The account the credentials belong to.

        Raises:
            CannotLook: when STS does not answer.
        """
        with asking("sts:GetCallerIdentity", region):
            return str(self.client("sts", region).get_caller_identity()["Account"])
