"""Event data stores: price options, retention, ARNs."""

from typing import Any

import botocore.session
import pytest

from cloudtrail.event_data_store import (
    RETENTION,
    TYPED_RESOURCE_MAX_DAYS,
    BillingMode,
    EventDataStoreArn,
    NotAnEventDataStore,
)

ARN = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"


def test_price_options_are_the_apis() -> None:
    """The names and the widest bounds are those of CloudTrail's own model."""
    model: Any = botocore.session.get_session().get_service_model("cloudtrail")
    assert {mode.value for mode in BillingMode} == set(model.shape_for("BillingMode").enum)
    bounds = model.shape_for("RetentionPeriod").metadata
    assert min(option.minimum for option in RETENTION.values()) == bounds["min"]
    assert max(option.maximum for option in RETENTION.values()) == bounds["max"]


@pytest.mark.parametrize(
    ("mode", "days", "allowed"),
    [
        (BillingMode.EXTENDABLE, 6, False),
        (BillingMode.EXTENDABLE, 7, True),
        (BillingMode.EXTENDABLE, 3653, True),
        (BillingMode.EXTENDABLE, 3654, False),
        (BillingMode.FIXED, 2557, True),
        (BillingMode.FIXED, 2558, False),
    ],
)
def test_each_price_option_has_its_own_bounds(mode: BillingMode, days: int, allowed: bool) -> None:
    """The seven-year price ends at 2557 days, the extendable one at 3653."""
    assert RETENTION[mode].allows(days) is allowed


def test_the_typed_resource_stops_short_of_what_aws_allows() -> None:
    """That is why another resource exists for longer retention."""
    assert all(option.maximum > TYPED_RESOURCE_MAX_DAYS for option in RETENTION.values())


def test_an_arn_tells_its_parts() -> None:
    """The tail is the table's name in SQL."""
    arn = EventDataStoreArn.parse(ARN)
    assert (arn.partition, arn.region, arn.account) == ("aws", "us-east-1", "123456789012")
    assert arn.store_id == "EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE",
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/meshtrail",
        "arn:aws:s3:::meshtrail",
        "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/",
        ARN + "/x",
        ARN + " ; DROP",
    ],
)
def test_another_arn_is_refused_with_what_it_should_be(text: str) -> None:
    """The error shows the shape that is wanted."""
    with pytest.raises(NotAnEventDataStore) as caught:
        EventDataStoreArn.parse(text)
    assert "eventdatastore/ID" in caught.value.remedy
