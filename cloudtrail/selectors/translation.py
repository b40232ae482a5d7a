"""Classic selectors as advanced ones that take the same events.

A trail has one kind or the other, and only the advanced kind can be extended (event names, network
activity), so the way forward from classic selectors is to translate them first:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from cloudtrail.selectors.event import DATA, MANAGEMENT
from cloudtrail.selectors.matching import takes_starts_of
from cloudtrail.selectors.types import AdvancedEventSelector, EventSelector, FieldSelector, ReadWriteType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_READ_ONLY_TEXT: Final = {ReadWriteType.READ_ONLY: "true", ReadWriteType.WRITE_ONLY: "false"}


class UntranslatableSelectors(MeshtrailError):
    """Classic selectors that take no event at all: advanced selectors have no way to say that."""


def to_advanced(classic: Sequence[EventSelector]) -> tuple[AdvancedEventSelector, ...]:
    """Advanced event selectors that take exactly the events of these classic ones.

    Args:
        classic: All classic selectors of a trail. None means CloudTrail's default, every management event,
            and is translated into the selector that says so.

    Returns:
        At least one selector, legal on a trail when the classic ones were.

    Raises:
        UntranslatableSelectors: The classic selectors take nothing, and an empty list of advanced
            selectors would take every management event instead.
    """
    translated = tuple(
        advanced
        for index, selector in enumerate(classic or (EventSelector(),))
        for advanced in _translate(selector, index)
    )
    if not translated:
        raise UntranslatableSelectors(
            "These classic event selectors take no event, and no advanced event selector can say that",
            why="each has IncludeManagementEvents false and no value in DataResources",
            remedy="Include management events, name data resources, or stop logging on the trail.",
        )
    return translated


def _translate(selector: EventSelector, index: int) -> Iterator[AdvancedEventSelector]:
    flag = _READ_ONLY_TEXT.get(selector.read_write_type)
    by_flag = (FieldSelector("readOnly", equals=(flag,)),) if flag else ()
    if selector.include_management_events:
        excluded = tuple(dict.fromkeys(selector.exclude_management_event_sources))
        yield AdvancedEventSelector(
            f"Management events of classic selector {index}",
            (
                FieldSelector("eventCategory", equals=(MANAGEMENT,)),
                *by_flag,
                *((FieldSelector("eventSource", not_equals=excluded),) if excluded else ()),
            ),
        )
    # One selector per type, not per data resource: each repeats values that count towards the limit of 500.
    for type_ in dict.fromkeys(resource.type for resource in selector.data_resources):
        arns = _arns(selector, type_)
        if arns is not None:
            yield AdvancedEventSelector(
                f"{type_} data events of classic selector {index}",
                (
                    FieldSelector("eventCategory", equals=(DATA,)),
                    FieldSelector("resources.type", equals=(type_,)),
                    *by_flag,
                    arns,
                ),
            )


def _arns(selector: EventSelector, type_: str) -> FieldSelector | None:
    exact: dict[str, None] = {}
    starts: dict[str, None] = {}
    for resource in selector.data_resources:
        if resource.type == type_:
            for value in resource.values:
                (starts if takes_starts_of(resource, value) else exact)[value] = None
    if not exact and not starts:
        return None
    return FieldSelector("resources.ARN", equals=tuple(exact), starts_with=tuple(starts))
