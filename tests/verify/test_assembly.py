"""The report's document: what is said of one event in one store."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cloudtrail.record import Record
from verify.assembly import reported_events
from verify.reconcile import reconcile
from verify.stores.base import Place, Sighting, Store

Make = Callable[..., Sighting]

GROUP = "log-group:meshtrail"


def nothing(_record: Record) -> bool:
    """A store that should hold no event."""
    return False


def detail(place: Place, here: Sighting, *group: Sighting) -> str | None:
    """What is said of the event in the log group."""
    (event,) = reconcile({"history": [here], GROUP: group}, {"history": nothing, GROUP: nothing})
    stores = cast("list[Store]", [SimpleNamespace(id="history"), SimpleNamespace(id=GROUP)])
    (reported,) = reported_events([(place, event)], stores=stores, answers=[])
    return reported.stores[GROUP].detail


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, None),
        ({"eventName": "DeleteMesh"}, "differs in eventName"),
        (
            {"addendum": {"reason": "DELIVERY_DELAY"}},
            "updated by AWS in addendum",
        ),
    ],
)
def test_what_a_copy_differs_in_is_said(
    place: Place, make_sighting: Make, fields: dict[str, Any], said: str | None
) -> None:
    """What somebody altered, and what AWS updated, are told apart."""
    assert detail(place, make_sighting(), make_sighting(**fields)) == said


def test_an_event_seen_twice_is_said_with_its_places(place: Place, make_sighting: Make) -> None:
    """Both, so that they can be looked at."""
    twice = (make_sighting(where="x"), make_sighting(where="y"))
    assert detail(place, make_sighting(), *twice) == "seen 2 times: x, y"


def test_why_a_large_event_is_not_in_a_log_group_is_said(place: Place, make_sighting: Make) -> None:
    """CloudTrail sends none over 256 KB; a smaller one that is not expected is so for another reason."""
    large = make_sighting(requestParameters={"spec": "x" * 300_000})
    assert detail(place, large) == "over 256 KB: CloudTrail does not send it to a log group"
    assert detail(place, make_sighting()) is None


def test_a_field_that_was_left_out_is_said(place: Place, make_sighting: Make) -> None:
    """By CloudTrail's limits, not by anybody."""
    whole = make_sighting(requestParameters={"spec": "x" * 110_000})
    said = detail(place, whole, make_sighting(requestParameters=None))
    assert said == "left out or cut beyond CloudTrail's limits: requestParameters"
