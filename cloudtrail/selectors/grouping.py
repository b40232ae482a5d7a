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
    # Either only whole classes, or also classes that lack a few: whichever hides fewer names, then the shorter.
    ways = (_phrase(events, catalog, lacking=lacking) for lacking in (0, _NAMES_SHOWN))
    return min(ways, key=lambda way: (way[0], len(way[1])))[1]


def _phrase(events: Sequence[Event], catalog: Sequence[Event], *, lacking: int) -> tuple[int, str]:
    """How many events stay unnamed, and the phrase, using classes that lack at most so many of their members."""
    left = {event.name for event in events}
    phrases: list[str] = []
    for title, belongs in _CLASSES:
        members = [event.name for event in catalog if belongs(event)]
        absent = [name for name in members if name not in left]
        count = len(members) - len(absent)
        if len(absent) <= lacking and count > _NAMES_SHOWN:
            but = f" but {', '.join(absent)}" if absent else ""
            phrases.append(f"{title}{but} ({count})")
            left -= set(members)
    names = [event.name for event in events if event.name in left]
    phrases += names[:_NAMES_SHOWN]
    hidden = len(names[_NAMES_SHOWN:])
    if hidden:
        phrases.append(f"{hidden} more")
    return hidden, " and ".join(filter(None, (", ".join(phrases[:-1]), phrases[-1])))
