"""Guardrails: whether a service control policy denies what provisioning calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.policy_evaluation import Answer
from cloudtrail.service_control import caller_context, ruling
from verify.controls.base import Control
from verify.finding import cannot_tell, does_not_apply, fails, holds
from verify.organization.accounts import DESCRIBE_ORGANIZATION
from verify.preflight.attached import READS, AttachedPolicies
from verify.preflight.caller import GET_ROLE, principal_of
from verify.preflight.rights import own_steps, steps_of_storage
from verify.report.parts import Severity
from verify.report.text import plural

if TYPE_CHECKING:
    from cloudtrail.preflight_rules import Step
    from cloudtrail.service_control import Level
    from verify.finding import Finding
    from verify.organization.accounts import Organization
    from verify.preflight.state import PreflightState

_PRINCIPAL: Final = "aws:PrincipalArn"


@dataclass(frozen=True, slots=True)
class Held:
    """An account whose calls service control policies may deny.

    Attributes:
        state: What is known besides.
        account: The account.
    """

    state: PreflightState
    account: str

    @property
    def steps(self) -> list[Step]:
        """The calls that are made in it."""
        if self.account == self.state.caller.account:
            return own_steps(self.state)
        return steps_of_storage(self.state, self.account)


class NoneDenied(Control[Held]):
    """No service control policy denies what is planned."""

    id = "preflight.service-control-policies"
    title = "No service control policy denies what is planned"
    severity = Severity.HIGH
    actions = (DESCRIBE_ORGANIZATION, *READS, GET_ROLE)
    remedy = (
        "Except the role that provisions from the policy that is named (`aws:PrincipalArn`), or add the home Region to "
        "those it allows; or provision from an account that it does not hold."
    )

    def look(self, subject: Held) -> Finding:
        """Evaluate the policies of every level above the account for every call."""
        found = subject.state.organization
        if found is None:
            return does_not_apply("The account belongs to no organization.")
        if subject.account == found.management_account:
            return does_not_apply("Service control policies do not hold the management account.")
        steps = subject.steps
        if not steps:
            return does_not_apply("Nothing is created in this account.")
        policies = AttachedPolicies(subject.state.aws, subject.state.plan.home_region)
        if not policies.are_on():
            return holds(f"{found.id} does not use service control policies.")
        return _judged(subject, found, policies.above(subject.account), steps)


def _judged(subject: Held, found: Organization, levels: tuple[Level, ...], steps: list[Step]) -> Finding:
    principal = _principal(subject, levels)
    facts = [("attached", f"{level.id}: {', '.join(one.name for one in level.policies)}") for level in levels]
    rulings: dict[Answer, list[tuple[str, str]]] = {answer: [] for answer in Answer}
    for step in steps:
        context = caller_context(
            step, account=subject.account, organization_id=found.id, principal_arn=principal
        )
        ruled = ruling(levels, step, account=subject.account, context=context)
        rulings[ruled.answer].append((step.action, ruled.why))
    refused, undecided = rulings[Answer.REFUSES], rulings[Answer.CANNOT_TELL]
    evidence = [
        *(("denied", f"{action}: {why}") for action, why in refused),
        *(("open", f"{action}: {why}") for action, why in undecided),
        *facts,
    ]
    if refused:
        named = ", ".join(action for action, _ in refused)
        return fails(f"{plural(len(refused), 'action')} denied: {named}.", *evidence)
    if undecided:
        return cannot_tell(
            f"{plural(len(undecided), 'action')} may be denied: {', '.join(action for action, _ in undecided)}.",
            *evidence,
            reason="The conditions depend on what only the call itself carries. Read the statements that are named.",
        )
    return holds(f"{plural(len(steps), 'action')} not denied at {plural(len(levels), 'level')}.", *facts)


def _principal(subject: Held, levels: tuple[Level, ...]) -> str | None:
    """The caller's own ARN, asked for only where a policy speaks of it; of another account nobody is known.

    Raises:
        CannotLook: when IAM does not tell it.
    """
    caller = subject.state.caller
    if subject.account != caller.account or not any(level.mentions(_PRINCIPAL) for level in levels):
        return None
    return (
        caller.arn
        if caller.is_root
        else principal_of(caller, subject.state.aws, subject.state.plan.home_region)
    )


NONE_DENIED: Final = NoneDenied()
"""Decided of each account in which something is created."""
