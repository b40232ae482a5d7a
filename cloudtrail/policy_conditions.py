"""The Condition block of a policy's statement, for a request of which some keys are not known.

IAM user guide, "IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
reference_policies_condition-single-vs-multi-valued-context-keys.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address, ip_network
from typing import Any, Final, cast

from cloudtrail.policy_matching import texts
from cloudtrail.policy_outcome import CHOICE, NO, UNKNOWN, YES, Outcome, all_of, any_of, certain, either
from cloudtrail.policy_patterns import compared, overlaps


class Special(Enum):
    """What a condition key may be besides texts."""

    ABSENT = "absent"
    """The request does not carry the key."""
    FREE = "free"
    """The requester may send any value, or leave the key out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A key that is present, with any text the requester likes that `pattern` matches."""

    pattern: str


Value = str | tuple[str, ...] | Choice | Special
"""What is known of a key: its text, its texts, or how far it is up to the requester."""


@dataclass(frozen=True, slots=True)
class Context:
    """The condition keys of a request. A key that is neither known nor free is unknown.

    Attributes:
        keys: What is known, by lower-case key.
        free: How the keys begin, in lower case, that are up to the requester.
        variables: Whether `${...}` in a policy is a variable, as of version 2012-10-17.
    """

    keys: Mapping[str, Value] = field(default_factory=dict[str, Value])
    free: tuple[str, ...] = ()
    variables: bool = True

    def of(self, key: str) -> Value | None:
        """What is known of a key; None: nothing."""
        name = key.lower()
        if name in self.keys:
            return self.keys[name]
        return Special.FREE if name.startswith(self.free) else None

    def filled(self, text: str) -> str | None:
        """A text with its policy variables filled in; None where a variable's value is not known."""
        if not self.variables:
            return text
        known = {name: self.of(name.strip()) for name in _VARIABLE.findall(text)}
        # A variable may also be a wildcard meant literally (`${*}`): no key, so not known either.
        if not all(isinstance(value, str) for value in known.values()):
            return None
        return _VARIABLE.sub(lambda found: str(known[found[1]]), text)


_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_SETS: Final = ("forallvalues", "foranyvalue")
_ARN_PARTS: Final = 6
_NARROW_V4, _NARROW_V6 = 8, 32


def conditions_met(conditions: object, context: Context) -> Outcome:
    """Whether a statement's whole Condition block is met."""
    if conditions is None:
        return YES
    if not isinstance(conditions, Mapping):
        return UNKNOWN
    by_key: dict[str, list[Outcome]] = {}
    for operator, keys in cast("Mapping[str, Any]", conditions).items():
        if not isinstance(keys, Mapping):
            return UNKNOWN
        for key, wanted in cast("Mapping[str, Any]", keys).items():
            outcome = condition_met(operator, key, texts(wanted), context)
            by_key.setdefault(key.lower(), []).append(outcome)
    return all_of((all_of(outcomes) for outcomes in by_key.values()), independent=True)


def keys_of(conditions: object) -> set[str]:
    """The keys a Condition block asks for, as it writes them."""
    if not isinstance(conditions, Mapping):
        return set()
    blocks = cast("Mapping[str, Any]", conditions).values()
    return {key for keys in blocks if isinstance(keys, Mapping) for key in cast("Mapping[str, Any]", keys)}


def condition_met(operator: str, key: str, wanted: list[str], context: Context) -> Outcome:
    """Whether one key's condition is met."""
    quantifier, _, name = operator.lower().rpartition(":")
    value = context.of(key)
    if value is None or (quantifier and quantifier not in _SETS):
        return UNKNOWN
    if name == "null":
        return _null(value, wanted)
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    positive = _POSITIVE_OF.get(name, name)
    compare = _COMPARISONS.get(positive)
    filled = [context.filled(text) for text in wanted]
    if compare is None or not filled or None in filled:
        return UNKNOWN
    negated = positive != name
    absent = certain(met=optional or negated)
    if quantifier:
        # An absent key meets ForAllValues and not ForAnyValue; what IfExists adds to that is not documented.
        absent = UNKNOWN if optional else certain(met=quantifier == "forallvalues")
    test = _Test(compare, [text for text in filled if text is not None], negated=negated)
    return test.of_whatever(value, quantifier, absent)


@dataclass(frozen=True, slots=True)
class _Test:
    """One operator with its values."""

    compare: Callable[[str, str | Choice], Outcome]
    wanted: list[str]
    negated: bool

    def of_whatever(self, value: Value, quantifier: str, absent: Outcome) -> Outcome:
        """Whether a key passes that may also be absent, free or have several values."""
        if value is Special.FREE:
            return either(self.of(Choice("*")), absent)
        if isinstance(value, Special) or value == ():
            return absent
        return self.of_set(value, quantifier) if isinstance(value, tuple) else self.of(value)

    def of(self, value: str | Choice) -> Outcome:
        """Whether one value passes."""
        met = any_of(self.compare(text, value) for text in self.wanted)
        return ~met if self.negated else met

    def of_set(self, values: tuple[str, ...], quantifier: str) -> Outcome:
        """Whether the values of a multivalued key pass."""
        outcomes = [self.of(value) for value in values]
        if quantifier == "forallvalues":
            return all_of(outcomes)
        if quantifier == "foranyvalue":
            return any_of(outcomes)
        return outcomes[0] if len(outcomes) == 1 else UNKNOWN


def _null(value: Value, wanted: list[str]) -> Outcome:
    if wanted not in (["true"], ["false"]):
        return UNKNOWN
    absent = CHOICE if value is Special.FREE else certain(met=value is Special.ABSENT or value == ())
    return absent if wanted == ["true"] else ~absent


def _equals(wanted: str, value: str | Choice) -> Outcome:
    if isinstance(value, str):
        return certain(met=wanted == value)
    if not overlaps(value.pattern, _literal(wanted)):
        return NO
    return CHOICE if "*" in value.pattern or "?" in value.pattern else YES


def _equals_ignoring_case(wanted: str, value: str | Choice) -> Outcome:
    folded = value.lower() if isinstance(value, str) else Choice(value.pattern.lower())
    return _equals(wanted.lower(), folded)


def _like(wanted: str, value: str | Choice) -> Outcome:
    return compared(wanted, _literal(value) if isinstance(value, str) else value.pattern)


def _literal(text: str) -> str:
    """A text whose `*` and `?` are no wildcards: in their place stand characters no real name holds."""
    return text.replace("*", "\x00").replace("?", "\x01")


def _arn_like(wanted: str, value: str | Choice) -> Outcome:
    # Each of the six parts is compared by itself.
    asked = _literal(value) if isinstance(value, str) else value.pattern
    if wanted == "*":
        return YES
    patterns, parts = wanted.split(":", _ARN_PARTS - 1), asked.split(":", _ARN_PARTS - 1)
    if len(patterns) < _ARN_PARTS or len(parts) < _ARN_PARTS:
        return NO if _like(wanted, value) == NO else UNKNOWN
    return all_of(map(compared, patterns, parts), independent=True)


def _number(wanted: str, value: str | Choice, compare: Callable[[float, float], bool]) -> Outcome:
    if not isinstance(value, str):
        return CHOICE
    try:
        return certain(met=compare(float(value), float(wanted)))
    except ValueError:
        return UNKNOWN


def _address(wanted: str, value: str | Choice) -> Outcome:
    """A stranger's address (a Choice) lies in every broad network, and in no narrow one.

    What is broad is S3's own measure of a public policy: shorter than /8 for IPv4, than /32 for IPv6
    (docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
    """
    try:
        network = ip_network(wanted, strict=False)
        if isinstance(value, str):
            return certain(met=ip_address(value) in network)
    except ValueError:
        return UNKNOWN
    return certain(met=network.prefixlen < (_NARROW_V4 if network.version == 4 else _NARROW_V6))  # noqa: PLR2004 - IP's own version


_POSITIVE_OF: Final = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnlike",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
}
"""The negated operators, and what they negate. An absent key meets every one of them."""

_COMPARISONS: Final[Mapping[str, Callable[[str, str | Choice], Outcome]]] = {
    "stringequals": _equals,
    "stringequalsignorecase": _equals_ignoring_case,
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "bool": _equals_ignoring_case,
    "ipaddress": _address,
    "numericequals": lambda wanted, value: _number(wanted, value, lambda a, b: a == b),
    "numericlessthan": lambda wanted, value: _number(wanted, value, lambda a, b: a < b),
    "numericlessthanequals": lambda wanted, value: _number(wanted, value, lambda a, b: a <= b),
    "numericgreaterthan": lambda wanted, value: _number(wanted, value, lambda a, b: a > b),
    "numericgreaterthanequals": lambda wanted, value: _number(wanted, value, lambda a, b: a >= b),
}
"""ArnEquals takes wildcards like ArnLike. Of dates and binary values nothing is claimed."""
