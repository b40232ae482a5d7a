from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.clients import SandboxSession


def management(*more: dict[str, Any]) -> dict[str, Any]:
    """An advanced selector of management events."""
    return {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, *more]}


def test_the_default_is_every_management_event(root: SandboxSession, trails: Any) -> None:
    """A trail whose selectors were never put has CloudTrail's default, told as classic, and no custom ones."""
    trails.create()
    cloudtrail = root.client("cloudtrail")
    (selector,) = cloudtrail.get_event_selectors(TrailName="mesh")["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)
    assert cloudtrail.get_trail(Name="mesh")["Trail"]["HasCustomEventSelectors"] is False


def test_one_kind_of_selectors_replaces_the_other(root: SandboxSession, trails: Any) -> None:
    """A trail has classic or advanced selectors, whichever were put last."""
    trails.create()
    cloudtrail = root.client("cloudtrail")
    cloudtrail.put_event_selectors(TrailName="mesh", AdvancedEventSelectors=[management()])
    assert "EventSelectors" not in cloudtrail.get_event_selectors(TrailName="mesh")
    cloudtrail.put_event_selectors(TrailName="mesh", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    answer = cloudtrail.get_event_selectors(TrailName="mesh")
    assert answer["EventSelectors"][0]["ReadWriteType"] == "WriteOnly"
    assert "AdvancedEventSelectors" not in answer
    assert cloudtrail.get_trail(Name="mesh")["Trail"]["HasCustomEventSelectors"] is True


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        (management({"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]}), "eventSource"),
        (management({"Field": "eventName", "Equals": ["CreateMesh"]}), "eventName"),
        ({"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]}, "eventCategory"),
    ],
)
def test_what_is_illegal_on_a_trail_is_refused(
    root: SandboxSession, trails: Any, refused: Any, selector: dict[str, Any], told: str
) -> None:
    """A trail cannot select App Mesh, and the refusal names the field."""
    trails.create()
    with refused() as error:
        root.client("cloudtrail").put_event_selectors(TrailName="mesh", AdvancedEventSelectors=[selector])
    assert error.code == "InvalidEventSelectorsException"
    assert told in error.message


def test_no_selectors_at_all_are_refused(root: SandboxSession, trails: Any, refused: Any) -> None:
    """PutEventSelectors has to be given some."""
    trails.create()
    with refused() as error:
        root.client("cloudtrail").put_event_selectors(TrailName="mesh")
    assert error.code == "InvalidEventSelectorsException"


def test_selectors_are_put_at_home(root: SandboxSession, trails: Any, refused: Any) -> None:
    """From another Region the selectors of a trail cannot be changed."""
    arn = trails.create(IsMultiRegionTrail=True)
    with refused() as error:
        root.client("cloudtrail", "eu-west-1").put_event_selectors(
            TrailName=arn, AdvancedEventSelectors=[management()]
        )
    assert error.code == "InvalidHomeRegionException"


def test_insights_are_off_until_put(root: SandboxSession, trails: Any, refused: Any) -> None:
    """A trail without Insights says so with an error, as AWS does; an empty list turns them off again."""
    trails.create()
    cloudtrail = root.client("cloudtrail")
    chosen = [{"InsightType": "ApiCallRateInsight"}]
    cloudtrail.put_insight_selectors(TrailName="mesh", InsightSelectors=chosen)
    assert cloudtrail.get_insight_selectors(TrailName="mesh")["InsightSelectors"] == chosen
    cloudtrail.put_insight_selectors(TrailName="mesh", InsightSelectors=[])
    with refused() as error:
        cloudtrail.get_insight_selectors(TrailName="mesh")
    assert error.code == "InsightNotEnabledException"
