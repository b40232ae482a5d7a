from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.selectors import (
    DataResource,
    Destination,
    EventSelector,
    SelectableEvent,
    UntranslatableSelectors,
    matches,
    problems,
    to_advanced,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# A busy machine is no defect of the code: neither deadlines nor slow drawing fail a test.
quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(data=st.data())
def test_classic_selectors_and_their_translation_take_the_same_events(
    data: st.DataObject,
    classic_selectors: SearchStrategy[EventSelector],
    every_classic_event: list[SelectableEvent],
) -> None:
    """Of all events they could tell apart, classic selectors and their translation take the same ones."""
    classic = data.draw(st.lists(classic_selectors, max_size=3))
    taken = [event for event in every_classic_event if matches(classic, event)]
    try:
        advanced = to_advanced(classic)
    except UntranslatableSelectors:
        assert taken == []
    else:
        assert [event for event in every_classic_event if matches(advanced, event)] == taken


@quick
@given(data=st.data())
def test_legal_classic_selectors_translate_into_legal_advanced_ones(
    data: st.DataObject, classic_selectors: SearchStrategy[EventSelector]
) -> None:
    """What a trail accepts in one form it accepts in the other."""
    classic = data.draw(st.lists(classic_selectors, max_size=5).filter(_takes_something))
    assert problems(classic, Destination.TRAIL) == ()
    assert problems(to_advanced(classic), Destination.TRAIL) == ()


def _takes_something(classic: list[EventSelector]) -> bool:
    return not classic or any(each.include_management_events or each.data_resources for each in classic)


def test_the_most_data_resources_a_trail_can_have_stay_within_the_limit_of_values() -> None:
    """250 data resources in as many entries do not become more than 500 values."""
    arns = [f"arn:aws:lambda:us-east-1:123456789012:function:f{index}" for index in range(250)]
    classic = [
        EventSelector(
            data_resources=tuple(DataResource("AWS::Lambda::Function", (arn,)) for arn in arns[start::5])
        )
        for start in range(5)
    ]
    assert problems(classic, Destination.TRAIL) == ()
    assert problems(to_advanced(classic), Destination.TRAIL) == ()


def test_exact_arns_stay_exact_and_starts_of_arns_stay_starts() -> None:
    """A function's ARN becomes Equals, a whole service and a bucket's start become StartsWith."""
    function = "arn:aws:lambda:us-east-1:123456789012:function:hello"
    resources = (
        DataResource("AWS::Lambda::Function", (function, "arn:aws:lambda")),
        DataResource("AWS::S3::Object", ("arn:aws:s3:::logs/",)),
    )
    translated = to_advanced([EventSelector(include_management_events=False, data_resources=resources)])
    assert [selector.to_api()["FieldSelectors"][-1] for selector in translated] == [
        {"Field": "resources.ARN", "Equals": [function], "StartsWith": ["arn:aws:lambda"]},
        {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::logs/"]},
    ]


def test_the_default_is_translated_into_the_selector_that_says_it() -> None:
    """No classic selectors mean every management event, and so does the one advanced selector."""
    (selector,) = to_advanced(())
    assert selector.to_api()["FieldSelectors"] == [{"Field": "eventCategory", "Equals": ["Management"]}]


@pytest.mark.parametrize(
    "selector",
    [
        EventSelector(include_management_events=False),
        EventSelector(include_management_events=False, data_resources=(DataResource("AWS::S3::Object", ()),)),
    ],
)
def test_selectors_that_take_nothing_have_no_translation(selector: EventSelector) -> None:
    """An empty list would take everything, so it is never the translation of nothing."""
    with pytest.raises(UntranslatableSelectors, match="take no event") as refused:
        to_advanced([selector])
    assert refused.value.remedy
