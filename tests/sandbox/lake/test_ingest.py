from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.lake import ingest
from tests.sandbox.lake.conftest import Clock, create, event

if TYPE_CHECKING:
    from sandbox.lake.backend import LakeBackend


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ({}, True),
        ({"awsRegion": "eu-west-1"}, True),
        ({"awsRegion": "us-gov-west-1"}, False),
        ({"recipientAccountId": "111122223333"}, False),
        ({"eventSource": "ecs.amazonaws.com"}, False),
        ({"eventCategory": "Data", "managementEvent": False}, False),
        ({"eventName": "StreamAggregatedResources", "eventType": "AwsServiceEvent"}, True),
        ({"eventVersion": "1.05", "managementEvent": None, "eventCategory": None}, True),
    ],
)
def test_a_store_records_what_its_account_regions_and_selectors_take(
    backend: LakeBackend, clock: Clock, record: dict[str, Any], *, wanted: bool
) -> None:
    """Own account, the Regions of its partition, and the events its selectors take."""
    assert ingest.wants(create(backend), event(**record), clock.now) is wanted


def test_a_single_region_store_records_its_region_only(backend: LakeBackend, clock: Clock) -> None:
    """Events of other Regions pass it by."""
    store = create(backend, MultiRegionEnabled=False)
    assert ingest.wants(store, event(), clock.now)
    assert not ingest.wants(store, event(awsRegion="eu-west-1"), clock.now)


def test_only_an_enabled_store_records(backend: LakeBackend, clock: Clock) -> None:
    """Neither a stopped nor a deleted store takes events."""
    store = create(backend)
    backend.stop_ingestion(store.arn)
    assert not ingest.wants(store, event(), clock.now)
    backend.start_ingestion(store.arn)
    backend.delete(store.arn)
    assert not ingest.wants(store, event(), clock.now)


def test_excluding_service_events_drops_envoys(backend: LakeBackend, clock: Clock) -> None:
    """The console's "Exclude AWS service-initiated events" loses StreamAggregatedResources."""
    store = create(
        backend,
        AdvancedEventSelectors=[
            {
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Management"]},
                    {"Field": "eventType", "NotEquals": ["AwsServiceEvent"]},
                ]
            }
        ],
    )
    envoy = event(eventName="StreamAggregatedResources", eventType="AwsServiceEvent")
    assert ingest.wants(store, event(), clock.now)
    assert not ingest.wants(store, envoy, clock.now)
