"""What CloudTrail accepts in classic event selectors, which only a trail can have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cloudtrail.selectors.matching import is_whole_service
from cloudtrail.selectors.problem import SelectorProblem
from cloudtrail.selectors.rules import (
    CLASSIC_PAGE,
    CLASSIC_RESOURCE_TYPES,
    DATA_RESOURCE_PAGE,
    EXCLUDABLE_SOURCES,
    LIMITS_PAGE,
    MAX_CLASSIC_SELECTORS,
    MAX_DATA_RESOURCES,
    STORE_PAGE,
)
from cloudtrail.selectors.types import Destination
from cloudtrail.selectors.wire import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtrail.selectors.types import DataResource, EventSelector

_START_OF_ARN: Final = {
    "AWS::S3::Object": re.compile(r"arn:[\w-]+:s3(:|$)"),
    "AWS::Lambda::Function": re.compile(r"arn:[\w-]+:lambda(:|$)"),
    "AWS::DynamoDB::Table": re.compile(r"arn:[\w-]+:dynamodb(:|$)"),
}


def classic_problems(
    selectors: Sequence[tuple[int, EventSelector]], destination: Destination
) -> Iterator[SelectorProblem]:
    """Everything CloudTrail would refuse in these classic selectors, given with their position in the list."""
    if not selectors:
        return
    if destination is Destination.EVENT_DATA_STORE:
        yield SelectorProblem(
            "eventSelectors",
            "an event data store takes advanced event selectors only.",
            "Translate the classic ones (to_advanced).",
            STORE_PAGE,
        )
    if len(selectors) > MAX_CLASSIC_SELECTORS:
        yield SelectorProblem(
            "eventSelectors",
            f"a trail takes up to {MAX_CLASSIC_SELECTORS} event selectors, and there are {len(selectors)}.",
            "Merge some, or use advanced event selectors.",
            LIMITS_PAGE,
        )
    arns = sum(
        not is_whole_service(value)
        for _, selector in selectors
        for resource in selector.data_resources
        for value in resource.values
    )
    if arns > MAX_DATA_RESOURCES:
        yield SelectorProblem(
            "eventSelectors",
            f"a trail takes up to {MAX_DATA_RESOURCES} data resources over all its event selectors, "
            f"and there are {arns}.",
            "Name a whole bucket or service, or use advanced event selectors.",
            LIMITS_PAGE,
        )
    for index, selector in selectors:
        yield from _selector_problems(selector, f"eventSelectors[{index}]")


def _selector_problems(selector: EventSelector, path: str) -> Iterator[SelectorProblem]:
    for index, source in enumerate(selector.exclude_management_event_sources):
        if source not in EXCLUDABLE_SOURCES:
            yield SelectorProblem(
                f"{path}.excludeManagementEventSources[{index}]",
                f"a trail can leave out the management events of {' and '.join(EXCLUDABLE_SOURCES)} only, "
                f"not of {quoted(source)}.",
                "Remove it; choose events where they are read, or in an event data store.",
                CLASSIC_PAGE,
            )
    for index, resource in enumerate(selector.data_resources):
        yield from _resource_problems(resource, f"{path}.dataResources[{index}]")


def _resource_problems(resource: DataResource, path: str) -> Iterator[SelectorProblem]:
    if resource.type not in CLASSIC_RESOURCE_TYPES:
        yield SelectorProblem(
            f"{path}.type",
            f"event selectors know {', '.join(CLASSIC_RESOURCE_TYPES)} only, not {quoted(resource.type)}.",
            "Use advanced event selectors for other resource types.",
            DATA_RESOURCE_PAGE,
        )
    if not resource.values:
        yield SelectorProblem(
            f"{path}.values",
            "a data resource names the ARNs it selects, and there is none.",
            "Name ARNs, or a whole service, as arn:aws:s3 does.",
            DATA_RESOURCE_PAGE,
        )
    start = _START_OF_ARN.get(resource.type)
    for index, value in enumerate(resource.values):
        if (start and not start.match(value)) or value.endswith("*"):
            yield SelectorProblem(
                f"{path}.values[{index}]",
                f"an ARN of the resource type, or the start of one without wildcards, is expected, "
                f"not {quoted(value)}.",
                "Write the ARN, or the part all ARNs begin with.",
                DATA_RESOURCE_PAGE,
            )
