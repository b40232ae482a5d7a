from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cloudtrail import catalog
from cloudtrail.record import read_record
from sandbox.envoy import STATUSES, UnknownEnvoyEvent, stream_record

NODE = "arn:aws:appmesh:eu-west-1:111122223333:mesh/m/virtualNode/n"


def test_an_envoy_event_is_as_app_mesh_documents_it() -> None:
    """A service event, counted as a write, with the details and without a request."""
    record = stream_record({"nodeArn": NODE})
    assert record["eventName"] == catalog.STREAM_AGGREGATED_RESOURCES.name
    assert record["eventType"] == "AwsServiceEvent"
    assert record["readOnly"] is False
    assert (record["managementEvent"], record["eventCategory"]) == (True, "Management")
    assert record["sourceIPAddress"] == record["userAgent"] == catalog.APP_MESH
    assert record["userIdentity"]["invokedBy"] == catalog.APP_MESH
    assert record["requestParameters"] is None
    assert "requestID" not in record
    assert "apiVersion" not in record
    assert record["serviceEventDetails"]["eventStatus"] == "ConnectionEstablished"


def test_an_envoy_event_is_in_the_nodes_account_and_region() -> None:
    """The node's ARN says whose event it is and where."""
    record = stream_record({"nodeArn": NODE})
    assert (record["recipientAccountId"], record["awsRegion"]) == ("111122223333", "eu-west-1")


@pytest.mark.parametrize("status", STATUSES)
def test_only_a_broken_connection_has_a_reason(status: str) -> None:
    """A connection that ended unexpectedly says why; the others have nothing to say."""
    details = stream_record({"nodeArn": NODE, "status": status})["serviceEventDetails"]
    assert ("failureReason" in details) is (status == "ConnectionTerminated")


def test_an_envoy_event_is_a_readable_record() -> None:
    """What is written is what the reader of records understands."""
    record = read_record(msgspec.json.encode(stream_record({"nodeArn": NODE})))
    assert record.account == "111122223333"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"nodeArn": "m"},
        {"nodeArn": "arn:aws:ecs:eu-west-1:111122223333:task/t"},
        {"nodeArn": NODE, "status": "Odd"},
    ],
)
def test_what_app_mesh_would_not_report_is_refused(document: dict[str, Any]) -> None:
    """Only nodes of App Mesh connect, and only the documented things happen to them."""
    with pytest.raises(UnknownEnvoyEvent):
        stream_record(document)
