"""Whom else a resource's policy lets in: anybody, other accounts, other organizations, unnamed networks.

What counts as anybody follows S3's own "meaning of public": a condition that pins the requester to fixed values of
its account, organization, ARN or network is no public access, one that a stranger can meet is
(docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from cloudtrail.policy_evaluation import (
    Answer,
    Decision,
    Principal,
    Request,
    SomebodyOf,
    Stranger,
    may,
    names,
)
from cloudtrail.policy_matching import Statement, statements, texts
from cloudtrail.policy_patterns import contains, overlaps
from cloudtrail.policy_requesters import STRANGE_ORGANIZATION, people_of, strange_account

if TYPE_CHECKING:
    from cloudtrail.policy_conditions import Context

_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ORGANIZATION: Final = re.compile(r"(?<![a-z0-9-])o-[a-z0-9]{10,32}(?![a-z0-9])")
_NAMES: Final = ("CanonicalUser", "Federated")
_COMPARISONS: Final = 1_000_000
"""How often texts of a policy may be compared to tell whom it lets in: some seconds. A policy of 20 KB can name
hundreds of accounts, actions and resources, and so ask for billions; what is left then is left open."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Somebody whom a policy lets in, or may let in.

    Attributes:
        who: Who it is, in words: `anybody`, `account 111122223333`.
        answer: ALLOWS, or CANNOT_TELL.
        statements: The statements that let them in, or that leave it open.
        open_keys: The condition keys that leave it open.
    """

    who: str
    answer: Answer
    statements: tuple[Statement, ...]
    open_keys: tuple[str, ...] = ()


def to_anybody(policy: Mapping[str, Any], resources: Sequence[str]) -> list[Exposure]:
    """Whether a stranger is let in: an empty list, or one exposure.

    Args:
        policy: The resource's policy.
        resources: What there is to get at, as ARNs or patterns of them.
    """
    return _to_anybody(_Judge(policy, resources))


def _to_anybody(judge: _Judge) -> list[Exposure]:
    account = strange_account(judge.policy)
    contexts = people_of(account, organization_id=STRANGE_ORGANIZATION)
    return _exposures("anybody", judge.decisions(Stranger(account), contexts))


def to_others(
    policy: Mapping[str, Any],
    resources: Sequence[str],
    *,
    accounts: Iterable[str],
    organization_id: str | None,
) -> list[Exposure]:
    """Who else is let in, by name or by a condition; anybody, if anybody is.

    Args:
        policy: The resource's policy.
        resources: What there is to get at, as ARNs or patterns of them.
        accounts: The accounts whose the resource is anyway.
        organization_id: The organization whose members may be let in; None where it is not known.
    """
    judge = _Judge(policy, resources)
    anybody = _to_anybody(judge)
    if any(each.answer is Answer.ALLOWS for each in anybody):
        return anybody  # the others are among them; a list of names would only distract
    text = json.dumps(policy)
    stranger = Stranger(strange_account(policy))
    people = [SomebodyOf(account) for account in sorted(set(_ACCOUNT.findall(text)) - set(accounts))]
    foreign = sorted(set(_ORGANIZATION.findall(text)) - {organization_id})
    found = [*anybody]
    for who in people:
        contexts = people_of(who.account, organization_id=STRANGE_ORGANIZATION)
        found += _exposures(f"account {who.account}", judge.decisions(who, contexts))
    for organization in foreign:
        decisions = [
            decision
            for who in (stranger, *people)
            for decision in judge.decisions(who, people_of(who.account, organization_id=organization))
        ]
        found += [
            _known_only_with(organization_id, each)
            for each in _exposures(f"organization {organization}", decisions)
        ]
    found += _by_name(policy)
    if not anybody:
        somewhere = people_of(stranger.account, organization_id=STRANGE_ORGANIZATION, network=False)
        found += _exposures("whoever comes from a network", judge.decisions(stranger, somewhere))
    return found


def _known_only_with(organization_id: str | None, exposure: Exposure) -> Exposure:
    """Without knowing the own organization, nobody can say that another one is let in."""
    if organization_id is not None:
        return exposure
    return Exposure(exposure.who, Answer.CANNOT_TELL, exposure.statements, ("aws:PrincipalOrgID",))


def _by_name(policy: Mapping[str, Any]) -> Iterator[Exposure]:
    """Principals that show no account: canonical users, federations, unique ids of what was deleted."""
    for each in statements(policy):
        named = each.get("Principal")
        if each.get("Effect") != "Allow" or not isinstance(named, Mapping):
            continue
        by_kind = cast("Mapping[str, Any]", named)
        unnamed = [name for kind in _NAMES for name in texts(by_kind.get(kind))]
        unnamed += [
            name
            for name in texts(by_kind.get("AWS"))
            if name != "*" and not name.startswith("arn:") and not name.isdigit()
        ]
        for name in unnamed:
            yield Exposure(name, Answer.CANNOT_TELL, (each,))


def _exposures(who: str, decisions: Iterable[Decision]) -> list[Exposure]:
    known = list(decisions)
    for answer in (Answer.ALLOWS, Answer.CANNOT_TELL):
        given = [each for each in known if each.answer is answer]
        if given:
            because = {json.dumps(one): one for each in given for one in each.because}
            keys = sorted({key for each in given for key in each.open_keys})
            return [Exposure(who, answer, tuple(because.values()), tuple(keys))]
    return []


class _Judge:
    """Asks one policy, and only so often.

    Args:
        policy: The resource's policy.
        resources: What there is to get at, as ARNs or patterns of them.
    """

    def __init__(self, policy: Mapping[str, Any], resources: Sequence[str]) -> None:
        self.policy = policy
        self._resources = resources
        self._texts = json.dumps(policy).count('"') // 2
        self._left = _COMPARISONS

    def decisions(self, who: Principal, contexts: Sequence[Context]) -> Iterator[Decision]:
        """What the policy says to everything that any of its Allow statements could allow."""
        for each in statements(self.policy):
            self._left -= self._texts
            if each.get("Effect") != "Allow" or not names(each, who):
                continue
            for request in self._requests(each, who, contexts):
                self._left -= self._texts
                if self._left < 0:
                    yield Decision(Answer.CANNOT_TELL, (each,))
                    break
                yield may(self.policy, request)

    def _requests(self, each: Statement, who: Principal, contexts: Sequence[Context]) -> Iterator[Request]:
        for action in texts(each.get("Action")) or ["*"]:
            for resource in _clipped(each, self._resources):
                for context in contexts:
                    yield Request(principal=who, action=action, resource=resource, context=context)


def _clipped(statement: Statement, resources: Sequence[str]) -> list[str]:
    """What a statement speaks of, as far as it is there."""
    patterns = texts(statement.get("Resource"))
    if not patterns or any("${" in pattern for pattern in patterns):
        return list(resources)
    found: list[str] = []
    for pattern in patterns:
        for resource in resources:
            if contains(resource, pattern):
                found.append(pattern)
            elif overlaps(pattern, resource):
                found.append(resource)
    return list(dict.fromkeys(found))
