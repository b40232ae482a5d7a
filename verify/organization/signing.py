"""One set of clients for every account: a call is signed by the account it is for.

A client of boto3 takes 8 ms of work and connections of its own; over a thousand accounts and seventeen Regions that is
two minutes of work and seventeen thousand TLS handshakes. Accounts differ in nothing but what a call is signed with,
and botocore looks that up when the call is made, in the thread that makes it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from verify.organization.role_credentials import RoleCredentials

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

Answer = TypeVar("Answer")

_signing: ContextVar[Credentials | None] = ContextVar("_signing", default=None)


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


class SharedClients:
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


class AccountSession:
    """As much of a `boto3.Session` as `Aws` and `S3Objects` use, in one account."""

    def __init__(self, credentials: Credentials, clients: SharedClients, region: str) -> None:
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
            return _signed(self._credentials, lambda: function(*values, **arguments))

        return call


class _SignedPages:
    """A paginator that signs the call for each page."""

    def __init__(self, paginator: Any, credentials: Credentials) -> None:
        self._paginator = paginator
        self._credentials = credentials

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        """The pages, one call each."""
        pages: Iterator[Any] = iter(())

        def first() -> Any:
            nonlocal pages
            pages = iter(self._paginator.paginate(**arguments))
            return next(pages, None)

        page = _signed(self._credentials, first)
        while page is not None:
            yield page
            # botocore's pages end with an error: nothing goes on behind it.
            page = _signed(self._credentials, lambda: next(pages, None), again=False)


def _signed(credentials: Credentials, call: Callable[[], Answer], *, again: bool = True) -> Answer:
    """Make a call that is signed by these credentials; see `RoleCredentials.lasting`."""
    with _signed_by(credentials):
        return credentials.lasting(call, again=again) if isinstance(credentials, RoleCredentials) else call()


@contextmanager
def _signed_by(credentials: Credentials) -> Generator[None]:
    token = _signing.set(credentials)
    try:
        yield
    finally:
        _signing.reset(token)
