from __future__ import annotations

import json
from typing import Any

from tests.verify.report import sample
from verify.report.schema import PATH, schema_text


def test_the_published_schema_is_current() -> None:
    """schema.json is what the models say; `python -m verify.report.schema` writes it again."""
    assert PATH.read_text(encoding="utf-8") == schema_text()


def test_the_schema_allows_no_unknown_key_and_no_missing_one() -> None:
    """Every object of the schema is closed and requires all of its keys, as `to_json` writes them."""
    schema = json.loads(schema_text())
    objects = [schema, *(part for part in schema["$defs"].values() if part["type"] == "object")]
    assert len(objects) > 10
    for part in objects:
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"])


def test_a_written_report_has_the_shape_of_the_schema() -> None:
    """Keys, and the values of enumerations, are those the schema lists, at every depth."""
    schema = json.loads(schema_text())
    wrong: list[str] = []

    def check(value: Any, rule: dict[str, Any], path: str) -> None:
        if "$ref" in rule:
            rule = schema["$defs"][rule["$ref"].rsplit("/", 1)[1]]
        if "anyOf" in rule:
            rule = {} if value is None else next(each for each in rule["anyOf"] if each.get("type") != "null")
            check(value, rule, path) if rule else None
        elif rule.get("type") == "array":
            for index, item in enumerate(value):
                check(item, rule["items"], f"{path}[{index}]")
        elif "properties" in rule:
            if set(value) != set(rule["properties"]):
                wrong.append(path)
            for key, item in value.items():
                check(item, rule["properties"].get(key, {}), f"{path}.{key}")
        elif "enum" in rule and value not in rule["enum"]:
            wrong.append(path)

    check(json.loads(sample.failing().to_json()), schema, "report")
    assert wrong == []
