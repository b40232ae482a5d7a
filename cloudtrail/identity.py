"""Who did it: `userIdentity` in words, and the answers to the questions App Mesh's documentation says a record answers.

1. With root or IAM user credentials?                        `Identity.root_or_user`
2. On behalf of an IAM Identity Center user?                 `Identity.on_behalf_of`
3. With temporary credentials of a role or federated user?   `Identity.temporary`
4. By another AWS service?                                   `Identity.by_service`

Every field of a record may be missing and may hold anything; what cannot be told is None or unknown, never an error.

Sources: docs.aws.amazon.com/app-mesh/latest/userguide/logging-using-cloudtrail.html and
docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from cloudtrail.record import SessionContext, UserIdentity

if TYPE_CHECKING:
    from cloudtrail.record import Record

Credentials = Literal["root", "user", "temporary", "service", "unknown"]

_SHOWN: Final = 128
# IAM Identity Center makes one such role per permission set: the set's name and sixteen hexadecimal digits.
_PERMISSION_SET_ROLE: Final = re.compile(r"AWSReservedSSO_(?P<set>.+)_[0-9a-f]{16}")
_CALLER: Final = re.compile(
    r"arn:[\w-]+:(?:iam|sts)::(?P<account>\d{12}):"
    r"(?P<what>root|user|assumed-role|federated-user|role)(?:/(?P<path>.+))?"
)


class IdentityKind(StrEnum):
    """What kind of caller it was."""

    ROOT = "root"
    IAM_USER = "iam-user"
    ROLE = "role"
    FEDERATED_USER = "federated-user"
    SAML_USER = "saml-user"
    WEB_IDENTITY_USER = "web-identity-user"
    IDENTITY_CENTER_USER = "identity-center-user"
    DIRECTORY_USER = "directory-user"
    AWS_SERVICE = "aws-service"
    OTHER_ACCOUNT = "other-account"
    UNKNOWN = "unknown"


_KINDS: Final = {
    "Root": IdentityKind.ROOT,
    "IAMUser": IdentityKind.IAM_USER,
    "AssumedRole": IdentityKind.ROLE,
    "Role": IdentityKind.ROLE,
    "FederatedUser": IdentityKind.FEDERATED_USER,
    "SAMLUser": IdentityKind.SAML_USER,
    "WebIdentityUser": IdentityKind.WEB_IDENTITY_USER,
    "IdentityCenterUser": IdentityKind.IDENTITY_CENTER_USER,
    "Directory": IdentityKind.DIRECTORY_USER,
    "AWSService": IdentityKind.AWS_SERVICE,
    "AWSAccount": IdentityKind.OTHER_ACCOUNT,
}
_KINDS_BY_ARN: Final = {
    "root": IdentityKind.ROOT,
    "user": IdentityKind.IAM_USER,
    "assumed-role": IdentityKind.ROLE,
    "role": IdentityKind.ROLE,
    "federated-user": IdentityKind.FEDERATED_USER,
}
_CREDENTIALS: Final[dict[IdentityKind, Credentials]] = {
    IdentityKind.ROOT: "root",
    IdentityKind.IAM_USER: "user",
    IdentityKind.ROLE: "temporary",
    IdentityKind.FEDERATED_USER: "temporary",
    IdentityKind.SAML_USER: "temporary",
    IdentityKind.WEB_IDENTITY_USER: "temporary",
    IdentityKind.AWS_SERVICE: "service",
}
_NOUNS: Final = {
    IdentityKind.ROOT: "root",
    IdentityKind.IAM_USER: "IAM user",
    IdentityKind.ROLE: "role",
    IdentityKind.FEDERATED_USER: "federated user",
    IdentityKind.SAML_USER: "SAML user",
    IdentityKind.WEB_IDENTITY_USER: "web identity user",
    IdentityKind.IDENTITY_CENTER_USER: "IAM Identity Center user",
    IdentityKind.DIRECTORY_USER: "directory user",
    IdentityKind.AWS_SERVICE: "AWS service",
    IdentityKind.OTHER_ACCOUNT: "a caller of another account",
    IdentityKind.UNKNOWN: "an unknown caller",
}
# Their names are not a person's: many may stand behind one.
_NOBODY: Final = frozenset(IdentityKind) - {kind for kind in IdentityKind if kind.endswith("-user")}


@dataclass(frozen=True, slots=True)
class IdentityCenterUser:
    """A person in IAM Identity Center.

    Attributes:
        user_id: The person's id in the identity store; only the store knows the name behind it.
        identity_store_arn: The identity store.
    """

    user_id: str | None
    identity_store_arn: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who made a call.

    Attributes:
        kind: What kind of caller it was.
        credentials: Which credentials signed the call: `root`, `user`, `temporary`, `service`, or `unknown` where
            the record does not tell, as for a caller of another account.
        name: The user, role or service, by name.
        arn: The caller's ARN.
        account: The account that owns the credentials.
        other_account: The same, when it is not the account that received the event.
        session_name: The name given to a role's session; whoever assumes the role chooses it.
        permission_set: The IAM Identity Center permission set behind the role.
        on_behalf_of: The IAM Identity Center user the call was made for.
        source_identity: The name the identity provider fixed when the role was first assumed; it cannot be changed
            from role to role.
        web_identity: The person or workload at the web identity provider.
        federated_by: Who vouched for a federated caller: an identity provider, or the user who made the session.
        invoked_by: The AWS service that made the call for the caller.
        mfa: Whether with multi-factor authentication; None where the record does not say.
    """

    kind: IdentityKind
    credentials: Credentials
    name: str | None = None
    arn: str | None = None
    account: str | None = None
    other_account: str | None = None
    session_name: str | None = None
    permission_set: str | None = None
    on_behalf_of: IdentityCenterUser | None = None
    source_identity: str | None = None
    web_identity: str | None = None
    federated_by: str | None = None
    invoked_by: str | None = None
    mfa: bool | None = None

    @property
    def root_or_user(self) -> bool:
        """Whether with root or IAM user credentials."""
        return self.credentials in ("root", "user")

    @property
    def temporary(self) -> bool:
        """Whether with temporary credentials of a role or a federated user."""
        return self.credentials == "temporary"

    @property
    def by_service(self) -> bool:
        """Whether another AWS service made the call, for itself or for the caller."""
        return self.kind is IdentityKind.AWS_SERVICE or self.invoked_by is not None

    @property
    def person(self) -> str | None:
        """The person behind the call, where the record names one; the least forgeable name comes first."""
        if self.on_behalf_of and self.on_behalf_of.user_id:
            return self.on_behalf_of.user_id
        if self.source_identity or self.web_identity:
            return self.source_identity or self.web_identity
        if self.permission_set:
            return self.session_name
        return None if self.kind in _NOBODY else self.name

    def describe(self) -> str:
        """One line for people, safe to print: no control characters, no name longer than 128 characters."""
        parts = [self._who()]
        if self.permission_set:
            person = self.session_name or "an unnamed person"
            parts += [f"permission set {self.permission_set}", f"signed in as {person}"]
        elif self.session_name:
            parts.append(f"session {self.session_name}")
        if self.source_identity:
            parts.append(f"source identity {self.source_identity}")
        if self.web_identity:
            parts.append(f"web identity {self.web_identity}")
        if self.federated_by:
            parts.append(f"federated by {self.federated_by}")
        if self.on_behalf_of and self.kind is not IdentityKind.IDENTITY_CENTER_USER:
            parts.append(f"on behalf of IAM Identity Center user {self.on_behalf_of.user_id or 'unknown'}")
        if self.invoked_by and self.kind is not IdentityKind.AWS_SERVICE:
            parts.append(f"through {self.invoked_by}")
        if self.other_account and self.kind is not IdentityKind.OTHER_ACCOUNT:
            parts.append(f"from account {self.other_account}")
        return ", ".join(_printable(part) for part in parts)

    def _who(self) -> str:
        noun = _NOUNS[self.kind]
        if self.kind is IdentityKind.ROOT:
            return f"root of account {self.account}" if self.account else noun
        if self.kind is IdentityKind.OTHER_ACCOUNT:
            return f"a caller of account {self.account}" if self.account else noun
        return f"{noun} {self.name}" if self.name else noun


def identify(record: Record) -> Identity:
    """Tell who made a call. Never raises; what the record does not say stays None or unknown."""
    user = record.user_identity or UserIdentity()
    session = user.session_context or SessionContext()
    caller = _CALLER.fullmatch(user.arn or "")
    kind = _kind(user, caller)
    account = user.account_id or (caller["account"] if caller else None)
    recipient = record.recipient_account_id
    name, session_name = _names(kind, user, caller)
    permission_set = _PERMISSION_SET_ROLE.fullmatch(name or "") if kind is IdentityKind.ROLE else None
    behalf = user.on_behalf_of
    web = session.web_id_federation_data
    return Identity(
        kind=kind,
        credentials=_CREDENTIALS.get(kind, "unknown"),
        name=name,
        arn=user.arn,
        account=account,
        other_account=account if account and recipient and account != recipient else None,
        session_name=session_name,
        permission_set=permission_set["set"] if permission_set else None,
        on_behalf_of=IdentityCenterUser(behalf.user_id, behalf.identity_store_arn) if behalf else None,
        source_identity=session.source_identity,
        web_identity=_subject(web.attributes) if web else None,
        federated_by=user.identity_provider
        or (web.federated_provider if web else None)
        or _maker(kind, session),
        invoked_by=user.invoked_by,
        mfa=_boolean(session.attributes.mfa_authenticated) if session.attributes else None,
    )


def _kind(user: UserIdentity, caller: re.Match[str] | None) -> IdentityKind:
    kind = _KINDS.get(user.type or "")
    if kind is None and caller:
        return _KINDS_BY_ARN[caller["what"]]
    return kind or (IdentityKind.AWS_SERVICE if user.invoked_by else IdentityKind.UNKNOWN)


def _names(
    kind: IdentityKind, user: UserIdentity, caller: re.Match[str] | None
) -> tuple[str | None, str | None]:
    """The caller's name and the session's, whichever part of the record has them."""
    path = caller["path"] if caller else None
    if kind is IdentityKind.ROLE:
        return _role(user, path if caller and caller["what"] == "assumed-role" else None)
    if kind is IdentityKind.AWS_SERVICE:
        return user.invoked_by or user.user_name, None
    if kind is IdentityKind.IDENTITY_CENTER_USER:
        return user.user_name or (user.on_behalf_of.user_id if user.on_behalf_of else None), None
    if kind is IdentityKind.FEDERATED_USER:
        return user.user_name or path or _after_colon(user.principal_id), None
    return user.user_name or (path.rpartition("/")[2] if path else None), None


def _role(user: UserIdentity, path: str | None) -> tuple[str | None, str | None]:
    issuer = user.session_context.session_issuer if user.session_context else None
    role, _, session = (path or "").partition("/")
    name = (issuer.user_name if issuer else None) or role or user.user_name
    if not name and issuer and issuer.arn:
        name = issuer.arn.rpartition("/")[2]
    return name or None, session or _after_colon(user.principal_id)


def _maker(kind: IdentityKind, session: SessionContext) -> str | None:
    """Who made a federated session with GetFederationToken: the user whose credentials asked for it."""
    issuer = session.session_issuer
    if kind is not IdentityKind.FEDERATED_USER or issuer is None:
        return None
    named = issuer.user_name or issuer.arn or issuer.principal_id
    noun = _NOUNS[_KINDS.get(issuer.type or "", IdentityKind.UNKNOWN)]
    return f"{noun} {named}" if named else None


def _subject(attributes: dict[str, object] | None) -> str | None:
    """The person or workload among the provider's attributes: `sub` where there is one, else any kind of id."""
    named = {str(name).rpartition(":")[2]: value for name, value in (attributes or {}).items()}
    for attribute in ("sub", "user_id", "id"):
        if isinstance(named.get(attribute), str):
            return str(named[attribute])
    return None


def _after_colon(principal: str | None) -> str | None:
    return (principal or "").partition(":")[2] or None


def _boolean(value: str | bool | None) -> bool | None:  # noqa: FBT001 -- the wire's own value, not a switch
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value


def _printable(text: str) -> str:
    short = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short)
