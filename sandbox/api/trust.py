"""Whether a role lets somebody assume it: its trust policy, and the external id that it may ask for.

What the caller's own policies say is not looked at, as of no call in the sandbox. A condition that cannot be decided
here counts as not met.
Sources: IAM user guide, "How to use an external ID when granting access to your AWS resources to a third party" and
"AWS JSON policy elements: Principal"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from moto.core.exceptions import AccessDeniedError
from moto.iam.models import iam_backends

from cloudtrail.partitions import Arn
from cloudtrail.policy_conditions import Context, Special
from cloudtrail.policy_evaluation import Answer, Request, Stranger, surely
from cloudtrail.policy_matching import Statement, is_policy, statements, texts
from sandbox.delivery.organizations import organization_of, state_of

if TYPE_CHECKING:
    from cloudtrail.policy_conditions import Value
    from sandbox.callers import Caller

ASSUME_ROLE: Final = "sts:AssumeRole"
_DECIDED: Final = ("Effect", "Action", "NotAction", "Condition")
"""The elements of a statement that are left to the evaluation of policies."""


def check_may_assume(caller: Caller, role_arn: str, *, asked: Mapping[str, str]) -> None:
    """Refuse a role that is not there, that does not trust the caller, or whose account is closed.

    Args:
        caller: Who asks.
        role_arn: The role.
        asked: What the request says, by condition key, e.g. `sts:ExternalId`.

    Raises:
        AccessDeniedError: in the same words whatever the reason, as on AWS.
    """
    trust = _trust_policy(role_arn)
    if trust is None or not _trusts(trust, caller, asked):
        who = str(caller.identity.get("arn") or caller.account)
        raise AccessDeniedError(who, f"{ASSUME_ROLE} on resource: {role_arn}")


def _trust_policy(role_arn: str) -> Mapping[str, Any] | None:
    arn = Arn.parse(role_arn)
    # Only what exists is looked at: asking moto for another account would make it.
    if arn.account not in iam_backends or state_of(arn.account, partition=arn.partition) != "ACTIVE":
        return None
    roles = iam_backends[arn.account][arn.partition].roles.values()
    found = next((role for role in list(roles) if role.arn == role_arn), None)
    policy: object = json.loads(found.assume_role_policy_document) if found is not None else None
    return policy if is_policy(policy) else None


def _trusts(trust: Mapping[str, Any], caller: Caller, asked: Mapping[str, str]) -> bool:
    # Whom a statement names is decided here, by all that the caller is called; and a trust policy has no resource.
    anybody: Statement = {"Principal": "*", "Resource": "*"}
    about = [
        {**{key: each[key] for key in _DECIDED if key in each}, **anybody}
        for each in statements(trust)
        if _names(each, caller)
    ]
    request = Request(
        principal=Stranger(caller.account),
        action=ASSUME_ROLE,
        resource="*",
        context=Context(_keys(caller, asked)),
    )
    return surely({**trust, "Statement": about}, request).answer is Answer.ALLOWS


def _names(statement: Statement, caller: Caller) -> bool:
    if "NotPrincipal" in statement:
        return not _is_named(statement["NotPrincipal"], caller)
    return _is_named(statement.get("Principal"), caller)


def _is_named(principal: object, caller: Caller) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    named = cast("Mapping[str, Any]", principal)
    identity = caller.identity
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    arn = str(identity.get("arn", ""))
    partition = arn.split(":")[1] if arn else "aws"
    own = {"*", caller.account, f"arn:{partition}:iam::{caller.account}:root", arn, issuer.get("arn")}
    return bool(own & set(texts(named.get("AWS")))) or identity.get("invokedBy") in texts(
        named.get("Service")
    )


def _keys(caller: Caller, asked: Mapping[str, str]) -> dict[str, Value]:
    organization = organization_of(caller.account)
    session = caller.identity.get("sessionContext", {})
    keys: dict[str, Value] = {
        "sts:externalid": Special.ABSENT,
        "sts:sourceidentity": Special.ABSENT,
        "aws:securetransport": "true",
        "aws:principalaccount": caller.account,
        "aws:principalarn": str(
            session.get("sessionIssuer", {}).get("arn") or caller.identity.get("arn", "")
        ),
        "aws:principalorgid": organization.identifier if organization else Special.ABSENT,
        "aws:multifactorauthpresent": session.get("attributes", {}).get("mfaAuthenticated", Special.ABSENT),
    }
    return keys | {key.lower(): value for key, value in asked.items()}
