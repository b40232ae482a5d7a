from __future__ import annotations

import pytest

from cloudtrail.catalog import EVENTS, OPERATIONS, Event, by_name
from cloudtrail.selectors.grouping import name_events


def named(*names: str) -> list[Event]:
    """Events of the catalog by name."""
    return [event for name in names if (event := by_name(name))]


FOUR_LACKING = (
    "every write call but CreateMesh, TagResource (21), every read but ListMeshes, ListRoutes (13) "
    "and StreamAggregatedResources"
)


@pytest.mark.parametrize(
    ("events", "phrase"),
    [
        (EVENTS, "every event (39)"),
        (OPERATIONS, "every API call (38)"),
        ([event for event in OPERATIONS if event.read_only], "every read (15)"),
        ([event for event in OPERATIONS if not event.read_only], "every write call (23)"),
        ([event for event in EVENTS if event.name != "CreateMesh"], "every event but CreateMesh (38)"),
        (
            [
                event
                for event in EVENTS
                if event.name not in ("CreateMesh", "ListMeshes", "TagResource", "ListRoutes")
            ],
            FOUR_LACKING,
        ),
        (named("CreateMesh"), "CreateMesh"),
        (named("CreateMesh", "DeleteMesh"), "CreateMesh and DeleteMesh"),
        (
            named("CreateMesh", "DeleteMesh", "ListMeshes", "TagResource", "UpdateMesh"),
            "CreateMesh, DeleteMesh, ListMeshes and 2 more",
        ),
    ],
)
def test_events_are_named_in_few_words(events: list[Event], phrase: str) -> None:
    """Whole classes by their name, nearly whole ones by what they lack, the rest one by one."""
    assert name_events(events, EVENTS) == phrase


def test_a_class_of_few_events_is_named_by_them() -> None:
    """Three names are shorter than a class and its number."""
    events = named("CreateMesh", "DeleteMesh", "UpdateMesh")
    assert name_events(events, events) == "CreateMesh, DeleteMesh and UpdateMesh"
