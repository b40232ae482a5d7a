from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
    SelectableEvent,
    matches,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# A busy machine is no defect of the code: neither deadlines nor slow drawing fail a test.
quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

CREATE_MESH = SelectableEvent(
    event_source="appmesh.amazonaws.com",
    event_name="CreateMesh",
    event_type="AwsApiCall",
    read_only=False,
    user_identity_arn="arn:aws:iam::123456789012:user/Mary_Major",
)
MANAGEMENT = FieldSelector("eventCategory", equals=("Management",))


def advanced(*conditions: FieldSelector) -> tuple[AdvancedEventSelector, ...]:
    """One selector of management events with these conditions."""
    return (AdvancedEventSelector("", (MANAGEMENT, *conditions)),)


# --- An independent model: events as tables of text, conditions as regular expressions. ---------------------


def rows(event: SelectableEvent) -> list[dict[str, str]]:
    """The event as one table of its present fields for each resource it names."""
    flags = {True: "true", False: "false", None: None}
    common = {
        "eventCategory": event.event_category,
        "eventSource": event.event_source,
        "eventName": event.event_name,
        "eventType": event.event_type,
        "readOnly": flags[event.read_only],
        "userIdentity.arn": event.user_identity_arn,
        "sessionCredentialFromConsole": flags[event.session_credential_from_console],
        "errorCode": event.error_code,
        "vpcEndpointId": event.vpc_endpoint_id,
    }
    tables = [
        common | {"resources.type": resource.type, "resources.ARN": resource.arn}
        for resource in event.resources
    ] or [common]
    return [{field: text for field, text in table.items() if text is not None} for table in tables]


KNOWN = {
    field for row in rows(replace(CREATE_MESH, resources=(EventResource("t", "a"),))) for field in row
} | {
    "sessionCredentialFromConsole",
    "errorCode",
    "vpcEndpointId",
}


def pattern(exact: tuple[str, ...], starts: tuple[str, ...], ends: tuple[str, ...]) -> re.Pattern[str] | None:
    """One expression that finds any of these values, or None when there are none."""
    parts = [
        *(rf"\A{re.escape(value)}\Z" for value in exact),
        *(rf"\A{re.escape(value)}" for value in starts),
        *(rf"{re.escape(value)}\Z" for value in ends),
    ]
    return re.compile("|".join(parts)) if parts else None


def model_condition(conditions: FieldSelector, row: dict[str, str]) -> bool:
    """The documented rule for one field: (any SELECT, if there is one) and no DESELECT."""
    select = pattern(conditions.equals, conditions.starts_with, conditions.ends_with)
    deselect = pattern(conditions.not_equals, conditions.not_starts_with, conditions.not_ends_with)
    if conditions.field not in KNOWN or (select is None and deselect is None):
        return False
    text = row.get(conditions.field)
    if text is None:
        return select is None
    return not (deselect and deselect.search(text)) and (select is None or bool(select.search(text)))


def model(selectors: list[AdvancedEventSelector], event: SelectableEvent) -> bool:
    """What the documentation says of advanced selectors, over the whole list."""
    if len(selectors) == 0:
        return event.event_category == "Management"
    return any(
        any(conditions.field == "eventCategory" for conditions in selector.field_selectors)
        and [model_condition(conditions, row) for conditions in selector.field_selectors].count(False) == 0
        for selector in selectors
        for row in rows(event)
    )


def model_classic(selector: EventSelector, event: SelectableEvent) -> bool:
    """What the documentation says of one classic selector."""
    wanted = {"All": {True, False, None}, "ReadOnly": {True}, "WriteOnly": {False}}[
        selector.read_write_type.value
    ]
    management = event.event_category == "Management" and selector.include_management_events
    if event.event_source in set(selector.exclude_management_event_sources):
        management = False
    data = False
    for wish in selector.data_resources:
        for resource in event.resources:
            for value in wish.values:
                prefix = wish.type.startswith("AWS::S3") or value in ("arn:aws:lambda", "arn:aws:dynamodb")
                tail = ".*" if prefix else ""
                hit = re.fullmatch(re.escape(value) + tail, resource.arn or "")
                data = data or (hit is not None and wish.type == resource.type)
    return event.read_only in wanted and (management or (event.event_category == "Data" and data))


@quick
@given(data=st.data())
def test_advanced_evaluation_agrees_with_the_model(
    data: st.DataObject,
    advanced_selectors: SearchStrategy[AdvancedEventSelector],
    events: SearchStrategy[SelectableEvent],
) -> None:
    """For any selectors and any event, the answer is that of rules written down another way."""
    selectors = data.draw(st.lists(advanced_selectors, max_size=2))
    for event in data.draw(st.lists(events, min_size=1, max_size=4)):
        assert matches(selectors, event) is model(selectors, event)


@quick
@given(data=st.data())
def test_classic_evaluation_agrees_with_the_model(
    data: st.DataObject,
    classic_selectors: SearchStrategy[EventSelector],
    every_classic_event: list[SelectableEvent],
) -> None:
    """Of all events classic selectors could tell apart, they take those that rules written another way take."""
    selector = data.draw(classic_selectors)
    taken = [event for event in every_classic_event if matches([selector], event)]
    assert taken == [event for event in every_classic_event if model_classic(selector, event)]


# --- The rules one by one. ----------------------------------------------------------------------------------


def test_no_selectors_take_every_management_event_and_nothing_else() -> None:
    """A trail or event data store without selectors has CloudTrail's default."""
    assert matches((), CREATE_MESH)
    assert not matches((), replace(CREATE_MESH, event_category="Data"))


def test_values_that_select_are_alternatives() -> None:
    """Equals, StartsWith and EndsWith of one field are or-ed."""
    condition = FieldSelector(
        "eventName", equals=("DeleteMesh",), starts_with=("Create",), ends_with=("Route",)
    )
    assert matches(advanced(condition), CREATE_MESH)
    assert matches(advanced(condition), replace(CREATE_MESH, event_name="UpdateRoute"))
    assert not matches(advanced(condition), replace(CREATE_MESH, event_name="UpdateMesh"))


def test_values_that_deselect_all_count() -> None:
    """Any match of a Not operator drops the event, whatever else selects it."""
    condition = FieldSelector("eventName", starts_with=("Create",), not_equals=("X", "CreateMesh"))
    assert not matches(advanced(condition), CREATE_MESH)
    assert matches(advanced(condition), replace(CREATE_MESH, event_name="CreateRoute"))


def test_fields_of_a_selector_all_have_to_hold_and_selectors_are_alternatives() -> None:
    """Fields are and-ed, selectors or-ed."""
    reads, writes = (FieldSelector("readOnly", equals=(flag,)) for flag in ("true", "false"))
    mesh = FieldSelector("eventSource", equals=("appmesh.amazonaws.com",))
    assert not matches(advanced(mesh, reads), CREATE_MESH)
    assert matches((*advanced(mesh, reads), *advanced(mesh, writes)), CREATE_MESH)


@pytest.mark.parametrize("operator", ["equals", "starts_with", "ends_with"])
def test_an_absent_field_is_not_selected(operator: str) -> None:
    """An event without the field is equal to nothing, not even to the empty text."""
    conditions = FieldSelector("userIdentity.arn", **{operator: ("",)})
    assert not matches(advanced(conditions), replace(CREATE_MESH, user_identity_arn=None))


@pytest.mark.parametrize("operator", ["not_equals", "not_starts_with", "not_ends_with"])
def test_an_absent_field_is_not_deselected(operator: str) -> None:
    """An event without the field cannot be what a Not operator drops."""
    conditions = FieldSelector(
        "userIdentity.arn", **{operator: ("arn:aws:iam::123456789012:user/Mary_Major",)}
    )
    assert matches(advanced(conditions), replace(CREATE_MESH, user_identity_arn=None))
    assert not matches(advanced(conditions), CREATE_MESH)


def test_an_event_that_does_not_say_whether_it_read_is_taken_only_by_who_does_not_ask() -> None:
    """Records of eventVersion 1.0 have no readOnly: a read and a write selector together do not take them."""
    old = replace(CREATE_MESH, read_only=None)
    read, write = (FieldSelector("readOnly", equals=(flag,)) for flag in ("true", "false"))
    assert matches(advanced(), old)
    assert not matches((*advanced(read), *advanced(write)), old)
    both = (
        EventSelector(read_write_type=kind) for kind in (ReadWriteType.READ_ONLY, ReadWriteType.WRITE_ONLY)
    )
    assert not matches(tuple(both), old)


@pytest.mark.parametrize(
    "selector",
    [
        AdvancedEventSelector("no conditions", ()),
        AdvancedEventSelector(
            "no category", (FieldSelector("eventSource", equals=("appmesh.amazonaws.com",)),)
        ),
        AdvancedEventSelector("no value", (MANAGEMENT, FieldSelector("eventName"))),
        AdvancedEventSelector("no such field", (MANAGEMENT, FieldSelector("awsRegion", not_equals=("x",)))),
    ],
    ids=lambda selector: selector.name,
)
def test_what_cloudtrail_would_refuse_takes_nothing(selector: AdvancedEventSelector) -> None:
    """A selector that cannot exist on AWS proves no capture."""
    assert not matches((selector,), CREATE_MESH)


def test_resource_conditions_hold_for_one_and_the_same_resource() -> None:
    """A bucket's ARN does not make an object of another bucket match."""
    selector = AdvancedEventSelector(
        "",
        (
            FieldSelector("eventCategory", equals=("Data",)),
            FieldSelector("resources.type", equals=("AWS::S3::Object",)),
            FieldSelector("resources.ARN", starts_with=("arn:aws:s3:::a",)),
        ),
    )
    crossed = (
        EventResource("AWS::S3::Object", "arn:aws:s3:::b/1"),
        EventResource("AWS::S3::Bucket", "arn:aws:s3:::a"),
    )
    straight = (EventResource("AWS::S3::Object", "arn:aws:s3:::a/1"), *crossed)
    assert not matches((selector,), SelectableEvent(event_category="Data", resources=crossed))
    assert matches((selector,), SelectableEvent(event_category="Data", resources=straight))


@pytest.mark.parametrize(
    ("selector", "taken"),
    [
        (EventSelector(), True),
        (EventSelector(read_write_type=ReadWriteType.WRITE_ONLY), True),
        (EventSelector(read_write_type=ReadWriteType.READ_ONLY), False),
        (EventSelector(include_management_events=False), False),
        (EventSelector(exclude_management_event_sources=("kms.amazonaws.com",)), True),
        (EventSelector(exclude_management_event_sources=("appmesh.amazonaws.com",)), False),
    ],
)
def test_a_classic_selector_takes_management_events_by_its_three_settings(
    selector: EventSelector,
    taken: bool,  # an expectation, not a switch
) -> None:
    """Read/write type, inclusion and excluded sources decide about a write of App Mesh."""
    assert matches((selector,), CREATE_MESH) is taken


@pytest.mark.parametrize(
    ("type_", "value", "arn", "taken"),
    [
        ("AWS::S3::Object", "arn:aws:s3", "arn:aws:s3:::any/key", True),
        ("AWS::S3::Object", "arn:aws:s3:::logs/", "arn:aws:s3:::logs/key", True),
        ("AWS::S3::Object", "arn:aws:s3:::logs/", "arn:aws:s3:::logs-2/key", False),
        (
            "AWS::Lambda::Function",
            "arn:aws-cn:lambda",
            "arn:aws-cn:lambda:cn-north-1:123456789012:function:f",
            True,
        ),
        (
            "AWS::Lambda::Function",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
            "arn:aws:lambda:us-east-1:123456789012:function:f2",
            False,
        ),
        (
            "AWS::Lambda::Function",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
            True,
        ),
    ],
)
def test_a_classic_data_resource_takes_starts_of_object_arns_and_whole_function_arns(
    type_: str,
    value: str,
    arn: str,
    taken: bool,  # an expectation, not a switch
) -> None:
    """S3 values are prefixes, function values exact, a bare service means all of it."""
    selector = EventSelector(include_management_events=False, data_resources=(DataResource(type_, (value,)),))
    event = SelectableEvent(event_category="Data", read_only=True, resources=(EventResource(type_, arn),))
    assert matches((selector,), event) is taken
