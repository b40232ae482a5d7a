"""What CloudTrail accepts in one field selector: its shape, and what the table in `rules` says of its field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from cloudtrail.selectors.matching import FIELDS
from cloudtrail.selectors.problem import SelectorProblem
from cloudtrail.selectors.rules import (
    DATA_PAGE,
    FIELD_PAGE,
    MAX_FIELD_LENGTH,
    MAX_VALUE_LENGTH,
    SELECTOR_PAGE,
    FieldRule,
    is_one_line,
)
from cloudtrail.selectors.types import OPERATORS, Destination, FieldSelector, Operator
from cloudtrail.selectors.wire import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FIELD_NAME: Final = re.compile(r"[\w|.]+", re.ASCII)
_ARN: Final = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+")


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of the table that applies to a selector: its destination, its category, its fields."""

    destination: Destination
    category: str
    fields: Mapping[str, FieldRule]


def field_problems(conditions: FieldSelector, path: str, rules: Rules | None) -> Iterator[SelectorProblem]:
    """Everything CloudTrail would refuse in one field selector.

    Args:
        conditions: The field selector.
        path: Where it is.
        rules: What applies, or None when the selector's category is not known.

    Yields:
        Each problem with its own path below `path`.
    """
    yield from _shape_problems(conditions, path)
    if conditions.field not in (FIELDS if rules is None else rules.fields):
        yield _unusable(conditions.field, f"{path}.field", rules)
        return
    for operator in OPERATORS:
        if rules and conditions.values(operator):
            yield from _operator_problems(conditions, operator, path=path, rules=rules)
    if conditions.field == "resources.ARN":
        yield from _arn_problems(conditions, path)
    else:
        yield from _wildcard_problems(conditions, path)


def _shape_problems(conditions: FieldSelector, path: str) -> Iterator[SelectorProblem]:
    if not _FIELD_NAME.fullmatch(conditions.field) or len(conditions.field) > MAX_FIELD_LENGTH:
        yield SelectorProblem(
            f"{path}.field",
            f"a field name is 1 to {MAX_FIELD_LENGTH} letters, digits, dots and underscores, "
            f"not {quoted(conditions.field)}.",
            f"Use one of {', '.join(FIELDS)}.",
            FIELD_PAGE,
        )
    if not any(conditions.values(operator) for operator in OPERATORS):
        yield SelectorProblem(
            path,
            f"at least one operator with at least one value is expected, and {quoted(conditions.field)} has none.",
            "Add a value, or remove the field selector.",
            FIELD_PAGE,
        )
    for operator in OPERATORS:
        for index, value in enumerate(conditions.values(operator)):
            if not 1 <= len(value) <= MAX_VALUE_LENGTH or not is_one_line(value):
                yield SelectorProblem(
                    f"{path}.{operator.path}[{index}]",
                    f"a value has 1 to {MAX_VALUE_LENGTH} characters on one line, and this one has {len(value)}.",
                    "Shorten it, or remove it.",
                    FIELD_PAGE,
                )


def _unusable(field: str, path: str, rules: Rules | None) -> SelectorProblem:
    allowed = tuple(rules.fields if rules else FIELDS)
    # Case is the usual slip, so it must not count as a difference: "resources.arn" means resources.ARN.
    by_lower = {known.lower(): known for known in allowed}
    close = get_close_matches(field.lower(), by_lower, n=1, cutoff=0.85)
    remedy = f"Use {by_lower[close[0]]}." if close else f"Use one of {', '.join(allowed)}."
    if rules is None or field not in FIELDS:
        return SelectorProblem(path, f"{quoted(field)} is not a field selectors know.", remedy, SELECTOR_PAGE)
    if rules.destination is Destination.TRAIL and rules.category == "Management":
        remedy = (
            f"Remove it: a trail logs management events whole. Filter by {field} where the events are read, "
            "or in an event data store."
        )
    else:
        remedy = f"Use one of {', '.join(allowed)}."
    return SelectorProblem(
        path,
        f"{field} cannot select {rules.category} events on {rules.destination.phrase}.",
        remedy,
        SELECTOR_PAGE,
    )


def _operator_problems(
    conditions: FieldSelector, operator: Operator, *, path: str, rules: Rules
) -> Iterator[SelectorProblem]:
    field, rule, values = conditions.field, rules.fields[conditions.field], conditions.values(operator)
    path = f"{path}.{operator.path}"
    subject = f"{field} of {rules.category} events on {rules.destination.phrase}"
    if operator.wire not in rule.operators:
        yield SelectorProblem(
            path,
            f"{subject} takes {' and '.join(rule.operators)} only, not {operator.wire}.",
            _instead(field, rule, rules),
            rule.page,
        )
        return
    if rule.single and len(values) > 1:
        yield SelectorProblem(
            path,
            f"{field} takes one value, and there are {len(values)}.",
            "Leave the field out to take both reads and writes."
            if field == "readOnly"
            else "Write one selector per value.",
            rule.page,
        )
    for index, value in enumerate(values):
        if rule.values and value not in rule.values:
            yield SelectorProblem(
                f"{path}[{index}]",
                f"{subject} takes {' or '.join(map(quoted, rule.values))} only, not {quoted(value)}.",
                _instead(field, rule, rules),
                rule.page,
            )


def _instead(field: str, rule: FieldRule, rules: Rules) -> str:
    if field == "eventSource" and rules.destination is Destination.TRAIL and rules.category == "Management":
        return (
            "Remove it: a trail cannot choose management events by service. It logs App Mesh's with all others; "
            "filter by eventSource where they are read, or in an event data store."
        )
    values = f" {' or '.join(map(quoted, rule.values))}" if rule.values else ""
    return f"Use {' or '.join(rule.operators)}{values}."


def _arn_problems(conditions: FieldSelector, path: str) -> Iterator[SelectorProblem]:
    for index, value in enumerate(conditions.equals):
        if not _ARN.fullmatch(value):
            yield SelectorProblem(
                f"{path}.equals[{index}]",
                f"resources.ARN Equals takes a whole ARN, not {quoted(value)}.",
                "Write the whole ARN, or use StartsWith.",
                DATA_PAGE,
            )


def _wildcard_problems(conditions: FieldSelector, path: str) -> Iterator[SelectorProblem]:
    # Only a resource's ARN can hold a star (an object's key may); in every other field it never matches.
    for operator in OPERATORS:
        for index, value in enumerate(conditions.values(operator)):
            if "*" in value:
                yield SelectorProblem(
                    f"{path}.{operator.path}[{index}]",
                    f"selectors know no wildcards, and {quoted(value)} has one.",
                    "Use StartsWith or EndsWith, without the star.",
                    FIELD_PAGE,
                )
