"""Strategies for selectors and events drawn from so few values that they often meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from cloudtrail.selectors import (
    AdvancedEventSelector,
    DataResource,
    EventResource,
    EventSelector,
    FieldSelector,
    ReadWriteType,
    SelectableEvent,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

# A handful of values per field: with more, conditions would hardly ever match an event.
VALUES = {
    "eventCategory": ["Management", "Data", "NetworkActivity"],
    "eventSource": ["appmesh.amazonaws.com", "kms.amazonaws.com", "ecs.amazonaws.com", "appmesh", ".com"],
    "readOnly": ["true", "false"],
    "eventType": ["AwsApiCall", "AwsServiceEvent", "Aws"],
    "eventName": ["CreateMesh", "DescribeMesh", "StreamAggregatedResources", "Create", "Mesh"],
    "resources.type": ["AWS::S3::Object", "AWS::S3::Bucket"],
    "resources.ARN": ["arn:aws:s3:::a/1", "arn:aws:s3:::b/1", "arn:aws:s3:::a", "/1"],
    "userIdentity.arn": ["arn:aws:iam::123456789012:user/Mary", "arn:aws:iam::123456789012:user/", "Mary"],
    "sessionCredentialFromConsole": ["true", "false"],
    "errorCode": ["VpceAccessDenied", "AccessDenied"],
    "vpcEndpointId": ["vpce-1", "vpce-2"],
    "awsRegion": ["us-east-1"],
}


OPERATORS = ["equals", "not_equals", "starts_with", "not_starts_with", "ends_with", "not_ends_with"]


def _field_selector(field: str, chosen: list[tuple[str, str]]) -> FieldSelector:
    by_operator = {name: tuple(value for operator, value in chosen if operator == name) for name in OPERATORS}
    return FieldSelector(field, **by_operator)


@pytest.fixture(scope="session")
def advanced_selectors() -> SearchStrategy[AdvancedEventSelector]:
    """Any advanced selector over the few values, legal or not."""

    def conditions(field: str) -> SearchStrategy[FieldSelector]:
        pairs = st.tuples(st.sampled_from(OPERATORS), st.sampled_from(VALUES[field]))
        return st.lists(pairs, max_size=3).map(lambda chosen: _field_selector(field, chosen))

    category = st.sampled_from(VALUES["eventCategory"]).map(
        lambda value: (FieldSelector("eventCategory", equals=(value,)),)
    )
    others = st.lists(st.sampled_from(sorted(VALUES)).flatmap(conditions), max_size=3).map(tuple)
    # Mostly with the category CloudTrail requires, sometimes without.
    first = st.one_of(category, category, category, st.just(()))
    fields = st.tuples(first, others).map(lambda parts: parts[0] + parts[1])
    return st.builds(AdvancedEventSelector, st.text(max_size=3), fields)


@pytest.fixture(scope="session")
def classic_selectors() -> SearchStrategy[EventSelector]:
    """Any legal classic selector over a few sources and resources."""
    s3 = st.sampled_from(
        ["arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::a/", "arn:aws:s3:::a/1", "arn:aws:s3:::b/"]
    )
    functions = st.sampled_from(["arn:aws:lambda", *(FUNCTION + end for end in ("hello", "hello2"))])
    resources = st.one_of(
        st.builds(DataResource, st.just("AWS::S3::Object"), st.lists(s3, min_size=1, max_size=2).map(tuple)),
        st.builds(
            DataResource,
            st.just("AWS::Lambda::Function"),
            st.lists(functions, min_size=1, max_size=2).map(tuple),
        ),
    )
    sources = st.lists(st.sampled_from(["kms.amazonaws.com", "rdsdata.amazonaws.com"]), max_size=2)
    return st.builds(
        EventSelector,
        read_write_type=st.sampled_from(ReadWriteType),
        include_management_events=st.booleans(),
        exclude_management_event_sources=sources.map(tuple),
        data_resources=st.lists(resources, max_size=3).map(tuple),
    )


@pytest.fixture(scope="session")
def every_classic_event() -> list[SelectableEvent]:
    """Every event that classic selectors over those sources and resources could tell apart."""
    functions = [EventResource("AWS::Lambda::Function", FUNCTION + end) for end in ("hello", "hello2", "x")]
    objects = [
        EventResource("AWS::S3::Object", f"arn:aws:s3:::{key}") for key in ("a/1", "a/12", "b/1", "c/1")
    ]
    odd = [EventResource("AWS::S3::Bucket", "arn:aws:s3:::a/1"), EventResource("AWS::S3::Object", None)]
    return [
        SelectableEvent(
            event_category=category, event_source=source, read_only=read_only, resources=resources
        )
        for category in ("Management", "Data", "NetworkActivity")
        for source in ("appmesh.amazonaws.com", "kms.amazonaws.com", None)
        for read_only in (True, False, None)
        for resources in [(), (odd[0], objects[2]), *((each,) for each in (*functions, *objects, *odd))]
    ]


FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"


@pytest.fixture(scope="session")
def events() -> SearchStrategy[SelectableEvent]:
    """Any event over the same few values; every field may be absent."""

    def text(field: str, *more: str) -> SearchStrategy[str | None]:
        return st.sampled_from([*VALUES[field], *more, None])

    flag = st.sampled_from([True, False, None])
    resources = st.builds(
        EventResource,
        text("resources.type", "AWS::Lambda::Function"),
        text("resources.ARN", FUNCTION + "hello", FUNCTION + "hello2"),
    )
    return st.builds(
        SelectableEvent,
        event_category=text("eventCategory"),
        event_source=text("eventSource", "rdsdata.amazonaws.com"),
        event_name=text("eventName"),
        event_type=text("eventType"),
        read_only=flag,
        user_identity_arn=text("userIdentity.arn"),
        session_credential_from_console=flag,
        resources=st.lists(resources, max_size=2).map(tuple),
        error_code=text("errorCode"),
        vpc_endpoint_id=text("vpcEndpointId"),
    )
