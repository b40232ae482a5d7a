"""Who is calling: from an access key to the `userIdentity` that CloudTrail writes.

- IAM users' keys are moto's. Sessions (AssumeRole, GetFederationToken, GetSessionToken and their kin) are
  registered by sandbox.api.sts when they are opened, with what the record has to say about them later.
- The root user and AWS services have no key that an API hands out: the control plane registers them.
- A key nobody knows acts as the root user of the account the request names in `x-moto-account-id`, else of
  moto's default account (123456789012); a key of twelve digits is the root user of that account. That is
  what moto lets such keys do, so the record says it.

Source: CloudTrail user guide, "CloudTrail userIdentity element"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html).
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.iam.utils import generate_access_key_id_from_account_id

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import Arn, is_account, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final = ("root", "service")


class UnknownCaller(MeshtrailError):
    """A caller that the sandbox cannot make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a call.

    Attributes:
        account: The account the credentials belong to.
        identity: `userIdentity`, as CloudTrail writes it.
        source_ip: `sourceIPAddress` to record in place of the connection's, or None.
        user_agent: `userAgent` to record in place of the header's, or None.
        expires: When the credentials stop being good; None: never.
    """

    account: str
    identity: dict[str, Any] = field(default_factory=dict[str, Any])
    source_ip: str | None = None
    user_agent: str | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key, ready for a client; `session_token` is None for long-term keys."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


class CallerDirectory:
    """The callers known by their access keys; safe to use from any thread."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Forget every registered caller."""
        with self._lock:
            self._callers.clear()

    def register(self, access_key: str, caller: Caller) -> None:
        """Know a caller by an access key from now on."""
        with self._lock:
            self._callers[access_key] = caller

    def expire(self, access_key: str) -> None:
        """Let a session's credentials be good no more; keys that never expire stay as they are."""
        with self._lock:
            caller = self._callers.get(access_key)
            if caller is not None and caller.expires is not None:
                self._callers[access_key] = replace(caller, expires=datetime.now(UTC))

    def issue(self, document: Mapping[str, Any]) -> Credentials:
        """Make credentials for a caller no API gives keys to.

        Args:
            document: `{"kind": "root"|"service", "account": "123456789012", "service": "ecs.amazonaws.com",
                "sourceIp"?, "userAgent"?}`; `service` only for a service, which records itself as
                source address and user agent unless told otherwise.

        Raises:
            UnknownCaller: when the document does not describe one.
        """
        kind, account, service = (document.get(key) for key in ("kind", "account", "service"))
        if kind not in KINDS:
            raise _refused(f"`kind` has to be one of {', '.join(KINDS)}, not {kind!r}")
        if not isinstance(account, str) or not is_account(account):
            raise _refused(f"`account` has to be twelve digits, not {account!r}")
        key = generate_access_key_id_from_account_id(account, prefix="AKIA")
        source_ip, user_agent = document.get("sourceIp"), document.get("userAgent")
        if kind == "root":
            identity = root_identity(account, key)
        else:
            if not isinstance(service, str) or not service.endswith(".amazonaws.com"):
                raise _refused(f"`service` has to be a service principal, not {service!r}")
            identity = {"type": "AWSService", "invokedBy": service}
            source_ip, user_agent = source_ip or service, user_agent or service
        self.register(
            key, Caller(account=account, identity=identity, source_ip=source_ip, user_agent=user_agent)
        )
        return Credentials(key, secrets.token_urlsafe(30))

    def resolve(
        self, access_key: str | None, *, account_hint: str | None = None, region: str = "us-east-1"
    ) -> Caller:
        """The caller behind an access key; never fails, see the module's text for unknown keys.

        Args:
            access_key: The key the request is signed with, or None when it is not signed.
            account_hint: The account the request itself names, for unknown keys.
            region: Where the call is made: a root user's ARN carries its partition.
        """
        if access_key is None:
            return Caller(account=account_hint or DEFAULT_ACCOUNT_ID, identity=_anonymous())
        with self._lock:
            known = self._callers.get(access_key)
        if known is not None:
            return known if known.identity.get("type") != "Root" else _at_home(known, region)
        user = _iam_user(access_key)
        if user is not None:
            return user
        account = account_hint or (access_key if is_account(access_key) else DEFAULT_ACCOUNT_ID)
        return _at_home(Caller(account=account, identity=root_identity(account, access_key)), region)


def root_identity(account: str, access_key: str) -> dict[str, Any]:
    """`userIdentity` of an account's root user."""
    return {
        "type": "Root",
        "principalId": account,
        "arn": f"arn:aws:iam::{account}:root",
        "accountId": account,
        "accessKeyId": access_key,
    }


def session_attributes(*, mfa: bool) -> dict[str, str]:
    """`sessionContext.attributes` of a session opened now."""
    return {
        "creationDate": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "mfaAuthenticated": "true" if mfa else "false",
    }


def _at_home(root: Caller, region: str) -> Caller:
    arn = str(Arn(partition_of(region), "iam", "", root.account, "root"))
    return replace(root, identity={**root.identity, "arn": arn})


def _iam_user(access_key: str) -> Caller | None:
    for account, partitions in list(iam_backends.items()):
        # Only what exists is looked at: asking moto for the others would make them.
        for backend in list(partitions.values()):
            key = backend.access_keys.get(access_key)
            user = backend.users.get(key.user_name) if key is not None and key.user_name else None
            if user is not None:
                identity = {
                    "type": "IAMUser",
                    "principalId": user.id,
                    "arn": user.arn,
                    "accountId": account,
                    "accessKeyId": access_key,
                    "userName": user.name,
                }
                return Caller(account=account, identity=identity)
    return None


def _anonymous() -> dict[str, Any]:
    # CloudTrail writes so for requests without credentials.
    return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}


def _refused(why: str) -> UnknownCaller:
    return UnknownCaller(
        "A caller cannot be registered",
        where="POST /_sandbox/callers",
        why=why,
        remedy='Send {"kind": "root", "account": "123456789012"} or add "service" for an AWS service.',
    )
