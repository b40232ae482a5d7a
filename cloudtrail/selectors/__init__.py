"""Event selectors: what a trail or an event data store captures, legally and in fact.

    types, reading          selectors as values, read from and written to the CloudTrail API
    rules, legality         what CloudTrail accepts where
    event, matching         which events selectors take
    explanation             what they miss, each with an event that shows it
    presets, translation    selectors for what people ask for; classic ones as advanced ones

Everything public is named here.
"""

from __future__ import annotations

from cloudtrail.selectors.event import EventResource, SelectableEvent
from cloudtrail.selectors.explanation import Explanation, Missed, explain
from cloudtrail.selectors.legality import check_legal, problems
from cloudtrail.selectors.matching import matches, takes
from cloudtrail.selectors.presets import Choice, InvalidChoice, app_mesh_selectors, management_selectors
from cloudtrail.selectors.problem import IllegalSelectors, SelectorProblem
from cloudtrail.selectors.reading import Selectors, read_selectors
from cloudtrail.selectors.rejection import Rejection, rejection
from cloudtrail.selectors.translation import UntranslatableSelectors, to_advanced
from cloudtrail.selectors.types import (
    AdvancedEventSelector,
    DataResource,
    Destination,
    EventSelector,
    FieldSelector,
    ReadWriteType,
)
from cloudtrail.selectors.wire import MalformedSelector

__all__ = [
    "AdvancedEventSelector",
    "Choice",
    "DataResource",
    "Destination",
    "EventResource",
    "EventSelector",
    "Explanation",
    "FieldSelector",
    "IllegalSelectors",
    "InvalidChoice",
    "MalformedSelector",
    "Missed",
    "ReadWriteType",
    "Rejection",
    "SelectableEvent",
    "SelectorProblem",
    "Selectors",
    "UntranslatableSelectors",
    "app_mesh_selectors",
    "check_legal",
    "explain",
    "management_selectors",
    "matches",
    "problems",
    "read_selectors",
    "rejection",
    "takes",
    "to_advanced",
]
