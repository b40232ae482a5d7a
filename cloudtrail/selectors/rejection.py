"""Why one selector does not take one event, in words.

The words hold values from selectors and events, which anyone may have written: each is shown as quoted ASCII
and cut to a bounded length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.selectors.event import MANAGEMENT, EventResource, SelectableEvent
from cloudtrail.selectors.matching import FIELDS, field_text, holds, names_category, takes
from cloudtrail.selectors.types import OPERATORS, AdvancedEventSelector, EventSelector, FieldSelector
from cloudtrail.selectors.wire import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

_VALUES_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Rejection:
    """The condition by which a selector passes an event over.

    Attributes:
        field: The field of the event that decided.
        text: The condition and what the event has instead.
    """

    field: str
    text: str


def rejection(selector: AdvancedEventSelector | EventSelector, event: SelectableEvent) -> Rejection | None:
    """Why the selector does not take the event, or None when it does.

    Of several conditions that fail, the one on the field that separates the most events is named.
    """
    if takes(selector, event):
        return None
    if isinstance(selector, EventSelector):
        return _classic_rejection(selector, event)
    if not names_category(selector):
        return Rejection("eventCategory", "it names no eventCategory, so CloudTrail would refuse it")
    # The event as a whole was rejected, so each of its resources was; the first one serves to show why.
    resource = next(iter(event.resources), EventResource())
    failing = [
        (conditions, text)
        for conditions in selector.field_selectors
        if not holds(conditions, text := field_text(conditions.field, event, resource))
    ]
    conditions, text = min(failing, key=lambda pair: _rank(pair[0].field))
    return Rejection(conditions.field, _words(conditions, text))


def _classic_rejection(selector: EventSelector, event: SelectableEvent) -> Rejection:
    if event.event_category != MANAGEMENT:
        return Rejection("resources.ARN", "none of its data resources fits the event")
    if not selector.include_management_events:
        return Rejection("eventCategory", "it does not include management events")
    if event.event_source in selector.exclude_management_event_sources:
        return Rejection("eventSource", f"it excludes the management events of {quoted(event.event_source)}")
    return Rejection(
        "readOnly", f"its ReadWriteType is {selector.read_write_type}, and the event {_read_words(event)}"
    )


def _read_words(event: SelectableEvent) -> str:
    words = {True: "is a read", False: "is a write", None: "does not say whether it is a read"}
    return words[event.read_only]


def _rank(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)


def _words(conditions: FieldSelector, text: str | None) -> str:
    if conditions.field not in FIELDS:
        return f"{quoted(conditions.field)} is not a field CloudTrail knows"
    used = [operator for operator in OPERATORS if conditions.values(operator)]
    if not used:
        return f"its condition on {conditions.field} has no value, so CloudTrail would refuse it"
    for operator in used:
        hit = [value for value in conditions.values(operator) if text and operator.compare(text, value)]
        if operator.negative and hit:
            return f"{conditions.field} {operator.wire} {quoted(hit[0])} drops {quoted(text)}"
    wanted = " or ".join(
        f"{operator.wire} {_listed(conditions.values(operator))}"
        for operator in used
        if not operator.negative
    )
    has = f"has {quoted(text)}" if text is not None else "has none"
    return f"{conditions.field} {wanted} is asked for, and the event {has}"


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(quoted(value) for value in values[:_VALUES_SHOWN])
    more = len(values) - _VALUES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
