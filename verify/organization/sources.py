"""Whose events an organization's verification is about: how they are called, and which of them selectors drop.

App Mesh's events are known one by one. Of another service it is known only that it has reads, writes and events of its
own, so that selectors are evaluated over these kinds: where one of them decides by an event's name, the whole kind
counts as dropped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cloudtrail.catalog import APP_MESH, EVENTS, Event
from cloudtrail.errors import MeshtrailError
from cloudtrail.selectors import AdvancedEventSelector, explain
from cloudtrail.selectors.types import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloudtrail.selectors import Selectors

APP_MESH_ALONE: Final = (APP_MESH,)
"""Whose events are looked for if nobody says otherwise."""

_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,100}\.amazonaws\.com(\.cn)?")
_KINDS: Final = (
    (True, "AwsApiCall", "reads"),
    (False, "AwsApiCall", "writes"),
    (False, "AwsServiceEvent", "own events"),
)
_ANY_NAME: Final = "AnyOtherName"
"""Stands for every name that no selector mentions."""


class NotASource(MeshtrailError):
    """An event source is asked for by something that is none."""


def refuse_strange_sources(sources: Iterable[str]) -> None:
    """Refuse what CloudTrail writes as no event source: nothing would be found of it, and all seem well.

    Raises:
        NotASource: naming them.
    """
    strange = [source for source in sources if not _SOURCE.fullmatch(source)]
    if strange:
        raise NotASource(
            f"{', '.join(strange)} is no event source",
            where="--event-source",
            remedy="Write it as CloudTrail does, in full: ecs.amazonaws.com.",
        )


def service(sources: Sequence[str]) -> str:
    """What the events are of: `App Mesh`, or the event sources by name."""
    return "App Mesh" if tuple(sources) == APP_MESH_ALONE else _and(sources)


def events(sources: Sequence[str]) -> str:
    """The events in the middle of a sentence: `App Mesh events`."""
    return "App Mesh events" if tuple(sources) == APP_MESH_ALONE else f"events of {_and(sources)}"


def an_event(sources: Sequence[str]) -> str:
    """One of the events at the beginning of a sentence: `An App Mesh event`."""
    return "An App Mesh event" if tuple(sources) == APP_MESH_ALONE else f"Every event of {_and(sources)}"


@lru_cache(maxsize=16)
def kinds_of(sources: tuple[str, ...]) -> frozenset[str]:
    """Every kind of event of these sources; what takes nothing drops them all."""
    return frozenset(
        kind
        for source in sources
        for kind in (
            (event.name for event in EVENTS)
            if source == APP_MESH
            else (f"{source} {name}" for *_, name in _KINDS)
        )
    )


@lru_cache(maxsize=256)
def missed_by(selectors: Selectors, sources: tuple[str, ...] = APP_MESH_ALONE) -> frozenset[str]:
    """The kinds of events that selectors drop, always or in some circumstances.

    The accounts of an organization mostly have the same selectors.
    """
    return frozenset(kind for source in sources for kind in _missed(selectors, source))


def _missed(selectors: Selectors, source: str) -> Iterator[str]:
    if source == APP_MESH:
        yield from explain(selectors).missed_names
        return
    names = sorted({_ANY_NAME, *_mentioned(selectors)})
    for read_only, event_type, kind in _KINDS:
        every = [Event(name, read_only=read_only, event_type=event_type) for name in names]
        if not explain(selectors, every, event_source=source).captured_all:
            yield f"{source} {kind}"


def _mentioned(selectors: Selectors) -> Iterator[str]:
    """The names of events that selectors decide by: each value is a name, or the beginning or end of one."""
    for selector in selectors:
        if isinstance(selector, AdvancedEventSelector):
            for condition in selector.field_selectors:
                if condition.field == "eventName":
                    yield from (value for operator in OPERATORS for value in condition.values(operator))


def _and(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
