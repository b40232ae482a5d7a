from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.selectors import EventResource, SelectableEvent


def test_every_field_selectors_compare_is_read_from_the_record() -> None:
    """A full record gives every field, under the names CloudTrail uses."""
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/Mary_Major"},
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "CreateMesh",
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "readOnly": False,
        "errorCode": "ForbiddenException",
        "vpcEndpointId": "vpce-1",
        "sessionCredentialFromConsole": "true",
        "resources": [{"type": "AWS::AppMesh::Mesh", "ARN": "arn:aws:appmesh:us-east-1:123456789012:mesh/m"}],
    }
    assert SelectableEvent.from_document(record) == SelectableEvent(
        event_category="Management",
        event_source="appmesh.amazonaws.com",
        event_name="CreateMesh",
        event_type="AwsApiCall",
        read_only=False,
        user_identity_arn="arn:aws:iam::123456789012:user/Mary_Major",
        session_credential_from_console=True,
        resources=(EventResource("AWS::AppMesh::Mesh", "arn:aws:appmesh:us-east-1:123456789012:mesh/m"),),
        error_code="ForbiddenException",
        vpc_endpoint_id="vpce-1",
    )


def test_a_record_of_before_the_category_existed_is_a_management_event() -> None:
    """Records of eventVersion 1.05 have neither eventCategory nor managementEvent."""
    assert SelectableEvent.from_document({"eventVersion": "1.05"}).event_category == "Management"


def test_a_record_that_denies_being_a_management_event_is_a_data_event() -> None:
    """Records of eventVersion 1.06 have managementEvent and no eventCategory."""
    assert SelectableEvent.from_document({"managementEvent": False}).event_category == "Data"
    assert SelectableEvent.from_document({"managementEvent": True}).event_category == "Management"


def test_what_a_record_lacks_is_absent() -> None:
    """An empty record has no field but the category it is taken to have."""
    assert SelectableEvent.from_document({}) == SelectableEvent(event_category="Management")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["arn", "type", "ARN"]), inner)
    ),
    max_leaves=8,
)
FIELDS = [
    "userIdentity",
    "resources",
    "readOnly",
    "eventName",
    "eventCategory",
    "sessionCredentialFromConsole",
]


@settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_a_record_of_the_wrong_shape_never_raises(record: dict[str, Any]) -> None:
    """Records are written by whoever calls AWS: a field of the wrong type counts as absent."""
    event = SelectableEvent.from_document(record)
    assert event.event_name is None or event.event_name == record["eventName"]
    assert all(isinstance(resource, EventResource) for resource in event.resources)
