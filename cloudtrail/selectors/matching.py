"""Whether selectors take an event, by CloudTrail's and/or rules.

The rules, from https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html and
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html:

- An event is taken when any selector takes it. No selectors at all mean the default of a trail and of an
  event data store: every management event.
- An advanced selector takes an event when the conditions on all its fields hold.
- The condition on one field holds when, of the values under Equals, StartsWith and EndsWith together, at
  least one matches (or there are none), and of the values under the three Not operators none matches.
- A classic selector takes a management event when it includes management events, does not exclude the
  event's source, and its read/write type fits; a data event when a data resource fits and the type does.

Where AWS does not say, this module decides for what cannot make a false proof of capture:

- A field the event lacks is equal to nothing and starts and ends with nothing: Equals, StartsWith and
  EndsWith fail on it, the Not operators hold. An event without `readOnly` is thus taken only by selectors
  that do not ask for it.
- Conditions on `resources.type` and `resources.ARN` must hold for one and the same resource of the event.
- What CloudTrail would refuse to store takes nothing: a selector without `eventCategory`, a condition
  without a value, a field CloudTrail does not know. Other illegal selectors are evaluated as they stand;
  `cloudtrail.selectors.problems` finds them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cloudtrail.selectors.event import DATA, MANAGEMENT, EventResource, SelectableEvent
from cloudtrail.selectors.types import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WHOLE_SERVICE: Final = re.compile(r"arn:[^:]+:[^:]+:*")

_READERS: Final[dict[str, Callable[[SelectableEvent, EventResource], str | None]]] = {
    "eventCategory": lambda event, _: event.event_category,
    "eventSource": lambda event, _: event.event_source,
    "readOnly": lambda event, _: _flag_text(event.read_only),
    "eventType": lambda event, _: event.event_type,
    "eventName": lambda event, _: event.event_name,
    "resources.type": lambda _, resource: resource.type,
    "resources.ARN": lambda _, resource: resource.arn,
    "userIdentity.arn": lambda event, _: event.user_identity_arn,
    "sessionCredentialFromConsole": lambda event, _: _flag_text(event.session_credential_from_console),
    "errorCode": lambda event, _: event.error_code,
    "vpcEndpointId": lambda event, _: event.vpc_endpoint_id,
}

FIELDS: Final = tuple(_READERS)
"""Every field a selector can name, the ones that separate the most events first."""


def matches(selectors: Sequence[AdvancedEventSelector | EventSelector], event: SelectableEvent) -> bool:
    """Whether a trail or an event data store with these selectors takes the event.

    Args:
        selectors: All selectors of the destination; none means CloudTrail's default.
        event: The event, see `SelectableEvent.from_document`.
    """
    if not selectors:
        return event.event_category == MANAGEMENT
    return any(takes(selector, event) for selector in selectors)


def takes(selector: AdvancedEventSelector | EventSelector, event: SelectableEvent) -> bool:
    """Whether this one selector takes the event."""
    if isinstance(selector, EventSelector):
        return _classic_takes(selector, event)
    return names_category(selector) and any(
        all(
            holds(conditions, field_text(conditions.field, event, resource))
            for conditions in selector.field_selectors
        )
        for resource in event.resources or (EventResource(),)
    )


def names_category(selector: AdvancedEventSelector) -> bool:
    """Whether the selector has the condition without which CloudTrail accepts none."""
    return any(conditions.field == "eventCategory" for conditions in selector.field_selectors)


def field_text(field: str, event: SelectableEvent, resource: EventResource) -> str | None:
    """The text of a field that operators compare with: booleans as `true` and `false`, None when absent."""
    reader = _READERS.get(field)
    return reader(event, resource) if reader else None


def holds(conditions: FieldSelector, text: str | None) -> bool:
    """Whether the conditions on one field hold for the text of that field (None: the event lacks it)."""
    select = conditions.equals or conditions.starts_with or conditions.ends_with
    deselect = conditions.not_equals or conditions.not_starts_with or conditions.not_ends_with
    if conditions.field not in _READERS or not (select or deselect):
        return False
    if text is None:
        return not select
    if (
        text in conditions.not_equals
        or text.startswith(conditions.not_starts_with)
        or text.endswith(conditions.not_ends_with)
    ):
        return False
    return (
        not select
        or text in conditions.equals
        or text.startswith(conditions.starts_with)
        or text.endswith(conditions.ends_with)
    )


def fits(read_write_type: ReadWriteType, event: SelectableEvent) -> bool:
    """Whether the event is of a classic selector's read/write type."""
    if read_write_type is ReadWriteType.ALL:
        return True
    return event.read_only is (read_write_type is ReadWriteType.READ_ONLY)


def is_whole_service(value: str) -> bool:
    """Whether a data resource's value, such as `arn:aws:lambda`, means every resource of the service."""
    return _WHOLE_SERVICE.fullmatch(value) is not None


def takes_starts_of(resource: DataResource, value: str) -> bool:
    """Whether a classic data resource's value is the start of an ARN rather than an ARN.

    Values of S3 objects are; those of functions and tables are exact, except a whole service's.
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html
    """
    return resource.type == "AWS::S3::Object" or is_whole_service(value)


def _classic_takes(selector: EventSelector, event: SelectableEvent) -> bool:
    if not fits(selector.read_write_type, event):
        return False
    if event.event_category == MANAGEMENT:
        return (
            selector.include_management_events
            and event.event_source not in selector.exclude_management_event_sources
        )
    return event.event_category == DATA and any(
        wanted.type == resource.type and _covers(wanted, resource.arn)
        for wanted in selector.data_resources
        for resource in event.resources
    )


def _covers(wanted: DataResource, arn: str | None) -> bool:
    return arn is not None and any(
        arn.startswith(value) if takes_starts_of(wanted, value) else arn == value for value in wanted.values
    )


def _flag_text(flag: bool | None) -> str | None:  # noqa: FBT001 # a field's value, not a switch
    return None if flag is None else str(flag).lower()
