"""The selectors of a trail or an event data store, from one answer of the API.

A trail has classic or advanced selectors, never both, and GetEventSelectors leaves the list of the kind that
is not in use empty. Whoever reads one of the two lists only will call a well-kept trail blind.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtrail.selectors.types import AdvancedEventSelector, EventSelector
from cloudtrail.selectors.wire import MalformedSelector, a_list

if TYPE_CHECKING:
    from collections.abc import Mapping

Selectors = tuple[AdvancedEventSelector, ...] | tuple[EventSelector, ...]
"""All selectors of one destination. Empty means CloudTrail's default: every management event."""


def read_selectors(response: Mapping[str, Any]) -> Selectors:
    """The selectors in an answer of GetEventSelectors, GetEventDataStore or CreateEventDataStore.

    Only the keys `EventSelectors` and `AdvancedEventSelectors` are looked at.

    Args:
        response: The answer as boto3 gives it, or a dictionary with the same two keys.

    Returns:
        The selectors, of one kind. None at all is the default: every management event.

    Raises:
        MalformedSelector: A selector cannot be read, or both kinds are there.
    """
    classic = a_list(response.get("EventSelectors"), "EventSelectors")
    advanced = a_list(response.get("AdvancedEventSelectors"), "AdvancedEventSelectors")
    if classic and advanced:
        raise MalformedSelector(
            "EventSelectors",
            "there are advanced event selectors as well, and CloudTrail knows only one kind at a time",
            remedy="Keep one of EventSelectors and AdvancedEventSelectors.",
        )
    if classic:
        return tuple(
            EventSelector.from_api(item, path=f"EventSelectors[{index}]")
            for index, item in enumerate(classic)
        )
    return tuple(
        AdvancedEventSelector.from_api(item, path=f"AdvancedEventSelectors[{index}]")
        for index, item in enumerate(advanced)
    )
