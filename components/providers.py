"""The providers of the other accounts a stack touches: its own identity assumes a role in each.

They are made for the program, not by a component: whoever composes decides which account a component works in. A
provider made in a program inherits nothing of the stack's `aws:` settings, so endpoints, default tags and the rest are
handed on; what says *which account* is not.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from cloudtrail.partitions import Arn, partition_of
from components.settings import Settings

_NAMESPACE: Final = "aws:"
_OF_THE_ACCOUNT: Final = frozenset({"allowedAccountIds", "forbiddenAccountIds", "assumeRoles", "region"})
_SECRETS: Final = frozenset({"accessKey", "secretKey", "token"})
_NUMBERS: Final = frozenset({"maxRetries", "tokenBucketRateLimiterCapacity"})
_SESSION: Final = "meshtrail"
"""The name of the sessions: what the accounts' own records say called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAccounts:
    """The providers of a stack's other accounts.

    Attributes:
        log_archive: Of the account that holds bucket and key; None: the stack's own.
        management: Of the organization's management account; None: the stack's own.
    """

    log_archive: aws.Provider | None = None
    management: aws.Provider | None = None


@dataclass(frozen=True, slots=True)
class _Role:
    account: str
    name: str
    external_id: str | None = None


def other_accounts(settings: Settings, config: Mapping[str, Any]) -> OtherAccounts:
    """Make the providers the settings ask for.

    Args:
        settings: The stack's settings.
        config: Pulumi's configuration, for the stack's `aws:` settings.
    """
    log_archive = management = None
    if (archive := settings.log_archive) is not None:
        role = _Role(archive.account, archive.role, archive.external_id)
        log_archive = _provider("log-archive", settings, config, role)
    of = settings.organization
    if of.management_role is not None and of.management_account is not None:
        role = _Role(of.management_account, of.management_role)
        management = _provider("management", settings, config, role)
    return OtherAccounts(log_archive=log_archive, management=management)


def _provider(name: str, settings: Settings, config: Mapping[str, Any], role: _Role) -> aws.Provider:
    own = _provider_settings(config)
    assumed = {
        "roleArn": str(Arn(partition_of(settings.home_region), "iam", "", role.account, f"role/{role.name}")),
        "sessionName": _SESSION,
        **({} if role.external_id is None else {"externalId": role.external_id}),
    }
    handed_on = {
        _snake(key): pulumi.Output.secret(value) if key in _SECRETS else value
        for key, value in own.items()
        if key not in _OF_THE_ACCOUNT
    }
    # The settings' names are checked by the provider itself, as it does for the stack's own.
    make: Any = aws.Provider
    return make(
        name,
        region=settings.home_region,
        allowed_account_ids=[role.account],
        # Whoever the stack runs as assumes the role: its own roles come first.
        assume_roles=[*(own.get("assumeRoles") or ()), assumed],
        **handed_on,
    )


def _provider_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The stack's `aws:` settings, by the provider's own names."""
    named = {key.removeprefix(_NAMESPACE): each for key, each in config.items() if key.startswith(_NAMESPACE)}
    return {name: _read(name, each) for name, each in named.items()}


def _read(name: str, value: object) -> Any:
    """A configuration value: all are texts, and what is a list or an object travels as JSON."""
    if name in _NUMBERS:
        return int(str(value))
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        return json.loads(value)
    return value == "true" if value in ("true", "false") else value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
