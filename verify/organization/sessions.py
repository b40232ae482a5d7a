"""The verifier's role in every account, and one set of clients for all of them.

A client of boto3 takes 8 ms of work and a connection of its own; over a thousand accounts and seventeen Regions that
is two minutes of work and seventeen thousand TLS handshakes. Accounts differ in nothing but what a call is signed with,
and that is looked up when a call is made. So the clients are shared, and each call is signed by the account it is for.

Sources: STS API reference, AssumeRole (docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html): it answers
AccessDenied for a role that is not there, too; IAM user guide, "Access to AWS accounts owned by third parties"
(docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html), for the external id.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from cloudtrail.partitions import partition_of
from cloudtrail.verifier_permissions import ROLE_NAME
from verify.aws import AccessDenied, Aws, NoCredentials, asking

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

ASSUME_ROLE: Final = "sts:AssumeRole"
SESSION_NAME: Final = "meshtrail"
"""How CloudTrail names who asked, in each account."""

_signing: ContextVar[Credentials | None] = ContextVar("_signing", default=None)


class RoleRefused(AccessDenied):
    """The verifier's role cannot be assumed: it is not there, or does not trust whoever asks."""

    def __init__(self, *, role: str, code: str, message: str) -> None:
        super().__init__(action=ASSUME_ROLE, where=role, code=code, message=message)
        self.remedy = (
            f"Provision {role}, let it trust whoever runs this with the external id that --external-id names, and "
            f"allow {ASSUME_ROLE} on it."
        )


class RoleSessions:
    """Sessions of one role in many accounts; safe to use from many threads.

    The account that the session itself belongs to needs no role: StackSets deploy none to the management account.

    Args:
        aws: The session that assumes the roles.
        role_name: How the role is called, with its path if it has one.
        external_id: What the role's trust asks for, if anything.
        region: Where STS is asked; credentials of a Region's endpoint hold in every other, also in one to opt in to.
        connections: How many calls one client makes at a time.
    """

    def __init__(
        self,
        aws: Aws,
        *,
        role_name: str = ROLE_NAME,
        external_id: str | None = None,
        region: str,
        connections: int = 10,
    ) -> None:
        self._aws = aws
        self._role_name = role_name
        self._external_id = external_id
        self._region = region
        self._clients = _SharedClients(connections)
        self._sessions: dict[str, Aws] = {}
        self._own: str | None = None
        self._lock = threading.Lock()

    @property
    def own_account(self) -> str:
        """The account that the session itself belongs to.

        Raises:
            CannotLook: when STS does not answer.
        """
        with self._lock:
            if self._own is None:
                self._own = self._aws.account(self._region)
            return self._own

    def role_arn(self, account: str) -> str:
        """The role in an account."""
        return f"arn:{partition_of(self._region)}:iam::{account}:role/{self._role_name}"

    def of(self, account: str) -> Aws:
        """A session in an account; what it is signed with is asked for again before it expires.

        Raises:
            RoleRefused: when there is no such role, or it does not trust whoever asks.
            CannotLook: when STS does not answer.
        """
        if account not in self._sessions:
            session = _RoleSession(self._credentials(account), self._clients, self._region)
            self._sessions[account] = self._aws.of_session(cast("boto3.Session", session))
        return self._sessions[account]

    def forget(self, account: str) -> None:
        """Let go of an account that is done."""
        self._sessions.pop(account, None)

    def _credentials(self, account: str) -> Credentials:
        if account == self.own_account:
            return self._own_credentials()

        def assume() -> dict[str, Any]:
            return self._assume(account)

        return RefreshableCredentials.create_from_metadata(
            metadata=assume(), refresh_using=assume, method="sts-assume-role"
        )

    def _own_credentials(self) -> Credentials:
        with asking(ASSUME_ROLE, self._region):
            own = self._aws.session.get_credentials()
        if own is None:
            raise NoCredentials(
                action=ASSUME_ROLE, where=self._region, code="NoCredentials", message="the session has none"
            )
        return own

    def _assume(self, account: str) -> dict[str, Any]:
        role = self.role_arn(account)
        external = {"ExternalId": self._external_id} if self._external_id else {}
        try:
            with asking(ASSUME_ROLE, role):
                answer = self._aws.client("sts", self._region).assume_role(
                    RoleArn=role, RoleSessionName=SESSION_NAME, **external
                )
        except AccessDenied as error:
            message = error.why.removeprefix(f"{error.code}: ")
            raise RoleRefused(role=role, code=error.code, message=message) from error
        given = answer["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }


class _WhoeverCalls(Credentials):
    """The credentials of the account that the call at hand is for."""

    def __init__(self) -> None:
        super().__init__("", "")

    def get_frozen_credentials(self) -> Any:
        """What to sign with; botocore asks in the thread that makes the call, each time."""
        credentials = _signing.get()
        if credentials is None:
            raise NoCredentialsError
        return credentials.get_frozen_credentials()


class _WhoeverCallsProvider:
    """Where botocore takes a session's credentials from."""

    def load_credentials(self) -> Credentials:
        """Those of whoever calls."""
        return _WhoeverCalls()


class _SharedClients:
    """One client a service and Region, for every account. Made under the lock that `Aws` makes clients under."""

    def __init__(self, connections: int) -> None:
        core = Session()
        core.register_component("credential_provider", _WhoeverCallsProvider())
        self._session: Any = boto3.Session(botocore_session=core)
        # Who asks repeats what is throttled, account by account; the client would slow down all of them.
        self._config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"}, max_pool_connections=connections
        )
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str, *, config: Config, endpoint_url: str | None) -> Any:
        """The client of a service in a Region."""
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = self._session.client(
                service, region_name=region, config=config.merge(self._config), endpoint_url=endpoint_url
            )
        return self._clients[key]


class _RoleSession:
    """As much of a `boto3.Session` as `Aws` and `S3Objects` use, in one account."""

    def __init__(self, credentials: Credentials, clients: _SharedClients, region: str) -> None:
        self.region_name = region
        self._credentials = credentials
        self._clients = clients

    def get_credentials(self) -> Credentials:
        """What calls are signed with."""
        return self._credentials

    def client(self, service: str, *, region_name: str, config: Config, endpoint_url: str | None) -> _Signed:
        """A client of a service in a Region."""
        shared = self._clients.client(service, region_name, config=config, endpoint_url=endpoint_url)
        return _Signed(shared, self._credentials)


class _Signed:
    """A client whose calls are signed by one account."""

    def __init__(self, client: Any, credentials: Credentials) -> None:
        self._client = client
        self._credentials = credentials

    @property
    def meta(self) -> Any:
        """What boto3 keeps about the client; shared by all accounts."""
        return self._client.meta

    def get_paginator(self, operation: str) -> _SignedPages:
        """A paginator of an operation."""
        return _SignedPages(self._client.get_paginator(operation), self._credentials)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        function = getattr(self._client, operation)

        def call(*values: Any, **arguments: Any) -> Any:
            with _signed_by(self._credentials):
                return function(*values, **arguments)

        return call


class _SignedPages:
    """A paginator that signs the call for each page."""

    def __init__(self, paginator: Any, credentials: Credentials) -> None:
        self._paginator = paginator
        self._credentials = credentials

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        """The pages, one call each."""
        pages = iter(self._paginator.paginate(**arguments))
        while True:
            with _signed_by(self._credentials):
                page = next(pages, None)
            if page is None:
                return
            yield page


@contextmanager
def _signed_by(credentials: Credentials) -> Generator[None]:
    token = _signing.set(credentials)
    try:
        yield
    finally:
        _signing.reset(token)
