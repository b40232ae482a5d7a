"""Where the provider sends its calls: account, Region, endpoint and credentials, from its configuration.

The configuration's names are those of the `aws:` namespace and of `aws.Provider`
(pulumi.com/registry/packages/aws/installation-configuration). Only what matters to a sandbox is honoured;
flags that skip checks are accepted and mean nothing; anything else is refused by name.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_FLAGS: Final = frozenset(
    {
        *(
            "skipCredentialsValidation",
            "skipRequestingAccountId",
            "skipMetadataApiCheck",
            "skipRegionValidation",
        ),
        *("s3UsePathStyle", "maxRetries", "retryMode", "insecure", "stsRegion"),
    }
)
"""Accepted without effect: the sandbox validates nothing of the kind, and never retries behind one's back."""

_SYNONYMS: Final = {
    "s3": ("s3", "s3api"),
    "logs": ("logs", "cloudwatchlogs", "cloudwatchlog"),
    "cloudcontrol": ("cloudcontrol", "cloudcontrolapi"),
    "events": ("events", "eventbridge", "cloudwatchevents"),
}
_CALLER: Final = ("test", "test")
"""The access key and secret of the sandbox's default account, for a stack that names none."""

_NOBODY: Final = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""botocore's session variables without the environment's names: nothing of this machine's AWS setup is used."""


class ProviderMisconfigured(MeshtrailError):
    """The provider's configuration cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """The provider's configuration.

    Attributes:
        region: Its Region, where a resource names none.
        access_key: Access key id; in the sandbox it says which account and identity calls.
        secret_key: Its secret.
        token: Its session token, or None.
        endpoints: URL by service; `*` for all others.
        default_tags: Put on everything that takes tags.
        roles: ARNs of the roles it assumes, one from the other.
        allowed_accounts: If not empty, the only accounts it may run in.
        forbidden_accounts: Accounts it must not run in.
    """

    region: str
    access_key: str
    secret_key: str
    token: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict[str, str])
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: tuple[Mapping[str, Any], ...] = ()
    allowed_accounts: tuple[str, ...] = ()
    forbidden_accounts: tuple[str, ...] = ()

    @classmethod
    def read(cls, raw: Mapping[str, Any], *, endpoint: str | None, where: str) -> ProviderConfig:
        """Read a configuration.

        Args:
            raw: By the names of the `aws:` namespace; what is not a scalar may be JSON in a string.
            endpoint: The sandbox; wins over every endpoint the configuration names.
            where: Whose configuration it is, for messages.

        Raises:
            ProviderMisconfigured: when a value is missing, or asks for what the sandbox does not have.
        """
        given = {key: _structured(value) for key, value in raw.items() if value is not None}
        rest = {key: value for key, value in given.items() if key not in _FLAGS}
        region = rest.pop("region", None)
        if not isinstance(region, str):
            raise ProviderMisconfigured(
                "The AWS provider has no Region", where=where, remedy="Set `aws:region`."
            )
        endpoints = _endpoints(rest.pop("endpoints", None))
        config = cls(
            region=region,
            access_key=str(rest.pop("accessKey", _CALLER[0])),
            secret_key=str(rest.pop("secretKey", _CALLER[1])),
            token=rest.pop("token", None),
            endpoints={"*": endpoint} if endpoint else endpoints,
            default_tags=_mapping(_mapping(rest.pop("defaultTags", None)).get("tags")),
            roles=tuple(cast("list[dict[str, Any]]", rest.pop("assumeRoles", None) or [])),
            allowed_accounts=tuple(map(str, cast("list[Any]", rest.pop("allowedAccountIds", None) or []))),
            forbidden_accounts=tuple(
                map(str, cast("list[Any]", rest.pop("forbiddenAccountIds", None) or []))
            ),
        )
        if rest:
            raise ProviderMisconfigured(
                f"The sandbox's AWS provider does not know {', '.join(sorted(rest))}",
                where=where,
                remedy="Leave it out of the stack that runs in the sandbox.",
            )
        if not config.endpoints:
            raise ProviderMisconfigured(
                "The AWS provider has no endpoint, and the sandbox's engine never calls AWS itself",
                where=where,
                remedy="Give the sandbox's address, or set `aws:endpoints`.",
            )
        return config


class Aws:
    """Clients of one provider configuration; safe to share between threads."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config
        self.region = config.region
        self.partition = partition_of(config.region)
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()
        self._session: boto3.Session | None = None
        self._account: str | None = None

    @property
    def account(self) -> str:
        """The id of the account the credentials belong to.

        Raises:
            ProviderMisconfigured: when the provider may not run in it.
        """
        with self._lock:
            if self._account is None:
                self._account = self._check_account(self.client("sts").get_caller_identity()["Account"])
            return self._account

    def configure(self) -> None:
        """Refuse an account the provider may not run in: as the real one, before it does anything else.

        Raises:
            ProviderMisconfigured: when it may not.
        """
        if self.config.allowed_accounts or self.config.forbidden_accounts:
            _ = self.account

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client; errors are raised at the first refusal, nothing is retried.

        Raises:
            ProviderMisconfigured: when the provider may not run in the account.
        """
        key = (service, region or self.region)
        with self._lock:
            if service != "sts":  # by which the account is told
                self.configure()
            if key not in self._clients:
                if self._session is None:
                    self._session = self._assumed()
                self._clients[key] = self._connect(self._session, *key)
            return self._clients[key]

    def all_tags(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """A resource's tags with the provider's default ones beneath."""
        tags = inputs.get("tags")
        return dict(self.config.default_tags) | (
            cast("dict[str, Any]", tags) if isinstance(tags, dict) else {}
        )

    def seen_tags(self, tags: Mapping[str, str]) -> dict[str, Any]:
        """A resource's tags as AWS has them, as `tagsAll` and, without the provider's default ones, as `tags`."""
        own = {key: text for key, text in tags.items() if self.config.default_tags.get(key) != text}
        return {"tags": own or None, "tagsAll": dict(tags)}

    def _connect(self, session: boto3.Session, service: str, region: str) -> Any:
        url = next(
            (
                self.config.endpoints[name]
                for name in _SYNONYMS.get(service, (service,))
                if name in self.config.endpoints
            ),
            self.config.endpoints.get("*"),
        )
        if url is None:
            raise ProviderMisconfigured(
                f"There is no endpoint for {service}", remedy=f"Add {service} to `aws:endpoints`."
            )
        settings = Config(
            retries={"total_max_attempts": 1},
            connect_timeout=5,
            proxies={},
            s3={"addressing_style": "path"},
            user_agent_extra="meshtrail-sandbox-provider",
        )
        connect = cast("Any", session.client)  # its overloads want the service as a literal
        return connect(service, region_name=region, endpoint_url=url, config=settings)

    def _assumed(self) -> boto3.Session:
        session = _session(self.config.access_key, self.config.secret_key, self.config.token)
        for role in self.config.roles:
            sts = self._connect(session, "sts", self.region)
            request = {
                "RoleArn": role["roleArn"],
                "RoleSessionName": role.get("sessionName") or "pulumi",
                "ExternalId": role.get("externalId"),
            }
            answer = sts.assume_role(**{key: value for key, value in request.items() if value is not None})
            got = answer["Credentials"]
            session = _session(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
        return session

    def _check_account(self, account: str) -> str:
        allowed = self.config.allowed_accounts
        if (allowed and account not in allowed) or account in self.config.forbidden_accounts:
            forbidden = ", ".join(self.config.forbidden_accounts)
            raise ProviderMisconfigured(
                f"AWS account {account} is not one the provider may run in",
                where=f"account {account}",
                why=f"allowed: {', '.join(allowed) or 'any'}; forbidden: {forbidden or 'none'}",
                remedy="Use credentials of the right account, or change `aws:allowedAccountIds`.",
            )
        return account


@cache
def _loader() -> Loader:
    return create_loader()  # parsed service models, read once for all sessions


def _session(access_key: str, secret_key: str, token: str | None) -> boto3.Session:
    core = botocore.session.Session(session_vars=_NOBODY)
    core.register_component("data_loader", _loader())
    return boto3.Session(access_key, secret_key, token, botocore_session=core)


def _endpoints(raw: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in cast("list[Any]", raw if isinstance(raw, list) else []):
        found |= {str(service): str(url) for service, url in _mapping(entry).items() if url}
    return found


def _mapping(raw: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}


def _structured(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
