from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from tests.verify.organization import sample
from verify.organization.schema import PATH, schema_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.organization.document import OrganizationReport


def test_the_published_schema_is_current() -> None:
    """schema.json is what the models say; `python -m verify.organization.schema` writes it again."""
    assert PATH.read_text(encoding="utf-8") == schema_text()


def test_the_schema_allows_no_unknown_key_and_no_missing_one() -> None:
    """Every object of the schema is closed and requires all of its keys, as `to_json` writes them."""
    schema = json.loads(schema_text())
    objects = [schema, *(part for part in schema["$defs"].values() if part["type"] == "object")]
    assert len(objects) > 5
    for part in objects:
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"])


@pytest.mark.parametrize("made", [sample.passing, sample.failing, sample.hostile])
def test_what_is_written_is_valid(made: Callable[[], OrganizationReport]) -> None:
    """By a validator of the schema's own standard."""
    validator = Draft202012Validator(json.loads(schema_text()))
    assert not list(validator.iter_errors(json.loads(made().to_json())))
