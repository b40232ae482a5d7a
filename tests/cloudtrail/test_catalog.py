"""The catalog against an independent oracle: the App Mesh model that botocore ships."""

from typing import Any

import botocore.session
import pytest

from cloudtrail import catalog


@pytest.fixture(scope="module")
def model() -> Any:
    """App Mesh as botocore knows it."""
    return botocore.session.get_session().get_service_model("appmesh")


def test_operations_are_those_of_the_service_model(model: Any) -> None:
    """Every operation of the API is in the catalog, and nothing else."""
    assert [event.name for event in catalog.OPERATIONS] == sorted(model.operation_names)
    assert len(catalog.OPERATIONS) == 38


def test_reads_are_the_get_requests_of_the_service_model(model: Any) -> None:
    """An operation is read-only exactly when the API serves it with GET."""
    gets = {name for name in model.operation_names if model.operation_model(name).http["method"] == "GET"}
    assert {event.name for event in catalog.OPERATIONS if event.read_only} == gets
    assert len(gets) == 15


def test_api_version_is_the_service_models(model: Any) -> None:
    """The API version that records carry is the model's."""
    assert model.api_version == catalog.API_VERSION


def test_the_envoy_event_is_a_write_that_the_service_reports_itself() -> None:
    """StreamAggregatedResources is no API call and counts as a write."""
    event = catalog.by_name("StreamAggregatedResources")
    assert event is not None
    assert (event.event_type, event.read_only) == ("AwsServiceEvent", False)
    assert len(catalog.EVENTS) == 39


def test_an_unknown_name_has_no_event() -> None:
    """Names outside the catalog are not guessed at."""
    assert catalog.by_name("createmesh") is None
