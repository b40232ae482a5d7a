"""Selectors in one form, so that two ways to say the same can be compared.

Names decide nothing, nor does the order of selectors, fields or values; no selectors at all are CloudTrail's
default; classic selectors are written as advanced ones. Two destinations with the same normal form take the
same events. The reverse does not hold for everything that can be written: different forms may still take the
same events, e.g. a reads-only and a writes-only selector beside one for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from cloudtrail.selectors.translation import UntranslatableSelectors, to_advanced
from cloudtrail.selectors.types import OPERATORS, AdvancedEventSelector, EventSelector

if TYPE_CHECKING:
    from cloudtrail.selectors.reading import Selectors

Condition: TypeAlias = tuple[str, str, frozenset[str]]
NormalForm: TypeAlias = frozenset[frozenset[Condition]]
"""A set of selectors, each a set of conditions: field, operator, values."""


def normal_form(selectors: Selectors) -> NormalForm:
    """The selectors in their normal form; selectors that take nothing at all are the empty set."""
    classic = tuple(selector for selector in selectors if isinstance(selector, EventSelector))
    if classic or not selectors:
        try:
            return _of(to_advanced(classic))
        except UntranslatableSelectors:
            return frozenset()
    return _of(tuple(selector for selector in selectors if isinstance(selector, AdvancedEventSelector)))


def _of(selectors: tuple[AdvancedEventSelector, ...]) -> NormalForm:
    return frozenset(
        frozenset(
            (conditions.field, operator.attribute, frozenset(values))
            for conditions in selector.field_selectors
            for operator in OPERATORS
            if (values := getattr(conditions, operator.attribute))
        )
        for selector in selectors
    )
