"""What CloudTrail accepts in advanced event selectors, checked against the table in `rules`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cloudtrail.selectors.field_legality import Rules, field_problems
from cloudtrail.selectors.problem import SelectorProblem
from cloudtrail.selectors.rules import (
    FIELD_PAGE,
    FIELD_RULES,
    LIMITS_PAGE,
    MAX_NAME_LENGTH,
    MAX_STORE_SELECTORS,
    MAX_VALUES,
    SELECTOR_PAGE,
    STORE_ONLY_CATEGORIES,
    STORE_PAGE,
    is_one_line,
)
from cloudtrail.selectors.types import OPERATORS, AdvancedEventSelector, Destination
from cloudtrail.selectors.wire import quoted

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence


def advanced_problems(
    selectors: Sequence[tuple[int, AdvancedEventSelector]], destination: Destination
) -> Iterator[SelectorProblem]:
    """Everything CloudTrail would refuse in these selectors, given with their position in the list."""
    if destination is Destination.EVENT_DATA_STORE and len(selectors) > MAX_STORE_SELECTORS:
        yield SelectorProblem(
            "advancedEventSelectors",
            f"an event data store takes up to {MAX_STORE_SELECTORS} advanced event selectors, "
            f"and there are {len(selectors)}.",
            "Merge selectors that differ in the values of one field only.",
            STORE_PAGE,
        )
    values = sum(
        len(conditions.values(operator))
        for _, selector in selectors
        for conditions in selector.field_selectors
        for operator in OPERATORS
    )
    if values > MAX_VALUES:
        yield SelectorProblem(
            "advancedEventSelectors",
            f"all conditions of all selectors together take up to {MAX_VALUES} values, and there are {values}.",
            "Replace values that begin or end alike by one StartsWith or EndsWith.",
            LIMITS_PAGE,
        )
    for index, selector in selectors:
        yield from _selector_problems(selector, f"advancedEventSelectors[{index}]", destination)


def _selector_problems(
    selector: AdvancedEventSelector, path: str, destination: Destination
) -> Iterator[SelectorProblem]:
    if len(selector.name) > MAX_NAME_LENGTH or not is_one_line(selector.name):
        yield SelectorProblem(
            f"{path}.name",
            f"a name has up to {MAX_NAME_LENGTH} characters on one line, and this one has {len(selector.name)}.",
            "Shorten it; it decides nothing.",
            SELECTOR_PAGE,
        )
    path = f"{path}.fieldSelectors"
    named = Counter(conditions.field for conditions in selector.field_selectors)
    category = _category(selector, path, destination)
    if isinstance(category, SelectorProblem):
        yield category
        rules = None
    else:
        rules = Rules(destination, category, FIELD_RULES[destination][category])
        yield from _lacking(rules, named, path)
    for field, count in named.items():
        if count > 1:
            yield SelectorProblem(
                path,
                f"a selector has one field selector per field, and {quoted(field)} has {count}.",
                "Put all operators and values of the field into one field selector.",
                FIELD_PAGE,
            )
    for index, conditions in enumerate(selector.field_selectors):
        yield from field_problems(conditions, f"{path}[{index}]", rules)


def _lacking(rules: Rules, named: Container[str], path: str) -> Iterator[SelectorProblem]:
    for field, rule in rules.fields.items():
        if rule.required and field not in named:
            yield SelectorProblem(
                path,
                f"{field} is required for {rules.category} events.",
                f"Add a field selector {field} Equals.",
                rule.page,
            )


def _category(selector: AdvancedEventSelector, path: str, destination: Destination) -> str | SelectorProblem:
    """The event category the selector takes, or what is wrong with it."""
    index = next(
        (i for i, each in enumerate(selector.field_selectors) if each.field == "eventCategory"), None
    )
    if index is None:
        return SelectorProblem(
            path,
            "eventCategory is required.",
            "Add eventCategory Equals Management: all App Mesh events are management events.",
            FIELD_PAGE,
        )
    listed = selector.field_selectors[index].equals
    category = listed[0] if len(listed) == 1 else None
    if category in FIELD_RULES[destination]:
        return category
    return SelectorProblem(
        f"{path}[{index}].equals",
        f"only an event data store takes {category} events."
        if category in STORE_ONLY_CATEGORIES
        else "exactly one event category is expected, and there is "
        f"{', '.join(map(quoted, listed[:MAX_STORE_SELECTORS])) or 'none'}.",
        f"Use one of {', '.join(FIELD_RULES[destination])}.",
        FIELD_PAGE,
    )
