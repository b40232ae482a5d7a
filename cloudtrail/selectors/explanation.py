"""What selectors do not capture, each with an event that shows it.

"Captured" is a claim about every event that could happen: for each event of the catalog, by any caller, from
anywhere. A condition on the caller (`userIdentity.arn`) or on the session makes capture conditional, so the
claim is made only when no circumstances are left in which an event would be dropped;
`cloudtrail.selectors.witnesses` says why few have to be tried. Two things are taken for granted: the events
name no `resources`, as App Mesh's do not, and a service's own events never come from a console session.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cloudtrail.catalog import APP_MESH, EVENTS, Event
from cloudtrail.selectors.event import EventResource, SelectableEvent
from cloudtrail.selectors.grouping import name_events
from cloudtrail.selectors.matching import field_text, holds, names_category, takes
from cloudtrail.selectors.rejection import rejection
from cloudtrail.selectors.types import AdvancedEventSelector, EventSelector, FieldSelector
from cloudtrail.selectors.wire import quoted
from cloudtrail.selectors.witnesses import FREE_FIELDS, Circumstances, circumstances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtrail.selectors.rejection import Rejection

_SHOWN: Final = 3

_NO_RESOURCE: Final = EventResource()


@dataclass(frozen=True, slots=True)
class Missed:
    """Events that are missed for one and the same reason, and one of them as the proof.

    Attributes:
        event_name: The example's `eventName`.
        read_only: The example's `readOnly`.
        event_type: The example's `eventType`.
        why: Which condition of which selector passes the example over.
        example: The whole example; `matches(selectors, example)` is False.
        always: True when such events are never captured, False when it depends on caller or session.
        event_names: Every event of the catalog that is missed for this reason.
        label: All of them in a few words.
    """

    event_name: str
    read_only: bool
    event_type: str
    why: str
    example: SelectableEvent
    always: bool
    event_names: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether every event is captured and, if not, which are missed.

    Attributes:
        missed: One entry per reason; empty when everything is captured whoever calls.
        total: How many events were asked about.
        event_source: Whose events they are.
    """

    missed: tuple[Missed, ...]
    total: int
    event_source: str

    @property
    def captured_all(self) -> bool:
        """Whether every event is captured, in all circumstances."""
        return not self.missed

    @property
    def missed_names(self) -> frozenset[str]:
        """The names of all events that are missed, always or in some circumstances."""
        return frozenset(name for group in self.missed for name in group.event_names)

    def summary(self) -> str:
        """The answer in one sentence."""
        service = "App Mesh" if self.event_source == APP_MESH else quoted(self.event_source)[1:-1]
        if self.captured_all:
            return f"All {self.total} {service} events are captured."
        groups = [
            f"{group.label}{'' if group.always else ' in some circumstances'}"
            for group in self.missed[:_SHOWN]
        ]
        if len(self.missed) > _SHOWN:
            groups.append(f"{len(self.missed) - _SHOWN} more kinds")
        count = len(self.missed_names)
        verb = "is" if count == 1 else "are"
        return f"{count} of {self.total} {service} events {verb} missed: {'; '.join(groups)}."


@dataclass(frozen=True, slots=True)
class _Search:
    """What trying all circumstances found: one in which the event is dropped; whether it is ever captured."""

    dropped_in: Circumstances | None
    ever_captured: bool


def explain(
    selectors: Sequence[AdvancedEventSelector | EventSelector],
    events: Sequence[Event] = EVENTS,
    *,
    event_source: str = APP_MESH,
) -> Explanation:
    """Find what these selectors fail to capture.

    A counter-example may have a caller no account has; a missing one is never overlooked: when nothing is
    missed, there is no caller and no session for which an event of the catalog would be dropped.

    Args:
        selectors: All selectors of one trail or event data store; none means CloudTrail's default.
        events: The management events to ask about; App Mesh's 39 if not given.
        event_source: The service they belong to.

    Returns:
        The missed events, grouped by reason, the fewest entries that keep reasons apart.
    """
    searches: dict[tuple[object, bool], _Search] = {}
    groups: dict[tuple[bool, tuple[str, ...]], list[tuple[Event, SelectableEvent, list[Rejection]]]] = {}
    # An empty list is CloudTrail's default, which is what one classic selector with its defaults says.
    asked = selectors or (EventSelector(),)
    for event in events:
        plain = SelectableEvent(
            event_source=event_source,
            event_name=event.name,
            event_type=event.event_type,
            read_only=event.read_only,
        )
        left = _left_open(asked, plain)
        by_service = event.event_type == "AwsServiceEvent"
        key = (left, by_service)
        if key not in searches:
            searches[key] = _search(left, by_service=by_service)
        found = searches[key]
        if found.dropped_in is None:
            continue
        example = _in(found.dropped_in, plain)
        reasons = [reason for selector in asked if (reason := rejection(selector, example))]
        cause = (not found.ever_captured, tuple(reason.field for reason in reasons))
        groups.setdefault(cause, []).append((event, example, reasons))
    return Explanation(
        tuple(_missed(asked, events, always=always, group=group) for (always, _), group in groups.items()),
        len(events),
        event_source,
    )


def _left_open(
    selectors: Sequence[AdvancedEventSelector | EventSelector], event: SelectableEvent
) -> tuple[tuple[FieldSelector, ...], ...]:
    """For each selector that may still take the event, the conditions that its name does not settle."""
    return tuple(
        ()
        if isinstance(selector, EventSelector)
        else tuple(each for each in selector.field_selectors if each.field in FREE_FIELDS)
        for selector in selectors
        if _may_take(selector, event)
    )


def _may_take(selector: AdvancedEventSelector | EventSelector, event: SelectableEvent) -> bool:
    if isinstance(selector, EventSelector):
        return takes(selector, event)
    return names_category(selector) and all(
        conditions.field in FREE_FIELDS
        or holds(conditions, field_text(conditions.field, event, _NO_RESOURCE))
        for conditions in selector.field_selectors
    )


def _search(left: tuple[tuple[FieldSelector, ...], ...], *, by_service: bool) -> _Search:
    conditions = [each for alternatives in left for each in alternatives]
    if () in left:
        return _Search(None, ever_captured=True)
    dropped_in: Circumstances | None = None
    ever_captured = False
    for world in circumstances(conditions, service_event=by_service):
        if any(all(holds(each, world[each.field]) for each in alternatives) for alternatives in left):
            ever_captured = True
        else:
            dropped_in = dropped_in or world
        if ever_captured and dropped_in:
            break
    return _Search(dropped_in, ever_captured)


def _in(world: Circumstances, event: SelectableEvent) -> SelectableEvent:
    return replace(
        event,
        user_identity_arn=world["userIdentity.arn"],
        session_credential_from_console=True if world["sessionCredentialFromConsole"] else None,
        error_code=world["errorCode"],
        vpc_endpoint_id=world["vpcEndpointId"],
    )


def _missed(
    selectors: Sequence[AdvancedEventSelector | EventSelector],
    events: Sequence[Event],
    *,
    always: bool,
    group: list[tuple[Event, SelectableEvent, list[Rejection]]],
) -> Missed:
    event, example, reasons = group[0]
    members = [member for member, _, _ in group]
    return Missed(
        event_name=event.name,
        read_only=event.read_only,
        event_type=event.event_type,
        why=_why(selectors, reasons),
        example=example,
        always=always,
        event_names=tuple(member.name for member in members),
        label=name_events(members, events),
    )


def _why(selectors: Sequence[AdvancedEventSelector | EventSelector], reasons: list[Rejection]) -> str:
    told = [
        f"{_path(selector, index)}: {reason.text}"
        for index, (selector, reason) in enumerate(zip(selectors, reasons, strict=True))
        # Selectors of data events and the like have no say in management events.
        if reason.field != "eventCategory"
    ]
    if not told:
        return "no selector takes management events"
    more = len(told) - _SHOWN
    return "; ".join(told[:_SHOWN]) + (f"; and {more} more selectors" if more > 0 else "")


def _path(selector: AdvancedEventSelector | EventSelector, index: int) -> str:
    if isinstance(selector, EventSelector):
        return f"eventSelectors[{index}]"
    return f"advancedEventSelectors[{index}]" + (f" ({quoted(selector.name)})" if selector.name else "")
