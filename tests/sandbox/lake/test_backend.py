from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.lake.errors import (
    EventDataStoreAlreadyExistsException,
    EventDataStoreARNInvalidException,
    EventDataStoreMaxLimitExceededException,
    EventDataStoreNotFoundException,
    UnsupportedOperationException,
)
from sandbox.lake.parameters import Parameters
from tests.sandbox.lake.conftest import ACCOUNT, Clock, create

if TYPE_CHECKING:
    from sandbox.lake.backend import LakeBackend
    from sandbox.lake.service import LakeService


def test_a_store_is_found_by_its_arn_or_its_id(backend: LakeBackend) -> None:
    """Both name the same store."""
    store = create(backend)
    assert store.arn == f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:eventdatastore/{store.store_id}"
    assert backend.get(store.arn) is backend.get(store.store_id) is store


@pytest.mark.parametrize(
    "name",
    [
        "mesh",
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh",
        "arn:aws:cloudtrail:eu-west-1:123456789012:eventdatastore/0a1b2c3d-0000-4000-8000-000000000001",
        "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/0a1b2c3d-0000-4000-8000-000000000001",
        "arn:aws-us-gov:cloudtrail:us-east-1:123456789012:eventdatastore/0a1b2c3d-0000-4000-8000-000000000001",
        "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/mesh",
        "a:b",
    ],
)
def test_what_names_no_store_of_the_account_and_region_is_refused(backend: LakeBackend, name: str) -> None:
    """A name, a trail, another account, Region or partition is not one of this account's stores."""
    with pytest.raises(EventDataStoreARNInvalidException):
        backend.get(name)


def test_an_unknown_store_is_not_found(backend: LakeBackend) -> None:
    """A well-formed ID that nobody has."""
    with pytest.raises(EventDataStoreNotFoundException):
        backend.get("0a1b2c3d-0000-4000-8000-000000000001")


def test_names_are_unique_also_while_a_deletion_waits(backend: LakeBackend, clock: Clock) -> None:
    """A name is free again once the store is gone."""
    store = create(backend)
    other = create(backend, Name="other")
    with pytest.raises(EventDataStoreAlreadyExistsException):
        create(backend)
    with pytest.raises(EventDataStoreAlreadyExistsException):
        backend.update(other.arn, Parameters({"Name": "mesh"}))
    backend.update(store.arn, Parameters({"Name": "mesh"}))
    backend.delete(store.arn)
    with pytest.raises(EventDataStoreAlreadyExistsException):
        create(backend)
    clock.pass_by(timedelta(days=7))
    create(backend)


def test_ten_stores_are_the_limit_of_a_region(lake: LakeService, backend: LakeBackend) -> None:
    """Those pending deletion count; another Region has its own ten."""
    stores = [create(backend, Name=f"mesh-{number}") for number in range(10)]
    backend.delete(stores[0].arn)
    with pytest.raises(EventDataStoreMaxLimitExceededException):
        create(backend, Name="mesh-10")
    create(lake.backend(ACCOUNT, "eu-west-1"), Name="mesh-10")
    assert len(backend.stores()) == 10


def test_lake_is_absent_in_china(lake: LakeService) -> None:
    """Every operation is refused there, with the reason."""
    with pytest.raises(UnsupportedOperationException, match="China"):
        lake.backend(ACCOUNT, "cn-north-1").require_lake()


def test_arns_carry_the_partition(lake: LakeService) -> None:
    """GovCloud's stores are named in GovCloud's partition."""
    store = create(lake.backend(ACCOUNT, "us-gov-west-1"))
    assert store.arn.startswith("arn:aws-us-gov:cloudtrail:us-gov-west-1:")
