"""A trail's event and Insights selectors: legal ones only, and told as AWS tells them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.selectors.legality import problems
from cloudtrail.selectors.reading import read_selectors
from cloudtrail.selectors.types import Destination
from cloudtrail.selectors.wire import MalformedSelector
from sandbox.api.base import StatefulCloudTrailResponse
from sandbox.api.errors import AwsError
from sandbox.api.trail_lookup import find_trail_to_change, find_trail_to_describe

if TYPE_CHECKING:
    from moto.cloudtrail.models import Trail

INSIGHTS: Final = ("ApiCallRateInsight", "ApiErrorRateInsight")

_DEFAULT: Final = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


class SelectorResponses(StatefulCloudTrailResponse):
    """What a trail records."""

    def put_event_selectors(self) -> str:
        """Replace a trail's selectors, of either kind, by one kind."""
        request = self.parameters()
        trail = self._trail_to_change(request)
        classic = request.get("EventSelectors") or []
        advanced = request.get("AdvancedEventSelectors") or []
        if not classic and not advanced:
            raise AwsError("InvalidEventSelectorsException", "Event selectors have to be given.")
        try:
            selectors = read_selectors({"EventSelectors": classic, "AdvancedEventSelectors": advanced})
        except MalformedSelector as error:
            raise AwsError("InvalidEventSelectorsException", " ".join(str(error).split())) from error
        found = problems(selectors, Destination.TRAIL)
        if found:
            told = "; ".join(f"{problem.path}: {problem.rule}" for problem in found)
            raise AwsError("InvalidEventSelectorsException", told)
        trail.event_selectors, trail.advanced_event_selectors = classic, advanced
        return self._selectors(trail)

    def get_event_selectors(self) -> str:
        """A trail's selectors; CloudTrail's default when none were put."""
        return self._selectors(self._trail_seen(self.parameters()))

    def put_insight_selectors(self) -> str:
        """Replace a trail's Insights selectors; an empty list turns Insights off."""
        request = self.parameters()
        trail = self._trail_to_change(request)
        selectors: list[dict[str, str]] = request.get("InsightSelectors") or []
        if any(each.get("InsightType") not in INSIGHTS for each in selectors):
            raise AwsError(
                "InvalidInsightSelectorsException", f"An insight type has to be one of {', '.join(INSIGHTS)}."
            )
        trail.insight_selectors = selectors
        return json.dumps({"TrailARN": trail.arn, "InsightSelectors": selectors})

    def get_insight_selectors(self) -> str:
        """A trail's Insights selectors."""
        trail = self._trail_seen(self.parameters())
        if not trail.insight_selectors:
            raise AwsError("InsightNotEnabledException", f"Trail {trail.arn} does not have Insights enabled.")
        return json.dumps({"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors})

    def _selectors(self, trail: Trail) -> str:
        answer: dict[str, Any] = {"TrailARN": trail.arn}
        if trail.advanced_event_selectors:
            answer["AdvancedEventSelectors"] = trail.advanced_event_selectors
        else:
            answer["EventSelectors"] = [{**_DEFAULT, **each} for each in trail.event_selectors] or [_DEFAULT]
        return json.dumps(answer)

    def _trail_seen(self, request: dict[str, Any]) -> Trail:
        name = str(request.get("TrailName"))
        return find_trail_to_describe(name, account=self.current_account, region=self.region)

    def _trail_to_change(self, request: dict[str, Any]) -> Trail:
        name = str(request.get("TrailName"))
        return find_trail_to_change(name, account=self.current_account, region=self.region)
