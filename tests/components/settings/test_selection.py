from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cloudtrail.selectors import Destination, explain, problems
from components.settings import Settings
from components.settings.selection import store_selectors, trail_selectors

Read = Callable[[Mapping[str, Any]], Settings]


def store(**values: Any) -> dict[str, Any]:
    """Settings that create an event data store."""
    return {"eventDataStore": {"mode": "create", **values}}


@pytest.mark.parametrize(
    "exclude", [[], ["kms.amazonaws.com"], ["kms.amazonaws.com", "rdsdata.amazonaws.com"]]
)
def test_a_trail_captures_every_app_mesh_event(read: Read, exclude: list[str]) -> None:
    """With and without the exclusions AWS allows."""
    selectors = trail_selectors(read({"trail": {"exclude": exclude}}))
    assert explain(selectors).captured_all
    assert problems(selectors, Destination.TRAIL) == ()


@pytest.mark.parametrize(
    ("values", "missed"),
    [
        (store(), 0),
        (store(capture="write-only"), 15),
        (store(envoyConnections=False), 1),
        (store(operations=["CreateMesh", "StreamAggregatedResources"]), 37),
        ({"eventSources": ["appmesh.amazonaws.com", "ecs.amazonaws.com"], **store()}, 0),
        ({"eventSources": ["ecs.amazonaws.com", "vpc-lattice.amazonaws.com"], **store()}, 39),
    ],
)
def test_a_store_keeps_what_was_asked_for(read: Read, values: dict[str, Any], missed: int) -> None:
    """Counted in App Mesh events that are not captured, and always legal."""
    selectors = store_selectors(read(values))
    assert len(explain(selectors).missed_names) == missed
    assert problems(selectors, Destination.EVENT_DATA_STORE) == ()


def test_a_store_without_app_mesh_keeps_the_services_that_were_named(read: Read) -> None:
    """Only writes, when only writes were asked for."""
    chosen = {"eventSources": ["ecs.amazonaws.com"], **store(capture="write-only")}
    (selector,) = store_selectors(read(chosen))
    fields = {each.field: each.equals for each in selector.field_selectors}
    assert fields == {
        "eventCategory": ("Management",),
        "eventSource": ("ecs.amazonaws.com",),
        "readOnly": ("false",),
    }
