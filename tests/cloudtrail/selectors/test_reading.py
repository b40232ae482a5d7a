from __future__ import annotations

import pytest

from cloudtrail.selectors import (
    AdvancedEventSelector,
    EventSelector,
    FieldSelector,
    MalformedSelector,
    read_selectors,
)

MANAGEMENT = {
    "Name": "Management events selector",
    "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
}


def test_advanced_selectors_are_read_though_the_classic_list_is_there_and_empty() -> None:
    """GetEventSelectors answers both keys, and only the list in use has entries."""
    response = {"TrailARN": "...", "EventSelectors": [], "AdvancedEventSelectors": [MANAGEMENT]}
    assert read_selectors(response) == (
        AdvancedEventSelector(
            "Management events selector", (FieldSelector("eventCategory", equals=("Management",)),)
        ),
    )


def test_classic_selectors_are_read() -> None:
    """The classic list is read when it is the one in use."""
    assert read_selectors({"EventSelectors": [{"ReadWriteType": "All"}]}) == (EventSelector(),)


@pytest.mark.parametrize("response", [{}, {"EventSelectors": []}, {"AdvancedEventSelectors": None}])
def test_no_selectors_are_an_empty_tuple(response: dict[str, object]) -> None:
    """A trail without selectors is no error: it has CloudTrail's default."""
    assert read_selectors(response) == ()


def test_both_kinds_at_once_are_refused() -> None:
    """CloudTrail keeps one kind at a time, so a document with both cannot be trusted."""
    with pytest.raises(MalformedSelector, match="not an event selector"):
        read_selectors({"EventSelectors": [{}], "AdvancedEventSelectors": [MANAGEMENT]})


def test_the_path_of_a_bad_selector_has_its_position() -> None:
    """The second selector of a list is named as such."""
    with pytest.raises(MalformedSelector) as refused:
        read_selectors({"AdvancedEventSelectors": [MANAGEMENT, {"FieldSelectors": [{"Field": 3}]}]})
    assert refused.value.path == "AdvancedEventSelectors[1].FieldSelectors[0].Field"
