"""Selectors for what people ask for. All of them are legal where they are meant to go.

On an event data store App Mesh can be chosen; on a trail only reads, writes and the exclusion of two noisy
services can, see `cloudtrail.selectors.rules`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal

from cloudtrail.catalog import APP_MESH, EVENTS, STREAM_AGGREGATED_RESOURCES, by_name
from cloudtrail.errors import MeshtrailError
from cloudtrail.selectors.event import MANAGEMENT
from cloudtrail.selectors.legality import check_legal
from cloudtrail.selectors.translation import to_advanced
from cloudtrail.selectors.types import (
    AdvancedEventSelector,
    Destination,
    EventSelector,
    FieldSelector,
    ReadWriteType,
)
from cloudtrail.selectors.wire import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Choice = Literal["all", "write-only"]
"""Which App Mesh events an event data store takes; the other way to choose is a list of event names."""

_STREAM: Final = STREAM_AGGREGATED_RESOURCES.name
_NAMES: Final = tuple(event.name for event in EVENTS)
_ASK_CATALOG: Final = f"App Mesh events are {', '.join(_NAMES)}."
_SOURCE: Final = re.compile(r"([a-z0-9-]+\.)+amazonaws\.com(\.cn)?")

_CATEGORY: Final = FieldSelector("eventCategory", equals=(MANAGEMENT,))
_WRITES: Final = FieldSelector("readOnly", equals=("false",))


class InvalidChoice(MeshtrailError):
    """What was asked of a preset does not exist; `why` names every wrong part."""


def app_mesh_selectors(
    which: Choice | Sequence[str] = "all",
    *,
    without_stream: bool = False,
    extra_sources: Sequence[str] = (),
) -> tuple[AdvancedEventSelector, ...]:
    """Advanced event selectors by which an event data store takes App Mesh events.

    Args:
        which: `all`; `write-only`, which applies to the extra sources too; or the names of App Mesh events,
            which apply to App Mesh alone.
        without_stream: Leave out `StreamAggregatedResources`, of which every Envoy proxy causes two in half
            an hour. It does not matter to a list of names, which has it or has it not.
        extra_sources: Further services, e.g. `ecs.amazonaws.com`.

    Returns:
        One selector for App Mesh and, if there are extra sources, one for them; legal on an event data store.

    Raises:
        InvalidChoice: A name is not in App Mesh's catalog, a source is not an event source, or the parts
            contradict each other.
        IllegalSelectors: There are more values than CloudTrail allows.
    """
    complaints = [*_name_complaints(which, without_stream=without_stream), *_source_complaints(extra_sources)]
    if complaints:
        raise InvalidChoice(
            "These App Mesh events cannot be chosen",
            why="; ".join(why for why, _ in complaints),
            remedy=" ".join(dict.fromkeys(remedy for _, remedy in complaints)),
        )
    source = FieldSelector("eventSource", equals=(APP_MESH,))
    if which == "all":
        name, chosen = "App Mesh: all events", ()
    elif which == "write-only":
        name, chosen = "App Mesh: writes", (_WRITES,)
    else:
        name, chosen = (
            "App Mesh: chosen events",
            (FieldSelector("eventName", equals=tuple(dict.fromkeys(which))),),
        )
    if without_stream and which in ("all", "write-only"):
        name, chosen = f"{name} but {_STREAM}", (*chosen, FieldSelector("eventName", not_equals=(_STREAM,)))
    selectors = [AdvancedEventSelector(name, (_CATEGORY, source, *chosen))]
    if extra_sources:
        further = FieldSelector("eventSource", equals=tuple(dict.fromkeys(extra_sources)))
        writes = (_WRITES,) if which == "write-only" else ()
        selectors.append(
            AdvancedEventSelector(
                f"Further services: {'writes' if writes else 'all management events'}",
                (_CATEGORY, further, *writes),
            )
        )
    check_legal(selectors, Destination.EVENT_DATA_STORE)
    return tuple(selectors)


def management_selectors(
    read_write: ReadWriteType | Literal["All", "ReadOnly", "WriteOnly"] = ReadWriteType.ALL,
    *,
    exclude: Sequence[str] = (),
) -> tuple[AdvancedEventSelector, ...]:
    """Advanced event selectors by which a trail takes management events, App Mesh's among them.

    Leaving anything out makes AWS Security Hub's control CloudTrail.1 fail
    (https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html).

    Args:
        read_write: Reads, writes or all.
        exclude: Event sources to leave out: `kms.amazonaws.com`, `rdsdata.amazonaws.com`, no others.

    Returns:
        One selector, legal on a trail.

    Raises:
        InvalidChoice: `read_write` is none of the three.
        IllegalSelectors: Another service is to be left out.
    """
    if read_write not in tuple(ReadWriteType):
        raise InvalidChoice(
            "These management events cannot be chosen",
            why=f"{quoted(read_write)} is not a read/write type",
            remedy=f"Use one of {', '.join(ReadWriteType)}.",
        )
    classic = EventSelector(
        read_write_type=ReadWriteType(read_write), exclude_management_event_sources=tuple(exclude)
    )
    check_legal((classic,), Destination.TRAIL)
    (advanced,) = to_advanced((classic,))
    words = {ReadWriteType.READ_ONLY: "reads", ReadWriteType.WRITE_ONLY: "writes"}
    but = f" but {' and '.join(dict.fromkeys(exclude))}" if exclude else ""
    return (
        AdvancedEventSelector(
            f"Management events: {words.get(classic.read_write_type, 'all')}{but}", advanced.field_selectors
        ),
    )


def _name_complaints(which: Choice | Sequence[str], *, without_stream: bool) -> Iterator[tuple[str, str]]:
    if isinstance(which, str):
        if which not in ("all", "write-only"):
            yield f"{quoted(which)} is not a choice", 'Write "all", "write-only" or a list of event names.'
        return
    if not which:
        yield "the list of event names is empty", 'Name at least one event, or write "all".'
    for name in dict.fromkeys(which):
        if by_name(name) is None:
            close = _case_matches(name) or get_close_matches(name, _NAMES, n=3)
            remedy = f"Instead of {quoted(name)}, try {' or '.join(close)}." if close else _ASK_CATALOG
            yield f"{quoted(name)} is not an App Mesh event", remedy
    if without_stream and _STREAM in which:
        yield f"{_STREAM} is chosen and left out at once", f"Remove {_STREAM} from the list, or keep it in."


def _case_matches(name: str) -> list[str]:
    return [known for known in _NAMES if known.lower() == name.lower()]


def _source_complaints(sources: Sequence[str]) -> Iterator[tuple[str, str]]:
    for source in dict.fromkeys(sources):
        if source == APP_MESH:
            yield f"{APP_MESH} is no further source", f"Remove {APP_MESH} from the further sources."
        elif not _SOURCE.fullmatch(source):
            yield (
                f"{quoted(source)} is not an event source",
                'Write event sources as CloudTrail does, such as "ecs.amazonaws.com".',
            )
