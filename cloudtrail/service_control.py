"""Whether service control policies let an account's users and roles make a call: yes, no, or "cannot tell".

A call is let through when at every level (the root, each organizational unit above the account, the account itself)
some policy attached there allows it, and none at any level denies it. The management account is not held to them.
Sources: AWS Organizations user guide, "SCP evaluation" and "SCP syntax"
(docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
orgs_manage_policies_scps_syntax.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.policy_conditions import Context, Special, Value
from cloudtrail.policy_evaluation import Answer, Request, SomebodyOf, surely
from cloudtrail.policy_matching import is_policy, statements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudtrail.preflight_rules import Step

_VERSION: Final = "2012-10-17"
_SID: Final = "Sid"


@dataclass(frozen=True, slots=True)
class Attached:
    """A service control policy where it is attached.

    Attributes:
        name: What the organization calls it.
        document: What it says.
    """

    name: str
    document: object


@dataclass(frozen=True, slots=True)
class Level:
    """The root, a unit or the account, with the policies that are attached to it.

    Attributes:
        id: As `r-exam`, `ou-exam-abcd1234` or an account's number.
        policies: Those attached directly.
    """

    id: str
    policies: tuple[Attached, ...]

    def mentions(self, key: str) -> bool:
        """Whether one of them speaks of a condition key."""
        return any(key.lower() in str(policy.document).lower() for policy in self.policies)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policies above an account say to a call.

    Attributes:
        answer: Whether it is let through.
        why: By which level and statements it is not, or is left open.
    """

    answer: Answer
    why: str = ""


def ruling(levels: Sequence[Level], step: Step, *, account: str, context: Context) -> Ruling:
    """Whether a call is let through.

    Args:
        levels: From the root to the account, each with what is attached to it.
        step: The call.
        account: Whose users and roles make it.
        context: The condition keys of the call; see `caller_context`.
    """
    request = Request(
        principal=SomebodyOf(account), action=step.action, resource=step.resource, context=context
    )
    rulings = [_at(level, request) for level in levels]
    for answer in (Answer.REFUSES, Answer.CANNOT_TELL):
        for found in rulings:
            if found.answer is answer:
                return found
    return Ruling(Answer.ALLOWS)


def caller_context(
    step: Step, *, account: str, organization_id: str, principal_arn: str | None = None
) -> Context:
    """The condition keys of a call that a user or role of an account makes.

    Args:
        step: The call.
        account: Whose user or role it is.
        organization_id: The account's organization.
        principal_arn: The user's or role's own ARN; None: it is not known which one calls.
    """
    keys: dict[str, Value] = {
        "aws:requestedregion": step.region,
        "aws:securetransport": "true",
        "aws:principalaccount": account,
        "aws:principalorgid": organization_id,
        "aws:principalisawsservice": "false",
        "aws:principalservicename": Special.ABSENT,
        "aws:viaawsservice": "false",
        "aws:calledvia": Special.ABSENT,
        "aws:sourceaccount": Special.ABSENT,
        "aws:sourcearn": Special.ABSENT,
    }
    if principal_arn is not None:
        keys["aws:principalarn"] = principal_arn
    return Context(keys)


def _at(level: Level, request: Request) -> Ruling:
    unreadable = [policy.name for policy in level.policies if not is_policy(policy.document)]
    merged = {"Version": _VERSION, "Statement": [one for policy in level.policies for one in _named(policy)]}
    decision = surely(merged, request)
    if decision.answer is Answer.REFUSES and decision.because:
        return Ruling(Answer.REFUSES, f"denied at {level.id} by {_sids(decision.because)}")
    if unreadable:
        return Ruling(
            Answer.CANNOT_TELL, f"{', '.join(unreadable)} at {level.id} is no policy that can be read"
        )
    if decision.answer is Answer.REFUSES:
        attached = ", ".join(policy.name for policy in level.policies) or "none"
        return Ruling(Answer.REFUSES, f"no policy at {level.id} allows it (attached: {attached})")
    if decision.answer is Answer.CANNOT_TELL:
        keys = ", ".join(decision.open_keys)
        return Ruling(
            Answer.CANNOT_TELL,
            f"at {level.id} {_sids(decision.because)} depends on {keys or 'what is not known'}",
        )
    return Ruling(Answer.ALLOWS)


def _named(policy: Attached) -> list[dict[str, Any]]:
    """A policy's statements as the evaluation of a resource's policy reads them: of everybody, and named."""
    if not is_policy(policy.document):
        return []
    return [
        {**each, "Principal": "*", _SID: f"{policy.name}: {each.get(_SID) or f'statement {number}'}"}
        for number, each in enumerate(statements(policy.document), 1)
    ]


def _sids(because: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(dict.fromkeys(str(each.get(_SID)) for each in because))
