from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    FieldSelector,
    MalformedSelector,
    ReadWriteType,
)

if TYPE_CHECKING:
    from botocore.model import Shape
    from hypothesis.strategies import SearchStrategy

# A busy machine is no defect of the code: neither deadlines nor slow drawing fail a test.
quick = settings(max_examples=50, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(data=st.data())
def test_advanced_selectors_survive_the_api_form(
    data: st.DataObject, advanced_selectors: SearchStrategy[AdvancedEventSelector]
) -> None:
    """Any advanced selector written for the API and read back is the same selector."""
    selector = data.draw(advanced_selectors)
    assert AdvancedEventSelector.from_api(selector.to_api()) == selector


@quick
@given(data=st.data())
def test_classic_selectors_survive_the_api_form(
    data: st.DataObject, classic_selectors: SearchStrategy[EventSelector]
) -> None:
    """Any classic selector written for the API and read back is the same selector."""
    selector = data.draw(classic_selectors)
    assert EventSelector.from_api(selector.to_api()) == selector


@quick
@given(data=st.data())
def test_the_api_form_is_what_the_sdk_accepts(
    data: st.DataObject,
    advanced_selectors: SearchStrategy[AdvancedEventSelector],
    classic_selectors: SearchStrategy[EventSelector],
    put_event_selectors: Shape,
) -> None:
    """The SDK finds nothing unknown, missing or mistyped in what is written for PutEventSelectors."""
    request = {
        "TrailName": "audit",
        "EventSelectors": [data.draw(classic_selectors).to_api()],
        "AdvancedEventSelectors": [
            data.draw(advanced_selectors.filter(lambda selector: bool(selector.field_selectors))).to_api()
        ],
    }
    assert not ParamValidator().validate(request, put_event_selectors).has_errors()


@pytest.fixture(scope="module")
def put_event_selectors() -> Shape:
    """What the SDK knows of a PutEventSelectors request."""
    model = botocore.session.get_session().get_service_model("cloudtrail")
    return model.shape_for("PutEventSelectorsRequest")


def test_unused_operators_and_empty_names_are_left_out() -> None:
    """CloudTrail refuses empty lists, so nothing that is not used is sent."""
    selector = AdvancedEventSelector("", (FieldSelector("eventCategory", equals=("Management",)),))
    assert selector.to_api() == {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}


def test_what_an_answer_leaves_out_has_the_default_of_cloudtrail() -> None:
    """A classic selector that says nothing takes reads and writes of all management events."""
    assert EventSelector.from_api({}) == EventSelector(
        read_write_type=ReadWriteType.ALL, include_management_events=True
    )


@pytest.mark.parametrize(
    "document",
    [
        {"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]},
        {"Name": None, "FieldSelectors": [{"Field": "readOnly", "Equals": ["true"], "NotEquals": None}]},
        {"Name": "", "FieldSelectors": ({"Field": "readOnly", "Equals": ("true",), "EndsWith": []},)},
    ],
)
def test_null_missing_and_empty_lists_mean_the_same(document: dict[str, Any]) -> None:
    """SDKs and state files write an unused key as null, as an empty list or not at all."""
    expected = AdvancedEventSelector("", (FieldSelector("readOnly", equals=("true",)),))
    assert AdvancedEventSelector.from_api(document) == expected


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("Management", "AdvancedEventSelectors[0]"),
        (None, "AdvancedEventSelectors[0]"),
        ({"Name": 7}, "AdvancedEventSelectors[0].Name"),
        ({"FieldSelectors": {"Field": "readOnly"}}, "AdvancedEventSelectors[0].FieldSelectors"),
        ({"FieldSelectors": ["readOnly"]}, "AdvancedEventSelectors[0].FieldSelectors[0]"),
        ({"FieldSelectors": [{"Equals": ["true"]}]}, "AdvancedEventSelectors[0].FieldSelectors[0].Field"),
        (
            {"FieldSelectors": [{"Field": "readOnly", "Equals": "true"}]},
            "AdvancedEventSelectors[0].FieldSelectors[0].Equals",
        ),
        (
            {"FieldSelectors": [{"Field": "a", "Equals": ["x"]}, {"Field": "b", "NotEndsWith": ["x", 1]}]},
            "AdvancedEventSelectors[0].FieldSelectors[1].NotEndsWith[1]",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_its_path(document: object, path: str) -> None:
    """An advanced selector that is not one is refused, and the error says where in the document."""
    with pytest.raises(MalformedSelector) as refused:
        AdvancedEventSelector.from_api(document)
    assert refused.value.path == path
    assert path in str(refused.value)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"ReadWriteType": "Everything"}, "EventSelectors[0].ReadWriteType"),
        ({"ReadWriteType": 1}, "EventSelectors[0].ReadWriteType"),
        ({"IncludeManagementEvents": "true"}, "EventSelectors[0].IncludeManagementEvents"),
        ({"DataResources": [{"Values": []}]}, "EventSelectors[0].DataResources[0].Type"),
        ({"ExcludeManagementEventSources": [None]}, "EventSelectors[0].ExcludeManagementEventSources[0]"),
    ],
)
def test_a_classic_selector_that_cannot_be_read_is_named_by_its_path(document: object, path: str) -> None:
    """The same holds for classic selectors."""
    with pytest.raises(MalformedSelector) as refused:
        EventSelector.from_api(document)
    assert refused.value.path == path


def test_a_key_from_the_future_is_refused() -> None:
    """An operator not known here could narrow the selector, so it is an error rather than ignored."""
    document = {"FieldSelectors": [{"Field": "eventName", "Contains": ["Mesh"]}]}
    with pytest.raises(MalformedSelector, match="not an event selector") as refused:
        AdvancedEventSelector.from_api(document)
    assert '"Contains" is not known' in refused.value.why


def test_data_resources_are_read_whole() -> None:
    """A data resource keeps its type and every value, in order."""
    document = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b/", "arn:aws:s3:::a/"]}
    assert DataResource.from_api(document) == DataResource(
        "AWS::S3::Object", ("arn:aws:s3:::b/", "arn:aws:s3:::a/")
    )
