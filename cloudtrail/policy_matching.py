"""Whether a resource policy's statement covers what another statement asks for.

A small part of IAM's evaluation, enough to tell whether an existing bucket's policy lets CloudTrail in.
It errs on the careful side: a statement whose condition cannot be decided never counts as covering.
Sources: IAM user guide, "IAM JSON policy elements reference" and "Policy evaluation logic"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard, cast

from cloudtrail.nesting import is_nested_deeper

Statement = Mapping[str, Any]
"""One statement of a policy, as JSON has it."""

_ANYONE: Final = "*"
_LEVELS: Final = 6
"""Policy, statements, statement, conditions, operator, values: nothing lies deeper in a policy."""
_SAMPLES: Final = ("\x00", "\x00/\x00\x00")
"""What a `*` of the asking side is tried with: characters no real name holds, in two lengths, so that only a
`*` of the covering side can match both."""


def covers(statement: Statement, need: Statement) -> bool:
    """Whether `statement` has the effect of `need` for everything `need` speaks of.

    Only positive elements count: a statement with NotPrincipal, NotAction or NotResource never covers.
    """
    return (
        statement.get("Effect") == need.get("Effect")
        and _principal_covers(statement.get("Principal"), need.get("Principal"))
        and _every(need.get("Action"), statement.get("Action"), ignore_case=True)
        and _every(need.get("Resource"), statement.get("Resource"))
        and _holds(statement.get("Condition"), request_context(need))
    )


def parts(need: Statement) -> list[Statement]:
    """A statement as one statement for each action on each resource, so that several may cover it together."""
    return [
        {**need, "Action": action, "Resource": resource}
        for action in texts(need.get("Action"))
        for resource in texts(need.get("Resource"))
    ]


def touches(statement: Statement, need: Statement) -> bool:
    """Whether `statement` speaks of a request that `need` speaks of, whatever its effect.

    Used to find a Deny that takes back what an Allow gives. Here a condition that cannot be decided counts as
    not met, because CloudTrail itself gives the last word when the trail is created.
    """
    return (
        _principal_covers(statement.get("Principal"), need.get("Principal"))
        and _some(need.get("Action"), statement.get("Action"), ignore_case=True)
        and _some(need.get("Resource"), statement.get("Resource"))
        and _holds(statement.get("Condition"), request_context(need))
    )


def request_context(need: Statement) -> dict[str, str]:
    """The condition keys of the request a statement describes, lower-cased, taken from its own conditions.

    CloudTrail always writes over TLS and as a service, so those two keys are known unless `need` says other.
    """
    context = {"aws:securetransport": "true"}
    principal = need.get("Principal")
    if isinstance(principal, Mapping) and "Service" in principal:
        services = texts(cast("Mapping[str, Any]", principal)["Service"])
        context |= {"aws:principalisawsservice": "true", "aws:principalservicename": services[0]}
    conditions = cast("Mapping[str, Mapping[str, Any]]", need.get("Condition") or {})
    for keys in conditions.values():
        context |= {key.lower(): texts(value)[0] for key, value in keys.items()}
    source = context.get("aws:sourcearn", "").split(":")
    if len(source) > len(["arn", "partition", "service", "region"]):
        context.setdefault("aws:sourceaccount", source[4])
    return context


def is_policy(document: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a document has the shape of a policy: an object of statements, none nested deeper than conditions are.

    What has another shape lets nobody in and keeps nobody out, so nothing can be said of it.
    """
    if not isinstance(document, Mapping):
        return False
    policy = cast("Mapping[str, Any]", document)
    found = policy.get("Statement", [])
    listed = cast("list[object]", found if isinstance(found, list) else [found])
    return all(isinstance(each, Mapping) for each in listed) and not is_nested_deeper(policy, _LEVELS)


def statements(policy: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy; IAM allows a single one to stand without a list."""
    found = policy.get("Statement", [])
    if isinstance(found, Mapping):
        return [cast("Statement", found)]
    listed = cast("list[object]", found if isinstance(found, list) else [])
    return [cast("Statement", each) for each in listed if isinstance(each, Mapping)]


def texts(value: object) -> list[str]:
    """A policy element that may be one text or a list of texts, always as a list."""
    if value is None:
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_text(each) for each in cast("Sequence[object]", value)]
    return [_text(value)]


def matches(pattern: str, text: str) -> bool:
    """Whether an IAM pattern (`*` any run, `?` one character) matches everything `text` stands for.

    A `*` in `text` stands for any run too, so this also tells whether one pattern contains another.
    """
    return all(_glob(pattern, text.replace("*", sample)) for sample in _SAMPLES)


def _glob(pattern: str, text: str) -> bool:
    # Greedy with one step back per `*`: at most len(pattern) * len(text) steps, whatever the pattern.
    at, here, star, resume = 0, 0, -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at += 1
            here += 1
        elif star >= 0:
            resume += 1
            at, here = star + 1, resume
        else:
            return False
    return all(rest == "*" for rest in pattern[at:])


def _text(value: object) -> str:
    # JSON booleans appear in conditions both as true and as "true"; IAM reads them alike.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _folded(value: object, *, ignore_case: bool) -> list[str]:
    return [text.lower() if ignore_case else text for text in texts(value)]


def _every(wanted: object, patterns: object, *, ignore_case: bool = False) -> bool:
    asked, given = _folded(wanted, ignore_case=ignore_case), _folded(patterns, ignore_case=ignore_case)
    return bool(asked) and all(any(matches(pattern, text) for pattern in given) for text in asked)


def _some(wanted: object, patterns: object, *, ignore_case: bool = False) -> bool:
    asked, given = _folded(wanted, ignore_case=ignore_case), _folded(patterns, ignore_case=ignore_case)
    return any(matches(pattern, text) or matches(text, pattern) for pattern in given for text in asked)


def _principal_covers(principal: object, wanted: object) -> bool:
    if principal == _ANYONE:
        return True
    if not isinstance(principal, Mapping):
        return False
    named = cast("Mapping[str, Any]", principal)
    if _ANYONE in texts(named.get("AWS")):
        return True
    if not isinstance(wanted, Mapping):
        return False
    return all(
        set(texts(value)) <= set(texts(named.get(kind)))
        for kind, value in cast("Mapping[str, Any]", wanted).items()
    )


def _holds(conditions: object, context: Mapping[str, str]) -> bool:
    """Whether every condition is known to be met by a request with these keys."""
    for operator, keys in cast("Mapping[str, Mapping[str, Any]]", conditions or {}).items():
        for key, value in keys.items():
            if not _condition_met(operator, context.get(key.lower()), texts(value)):
                return False
    return True


def _condition_met(operator: str, actual: str | None, values: list[str]) -> bool:
    name = operator.rsplit(":", maxsplit=1)[-1].lower()
    if name == "null":
        return values == [str(actual is None).lower()]
    if actual is None:
        # With IfExists an absent key meets the condition; so does a negated operator on an absent key.
        # Both rest on the key being absent from the real request, which only holds for keys CloudTrail
        # never sends, so neither is taken for granted.
        return False
    name = name.removesuffix("ifexists")
    if name in {"stringequals", "arnequals", "arnlike", "stringlike", "bool", "stringequalsignorecase"}:
        return any(_value_matches(name, value, actual) for value in values)
    positive = {"stringnotequals": "stringequals", "stringnotlike": "stringlike"}
    positive |= {"arnnotequals": "arnequals", "arnnotlike": "arnlike"}
    if name in positive:
        return not any(_value_matches(positive[name], value, actual) for value in values)
    return False


def _value_matches(operator: str, value: str, actual: str) -> bool:
    if operator == "stringequals":
        return value == actual
    if operator in {"bool", "stringequalsignorecase"}:
        return value.lower() == actual.lower()
    # ArnEquals and ArnLike behave alike, and both take wildcards.
    return matches(value, actual)
