"""Whether a resource's policy lets a request through: yes, no, or "cannot tell".

IAM's evaluation of a resource-based policy: an explicit Deny beats every Allow, and what nothing allows is
refused. "Cannot tell" is for conditions on keys that are not known here; it is never folded into yes or no.
Sources: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements reference"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html and
reference_policies_elements.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, cast

from cloudtrail.policy_conditions import Context, conditions_met, keys_of
from cloudtrail.policy_matching import Statement, statements, texts
from cloudtrail.policy_outcome import CHOICE, NO, UNKNOWN, YES, Outcome, all_of, any_of, certain
from cloudtrail.policy_patterns import compared

_VARIABLES_SINCE: Final = "2012-10-17"
_ACCOUNT, _RESOURCE = 4, 5
"""Where an ARN has its account, and what it names there."""


class Answer(Enum):
    """What a policy says to a request."""

    ALLOWS = "allows"
    REFUSES = "refuses"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Service:
    """An AWS service that makes the request, e.g. `cloudtrail.amazonaws.com`."""

    name: str


@dataclass(frozen=True, slots=True)
class SomebodyOf:
    """Some user or role of an account; which one is up to that account."""

    account: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """Some user or role of an account that no policy speaks of."""

    account: str


Principal = Service | SomebodyOf | Stranger


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, or a family of them: `*` in action and resource stands for whatever the requester likes.

    Attributes:
        principal: Who makes it.
        action: E.g. `s3:PutObject`.
        resource: The ARN it is made on.
        context: Its condition keys.
    """

    principal: Principal
    action: str
    resource: str
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says to a request, and by which statements.

    Attributes:
        answer: What it says.
        because: The statements that decide it, or that leave it open; empty where nothing allows the request.
    """

    answer: Answer
    because: tuple[Statement, ...] = ()

    @property
    def open_keys(self) -> list[str]:
        """The condition keys of the statements that leave it open."""
        if self.answer is not Answer.CANNOT_TELL:
            return []
        return sorted({key for each in self.because for key in keys_of(each.get("Condition"))})


def may(policy: Mapping[str, Any] | None, request: Request) -> Decision:
    """Whether the requester can have *some* request of the family allowed: the question about strangers."""
    allows, denies = _sorted(policy, request)
    barred = [each for each, outcome in denies if outcome.cannot is False]
    if barred:
        return Decision(Answer.REFUSES, tuple(barred))
    able = [(each, outcome) for each, outcome in allows if outcome.can]
    perhaps = [each for each, outcome in allows if outcome.can is None]
    if not able and not perhaps:
        return Decision(Answer.REFUSES)
    hurdles = [(each, outcome) for each, outcome in denies if outcome.can is not False]
    outright = [each for each, outcome in able if outcome.cannot is False]
    if able and not hurdles:
        return Decision(Answer.ALLOWS, tuple(outright or [each for each, _ in able]))
    if outright and len(hurdles) == 1 and hurdles[0][1].cannot:
        # Allowed whatever is chosen, and there is a choice that the one Deny does not speak of.
        return Decision(Answer.ALLOWS, tuple(outright))
    return Decision(Answer.CANNOT_TELL, (*perhaps, *(each for each, _ in hurdles)))


def surely(policy: Mapping[str, Any] | None, request: Request) -> Decision:
    """Whether *every* request of the family is allowed: the question about CloudTrail's deliveries."""
    allows, denies = _sorted(policy, request)
    barred = [each for each, outcome in denies if outcome.can]
    if barred:
        return Decision(Answer.REFUSES, tuple(barred))
    allowing = [each for each, outcome in allows if outcome.cannot is False]
    perhaps = [each for each, outcome in allows if outcome.can is not False and outcome.cannot is not False]
    undecided = [each for each, outcome in denies if outcome.can is None]
    if not allowing and all(outcome.cannot for _, outcome in allows) and len(perhaps) <= 1:
        return Decision(Answer.REFUSES)
    if allowing and not undecided:
        return Decision(Answer.ALLOWS, tuple(allowing))
    return Decision(Answer.CANNOT_TELL, (*(() if allowing else perhaps), *undecided))


def names(statement: Statement, who: Principal) -> bool:
    """Whether a statement may be about somebody; if not, whatever else it says does not matter."""
    return _principal(statement, who) != NO


def speaks_of(statement: Statement, request: Request) -> Outcome:
    """Whether a statement, whatever its effect, speaks of the request."""
    context, outcome = request.context, _principal(statement, request.principal)
    # Most statements are about somebody or something else: what is left of them need not be looked at.
    elements = (
        lambda: _element(statement, "Action", request.action.lower(), context),
        lambda: _element(statement, "Resource", request.resource, context),
        lambda: conditions_met(statement.get("Condition"), context),
    )
    for element in elements:
        if outcome == NO:
            return NO
        outcome = all_of((outcome, element()), independent=True)
    return outcome


_Judged = list[tuple[Statement, Outcome]]


def _sorted(policy: Mapping[str, Any] | None, request: Request) -> tuple[_Judged, _Judged]:
    known = policy or {}
    if known.get("Version") != _VARIABLES_SINCE:
        context = Context(request.context.keys, request.context.free, variables=False)
        request = Request(
            principal=request.principal, action=request.action, resource=request.resource, context=context
        )
    judged: dict[str, _Judged] = {"Allow": [], "Deny": []}
    for each in statements(known):
        judged.setdefault(str(each.get("Effect")), []).append((each, speaks_of(each, request)))
    return judged["Allow"], judged["Deny"]


def _element(statement: Statement, name: str, asked: str, context: Context) -> Outcome:
    given, negated = statement.get(name), False
    if given is None:
        given, negated = statement.get(f"Not{name}"), True
    if given is None:
        return UNKNOWN
    outcomes: list[Outcome] = []
    for text in texts(given):
        pattern = context.filled(text.lower() if name == "Action" else text)
        outcomes.append(UNKNOWN if pattern is None else compared(pattern, asked))
    met = any_of(outcomes)
    return ~met if negated else met


def _principal(statement: Statement, who: Principal) -> Outcome:
    if "Principal" in statement:
        return _named(statement["Principal"], who)
    if "NotPrincipal" not in statement:
        return NO
    named = _named(statement["NotPrincipal"], who)
    # To name an account does not except its users and roles: those have to be named as well.
    return UNKNOWN if named != NO and isinstance(who, SomebodyOf) else ~named


def _named(principal: object, who: Principal) -> Outcome:
    if principal == "*":
        return YES
    if not isinstance(principal, Mapping):
        return UNKNOWN
    named = cast("Mapping[str, Any]", principal)
    aws = texts(named.get("AWS"))
    if "*" in aws:
        return YES
    if isinstance(who, Service):
        return certain(met=who.name in texts(named.get("Service")))
    if isinstance(who, Stranger):
        return NO
    return any_of(_of_account(name, who.account) for name in [*aws, *_elsewhere_known(named)])


def _elsewhere_known(named: Mapping[str, Any]) -> Sequence[str]:
    """Names that do not show an account: canonical users and federations."""
    return [name for kind in ("CanonicalUser", "Federated") for name in texts(named.get(kind))]


def _of_account(name: str, account: str) -> Outcome:
    if not name.startswith("arn:"):
        # An account's number; else a canonical user or the unique id of somebody deleted.
        return certain(met=name == account) if name.isdigit() else UNKNOWN
    parts = name.split(":", 5)
    if len(parts) <= _RESOURCE or parts[_ACCOUNT] != account:
        return NO
    return YES if parts[_RESOURCE] == "root" else CHOICE
