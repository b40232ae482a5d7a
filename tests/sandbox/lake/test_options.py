from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.event_data_store import BillingMode
from sandbox.lake.errors import (
    InvalidEventDataStoreCategoryException,
    InvalidEventSelectorsException,
    InvalidParameterException,
)
from sandbox.lake.parameters import Parameters
from tests.sandbox.lake.conftest import APP_MESH, create

if TYPE_CHECKING:
    from sandbox.lake.backend import LakeBackend


def test_defaults_are_those_of_aws(backend: LakeBackend) -> None:
    """Only a name: all management events, all Regions, one account, 366 days, protected."""
    store = backend.create(Parameters({"Name": "mesh"}))
    options = store.options
    assert options.selectors[0].to_api() == {
        "Name": "Default management events",
        "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
    }
    assert (options.multi_region, options.organization, options.termination_protection) == (True, False, True)
    assert (options.billing_mode, options.retention_days) == (BillingMode.EXTENDABLE, 366)


def test_seven_year_pricing_keeps_seven_years_unless_told_otherwise(backend: LakeBackend) -> None:
    """The default retention follows the price option."""
    store = create(backend, BillingMode="FIXED_RETENTION_PRICING")
    assert store.options.retention_days == 2557


@pytest.mark.parametrize(
    ("mode", "days"),
    [
        ("EXTENDABLE_RETENTION_PRICING", 7),
        ("EXTENDABLE_RETENTION_PRICING", 3653),
        ("FIXED_RETENTION_PRICING", 7),
        ("FIXED_RETENTION_PRICING", 2557),
    ],
)
def test_retention_at_the_bounds_is_accepted(backend: LakeBackend, mode: str, days: int) -> None:
    """7 to 3653 days, or 7 to 2557 with seven-year pricing."""
    store = create(backend, BillingMode=mode, RetentionPeriod=days)
    assert store.options.retention_days == days


@pytest.mark.parametrize(
    ("mode", "days"),
    [
        ("EXTENDABLE_RETENTION_PRICING", 6),
        ("EXTENDABLE_RETENTION_PRICING", 0),
        ("EXTENDABLE_RETENTION_PRICING", 3654),
        ("FIXED_RETENTION_PRICING", 6),
        ("FIXED_RETENTION_PRICING", 2558),
    ],
)
def test_retention_outside_the_bounds_is_refused(backend: LakeBackend, mode: str, days: int) -> None:
    """The refusal names the price option and its bounds."""
    with pytest.raises(InvalidParameterException, match=rf"{days} is out of range: {mode} allows 7 to"):
        create(backend, BillingMode=mode, RetentionPeriod=days)


@pytest.mark.parametrize("name", ["ab", "a" * 129, "two words", "mésh", ""])
def test_a_malformed_name_is_refused(backend: LakeBackend, name: str) -> None:
    """3 to 128 letters, digits, periods, underscores and dashes."""
    with pytest.raises(InvalidParameterException, match="Name"):
        create(backend, Name=name)


@pytest.mark.parametrize(
    "selectors",
    [
        [{"FieldSelectors": [{"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]}]}],
        [{"FieldSelectors": [{"Field": "eventCategory", "StartsWith": ["Man"]}]}],
        [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "nonsense"}]}],
        [{"FieldSelectors": []}],
        [{"Name": "no conditions"}],
        [{"FieldSelectors": "everything"}],
        [APP_MESH[0]] * 6,
        [
            {
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Management"]},
                    {"Field": "eventName", "Equals": [f"Event{number}" for number in range(501)]},
                ]
            }
        ],
    ],
)
def test_illegal_selectors_are_refused(backend: LakeBackend, selectors: list[Any]) -> None:
    """No category, a wrong operator, an unknown field, too many selectors or values."""
    with pytest.raises(InvalidEventSelectorsException):
        create(backend, AdvancedEventSelectors=selectors)
    assert not backend.stores()


def test_an_unknown_price_option_is_refused(backend: LakeBackend) -> None:
    """The refusal lists the options there are."""
    with pytest.raises(InvalidParameterException, match="EXTENDABLE_RETENTION_PRICING, FIXED"):
        create(backend, BillingMode="FREE")


def test_an_update_keeps_what_it_does_not_name(backend: LakeBackend) -> None:
    """Only the members of the request change."""
    store = create(backend, RetentionPeriod=90)
    backend.update(store.arn, Parameters({"Name": "other", "MultiRegionEnabled": False}))
    options = store.options
    assert (options.name, options.multi_region, options.retention_days) == ("other", False, 90)
    assert [selector.to_api() for selector in options.selectors] == APP_MESH


def test_the_price_option_changes_one_way_only(backend: LakeBackend) -> None:
    """Seven-year to one-year extendable pricing works, the way back does not."""
    store = create(backend, BillingMode="FIXED_RETENTION_PRICING")
    backend.update(store.arn, Parameters({"BillingMode": "EXTENDABLE_RETENTION_PRICING"}))
    assert (store.options.billing_mode, store.options.retention_days) == (BillingMode.EXTENDABLE, 2557)
    backend.update(store.arn, Parameters({"RetentionPeriod": 3653}))
    with pytest.raises(InvalidParameterException, match="BillingMode cannot change"):
        backend.update(store.arn, Parameters({"BillingMode": "FIXED_RETENTION_PRICING"}))


def test_an_update_is_held_to_the_price_option_in_force(backend: LakeBackend) -> None:
    """A retention that the other option would allow is refused, and nothing changes."""
    store = create(backend, BillingMode="FIXED_RETENTION_PRICING")
    with pytest.raises(InvalidParameterException, match="2558 is out of range"):
        backend.update(store.arn, Parameters({"RetentionPeriod": 2558, "Name": "other"}))
    assert store.options.name == "mesh"


def test_ingestion_of_insights_events_cannot_be_stopped(backend: LakeBackend) -> None:
    """Only Management, Data and ConfigurationItem events can be stopped and started."""
    selectors = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]
    with pytest.raises(InvalidEventDataStoreCategoryException, match="not for Insight"):
        create(backend, AdvancedEventSelectors=selectors, StartIngestion=False)
    store = create(backend, AdvancedEventSelectors=selectors)
    with pytest.raises(InvalidEventDataStoreCategoryException):
        backend.stop_ingestion(store.arn)
