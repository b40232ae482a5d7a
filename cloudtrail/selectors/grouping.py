"""Naming a set of catalog events in as few words as it takes: "every read (15)" instead of fifteen names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudtrail.catalog import Event

_NAMES_SHOWN: Final = 3

_CLASSES: Final[tuple[tuple[str, Callable[[Event], bool]], ...]] = (
    ("every event", lambda _: True),
    ("every API call", lambda event: event.event_type == "AwsApiCall"),
    ("every write call", lambda event: event.event_type == "AwsApiCall" and not event.read_only),
    ("every read", lambda event: event.read_only),
)


def name_events(events: Sequence[Event], catalog: Sequence[Event]) -> str:
    """What these events of the catalog are, as a phrase such as `every read (15) and CreateMesh`.

    Args:
        events: Some or all events of the catalog, at least one.
        catalog: All events they are chosen from.
    """
    left = {event.name for event in events}
    phrases: list[str] = []
    # Whole classes first: "every API call" says more than "every event but StreamAggregatedResources".
    for allowed in (0, _NAMES_SHOWN):
        for title, belongs in _CLASSES:
            members = [event.name for event in catalog if belongs(event)]
            absent = [name for name in members if name not in left]
            if len(absent) > allowed or len(members) - len(absent) <= _NAMES_SHOWN:
                continue
            but = f" but {', '.join(absent)}" if absent else ""
            phrases.append(f"{title}{but} ({len(members) - len(absent)})")
            left -= set(members)
    names = [event.name for event in events if event.name in left]
    phrases += names[:_NAMES_SHOWN]
    if len(names) > _NAMES_SHOWN:
        phrases.append(f"{len(names) - _NAMES_SHOWN} more")
    return " and ".join(filter(None, (", ".join(phrases[:-1]), phrases[-1])))
