"""STS: moto's, with credentials that are each their own and remembered with what their records must say.

moto hands out the same example key for every GetSessionToken and GetFederationToken, and forgets MFA, source
identity and IAM Identity Center's context. Sources: STS API reference, AssumeRole
(docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html) and IAM Identity Center user guide,
"Identity-enhanced IAM role sessions"
(docs.aws.amazon.com/singlesignon/latest/userguide/trustedidentitypropagation-identity-enhanced-iam-role-sessions.html).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.responses import TokenResponse

from sandbox.api.trust import check_may_assume
from sandbox.callers import Caller, session_attributes

if TYPE_CHECKING:
    from sandbox.state import SandboxState

IDENTITY_CENTER: Final = "arn:aws:iam::aws:contextProvider/IdentityCenter"
"""The provider whose context names the Identity Center user behind a session."""


class StsResponse(TokenResponse):
    """moto's STS, with the sandbox behind it.

    Attributes:
        state: The sandbox; set on the class that `sandbox.api.responses` makes for it.
    """

    state: ClassVar[SandboxState]

    def assume_role(self) -> ActionResult:
        """Open a session of a role that trusts the caller."""
        check_may_assume(self._caller(), str(self._get_param("RoleArn")), asked=self._asked())
        result = super().assume_role()
        context: dict[str, Any] = {"attributes": session_attributes(mfa=bool(self._get_param("TokenCode")))}
        if self._get_param("SourceIdentity"):
            context["sourceIdentity"] = self._get_param("SourceIdentity")
        behind = _on_behalf_of(self._get_param("ProvidedContexts") or [])
        self._remember_role(result, context, {"onBehalfOf": behind} if behind else {})
        return result

    def assume_role_with_web_identity(self) -> ActionResult:
        """Open a role session for a user of a web identity provider."""
        result = super().assume_role_with_web_identity()
        provider = self._get_param("ProviderId") or "arn:aws:iam::aws:oidc-provider/sandbox"
        federation = {"federatedProvider": provider, "attributes": {}}
        context = {"webIdFederationData": federation, "attributes": session_attributes(mfa=False)}
        self._remember_role(result, context, {})
        return result

    def assume_role_with_saml(self) -> ActionResult:
        """Open a role session for a user of a SAML identity provider."""
        result = super().assume_role_with_saml()
        self._remember_role(result, {"attributes": session_attributes(mfa=False)}, {})
        return result

    def get_session_token(self) -> ActionResult:
        """Temporary credentials of the caller itself, with MFA if a code was given."""
        caller = self._caller()
        key = self._temporary_key()
        attributes = session_attributes(mfa=bool(self._get_param("TokenCode")))
        identity = {
            **caller.identity,
            "accessKeyId": key.access_key_id,
            "sessionContext": {"attributes": attributes},
        }
        return ActionResult({"Credentials": self._registered(key, identity)})

    def get_federation_token(self) -> ActionResult:
        """Temporary credentials of a user whom the caller vouches for."""
        checked: Any = super().get_federation_token().result  # moto checks the policy's length
        name = str(self._get_param("Name"))
        issuer = self._caller().identity
        key = self._temporary_key()
        identity = {
            "type": "FederatedUser",
            "principalId": f"{self.current_account}:{name}",
            "arn": f"arn:{self.partition}:sts::{self.current_account}:federated-user/{name}",
            "accountId": self.current_account,
            "accessKeyId": key.access_key_id,
            "sessionContext": {
                "sessionIssuer": {
                    name: issuer[name]
                    for name in ("type", "principalId", "arn", "accountId", "userName")
                    if name in issuer
                },
                "attributes": session_attributes(mfa=False),
            },
        }
        return ActionResult({**checked, "Credentials": self._registered(key, identity)})

    def get_caller_identity(self) -> ActionResult:
        """Who calls, as the records will say."""
        caller = self._caller()
        identity = caller.identity
        return ActionResult(
            {"UserId": identity.get("principalId"), "Account": caller.account, "Arn": identity.get("arn")}
        )

    def _asked(self) -> dict[str, str]:
        """What an AssumeRole request says, by the condition keys that a trust policy may ask for."""
        asked = {
            "sts:ExternalId": self._get_param("ExternalId"),
            "sts:RoleSessionName": self._get_param("RoleSessionName"),
            "sts:SourceIdentity": self._get_param("SourceIdentity"),
            "aws:MultiFactorAuthPresent": "true" if self._get_param("TokenCode") else None,
        }
        return {key: str(value) for key, value in asked.items() if value is not None}

    def _caller(self) -> Caller:
        return self.state.callers.resolve(
            self.get_access_key(), account_hint=self.current_account, region=self.region
        )

    def _temporary_key(self) -> Any:
        return iam_backends[self.current_account][self.partition].create_temp_access_key()

    def _registered(self, key: Any, identity: dict[str, Any]) -> dict[str, Any]:
        """The credentials of a session of the caller's account, known from now on."""
        expires = datetime.now(UTC) + timedelta(seconds=self._get_int_param("DurationSeconds", 43200))
        self.state.callers.register(
            key.access_key_id, Caller(account=self.current_account, identity=identity, expires=expires)
        )
        return {
            "AccessKeyId": key.access_key_id,
            "SecretAccessKey": key.secret_access_key,
            "SessionToken": secrets.token_urlsafe(64),
            "Expiration": expires,
        }

    def _remember_role(self, result: ActionResult, context: dict[str, Any], more: dict[str, Any]) -> None:
        session: Any = result.result
        role = session["Credentials"]
        identity = {
            "type": "AssumedRole",
            "principalId": role.user_id,
            "arn": role.arn,
            "accountId": role.account_id,
            "accessKeyId": role.access_key_id,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": role.user_id.partition(":")[0],
                    "arn": role.role_arn,
                    "accountId": role.account_id,
                    "userName": role.role_arn.rpartition("/")[2],
                },
                **context,
            },
            **more,
        }
        self.state.callers.register(
            role.access_key_id,
            Caller(account=role.account_id, identity=identity, expires=role.expiration.replace(tzinfo=UTC)),
        )


def _on_behalf_of(contexts: list[dict[str, str]]) -> dict[str, str] | None:
    """The Identity Center user in a session's context: `USER-ID@IDENTITY-STORE-ARN` is the sandbox's form.

    On AWS the assertion is a signed token of IAM Identity Center's, which no test can make.
    """
    for context in contexts:
        user, at, store = str(context.get("ContextAssertion", "")).partition("@")
        if context.get("ProviderArn") == IDENTITY_CENTER and at:
            return {"userId": user, "identityStoreArn": store}
    return None
