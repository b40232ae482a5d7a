"""Rights: what the caller's own policies let it create, as IAM's policy simulator answers.

Source: IAM API reference, SimulatePrincipalPolicy
(docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html). It evaluates identity policies,
permissions boundaries and service control policies; policies of a session and of resources it does not see.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.partitions import Arn, partition_of
from cloudtrail.preflight_rules import Step, global_region, storage_steps, store_steps, trail_steps
from verify.aws import asking
from verify.controls.base import Control
from verify.finding import cannot_tell, fails, holds
from verify.organization.accounts import DESCRIBE_ORGANIZATION
from verify.preflight.caller import GET_ROLE, principal_of
from verify.preflight.state import PreflightState
from verify.report.parts import Severity
from verify.report.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verify.aws import Aws
    from verify.finding import Finding

SIMULATE: Final = "iam:SimulatePrincipalPolicy"
_ALLOWED: Final = "allowed"
_NO_ANSWER: Final = "no answer"
_NOT_ALLOWED: Final = "implicitDeny"
_DECISIONS: Final = {_ALLOWED, "explicitDeny", _NOT_ALLOWED}


def own_steps(subject: PreflightState) -> list[Step]:
    """The calls that the caller's own account is going to make."""
    plan, account = subject.plan, subject.caller.account
    steps = trail_steps(
        home_region=plan.home_region,
        account=account,
        owner=subject.owner,
        name=plan.name,
        organization=plan.spans_organization,
    )
    if plan.event_data_store:
        steps += store_steps(home_region=plan.home_region, owner=subject.owner)
    if plan.log_archive in {None, account}:
        steps += steps_of_storage(subject, account)
    return steps


def steps_of_storage(subject: PreflightState, account: str) -> list[Step]:
    """The calls that create bucket and key in an account."""
    plan = subject.plan
    return storage_steps(
        home_region=plan.home_region,
        account=account,
        name=plan.name,
        bucket=plan.bucket is None,
        key=plan.key_arn is None,
    )


@dataclass(frozen=True, slots=True)
class _Simulated:
    """What the simulator answers to one call."""

    step: Step
    account: str
    decision: str
    missing: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether the call itself may be answered otherwise: a policy asks for what only the call carries."""
        return self.why_open is not None

    @property
    def why_open(self) -> str | None:
        """What would have to be known; None: the simulator's answer is the call's."""
        if self.missing:
            return ", ".join(self.missing)
        if self.decision not in _DECISIONS:
            return "what the simulator does not tell"
        if self.decision == _NOT_ALLOWED and self._is_foreign:
            # Of another account's resource the simulator wants to be allowed by that account as well.
            return f"what CloudTrail lets {self.account} do in the name of the resource's account"
        return None

    @property
    def _is_foreign(self) -> bool:
        return self.step.resource.startswith("arn:") and Arn.parse(self.step.resource).account not in {
            "",
            self.account,
        }

    @property
    def is_denied(self) -> bool:
        """Whether the call will be denied."""
        return not self.is_open and self.decision != _ALLOWED


class MayCreate(Control[PreflightState]):
    """Whoever runs this may create what is planned."""

    id = "preflight.may-create"
    title = "Whoever runs this may create what is planned"
    severity = Severity.HIGH
    actions = (DESCRIBE_ORGANIZATION, GET_ROLE, SIMULATE)
    remedy = "Run `pulumi up` as somebody who may, or allow the actions that are named; docs/permissions.md lists all."

    def look(self, subject: PreflightState) -> Finding:
        """Ask the simulator about every call that provisioning makes from this account."""
        caller, home = subject.caller, subject.plan.home_region
        steps = own_steps(subject)
        who = ("who", caller.arn)
        if caller.is_root:
            return holds("The root user may do anything that no service control policy denies.", who)
        principal = principal_of(caller, subject.aws, home)
        if principal is None:
            return cannot_tell(
                "The caller has no policies of its own that could be simulated.",
                who,
                reason="A federated user has the policies of its session. Run it as the role that runs `pulumi up`.",
            )
        simulated = list(_simulated(subject.aws, principal, steps, account=caller.account, region=home))
        denied = [one.step.action for one in simulated if one.is_denied]
        undecided = [one for one in simulated if one.is_open]
        facts = [who, *((one.decision, one.step.action) for one in simulated if one.decision != _ALLOWED)]
        if denied:
            return fails(f"{plural(len(denied), 'action')} not allowed: {', '.join(denied)}.", *facts)
        if undecided:
            whys = dict.fromkeys(one.why_open or "" for one in undecided)
            return cannot_tell(
                f"{plural(len(undecided), 'action')} could not be decided: "
                f"{', '.join(one.step.action for one in undecided)}.",
                *facts,
                reason=f"It depends on {'; '.join(whys)}: only the call itself tells.",
            )
        return holds(f"{plural(len(simulated), 'action')} allowed.", *facts)


def _simulated(
    aws: Aws, principal: str, steps: Sequence[Step], *, account: str, region: str
) -> Iterator[_Simulated]:
    """The simulator's answers, asked together for calls on one resource in one Region."""
    together: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        together[step.resource, step.region].append(step)
    client: Any = aws.client("iam", global_region(partition_of(region)))
    for (resource, where), alike in together.items():
        answers = _answers(client, principal, [step.action for step in alike], resource, where)
        for step in alike:
            decision, missing = answers.get(step.action.lower(), (_NO_ANSWER, ()))
            yield _Simulated(step, account, decision, missing)


def _answers(
    client: Any, principal: str, actions: list[str], resource: str, region: str
) -> dict[str, tuple[str, tuple[str, ...]]]:
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    marker: dict[str, str] = {}
    while True:
        with asking(SIMULATE, principal):
            page = client.simulate_principal_policy(
                PolicySourceArn=principal,
                ActionNames=actions,
                ResourceArns=[resource],
                ContextEntries=[
                    {
                        "ContextKeyName": "aws:RequestedRegion",
                        "ContextKeyType": "string",
                        "ContextKeyValues": [region],
                    }
                ],
                **marker,
            )
        for result in page["EvaluationResults"]:
            missing = {*result.get("MissingContextValues", ())}
            for specific in result.get("ResourceSpecificResults", ()):
                missing |= {*specific.get("MissingContextValues", ())}
            found[str(result["EvalActionName"]).lower()] = (
                str(result["EvalDecision"]),
                tuple(sorted(map(str, missing))),
            )
        if not page.get("IsTruncated"):
            return found
        marker = {"Marker": str(page["Marker"])}


RIGHTS: tuple[Control[PreflightState], ...] = (MayCreate(),)
"""What is decided of the caller."""
