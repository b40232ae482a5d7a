"""botocore's model of CloudTrail as the oracle for limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import botocore.session
import pytest

from cloudtrail.selectors import ReadWriteType
from cloudtrail.selectors.rules import (
    EXCLUDABLE_SOURCES,
    FIELD_RULES,
    MAX_CLASSIC_SELECTORS,
    MAX_DATA_RESOURCES,
    MAX_FIELD_LENGTH,
    MAX_NAME_LENGTH,
    MAX_VALUE_LENGTH,
    MAX_VALUES,
)
from cloudtrail.selectors.types import OPERATORS

if TYPE_CHECKING:
    from botocore.model import ServiceModel


@pytest.fixture(scope="module")
def model() -> ServiceModel:
    """CloudTrail as the SDK knows it."""
    return botocore.session.get_session().get_service_model("cloudtrail")


def test_lengths_are_those_of_the_service_model(model: ServiceModel) -> None:
    """Values, fields and names have the lengths AWS publishes."""
    assert model.shape_for("OperatorValue").metadata["max"] == MAX_VALUE_LENGTH
    assert model.shape_for("OperatorValue").metadata["min"] == 1
    assert model.shape_for("SelectorField").metadata["max"] == MAX_FIELD_LENGTH
    assert model.shape_for("SelectorName").metadata["max"] == MAX_NAME_LENGTH


def test_counts_are_those_of_the_published_reference(model: ServiceModel) -> None:
    """The numbers that are written in prose only are found in that prose."""
    put = model.operation_model("PutEventSelectors").documentation
    assert f"maximum of {MAX_VALUES} values" in put
    assert MAX_CLASSIC_SELECTORS == 5
    assert "up to five event selectors" in put
    assert f"cannot exceed {MAX_DATA_RESOURCES}" in model.shape_for("DataResource").documentation


def test_operators_and_types_are_those_of_the_service_model(model: ServiceModel) -> None:
    """No operator of the API is unknown here, and none is made up; nor is a read/write type."""
    members = set(model.shape_for("AdvancedFieldSelector").members)  # pyright: ignore[reportAttributeAccessIssue] # a structure
    assert {"Field", *(operator.wire for operator in OPERATORS)} == members
    assert set(model.shape_for("ReadWriteType").metadata["enum"]) == set(ReadWriteType)


def test_every_field_in_the_table_fits_the_pattern_of_the_service_model(model: ServiceModel) -> None:
    """The names of fields are spelt as the API allows."""
    pattern = re.compile(model.shape_for("SelectorField").metadata["pattern"])
    fields = {
        field for by_category in FIELD_RULES.values() for rules in by_category.values() for field in rules
    }
    assert len(fields) == 11
    assert all(pattern.fullmatch(field) for field in fields)


def test_the_sources_a_trail_can_exclude_are_those_of_the_service_model(model: ServiceModel) -> None:
    """Both are named in the reference of classic selectors."""
    documentation = model.shape_for("EventSelector").members["ExcludeManagementEventSources"].documentation  # pyright: ignore[reportAttributeAccessIssue] # a structure
    assert all(source in documentation for source in EXCLUDABLE_SOURCES)
