"""The rules of SARIF 2.1.0 for what meshtrail writes, strictly: every object's members, their types, what is required.

The published schema is not on any package index in a form that tests could read, and is not copied here. These are
its rules for the members that are written; a member that is not named here is refused, so a new one needs its rule.
On top of them: what the standard says in prose, and what GitHub code scanning wants.
"""

from __future__ import annotations

import json
from typing import Any, Final

from jsonschema import Draft7Validator

from verify.report.sarif import MAX_RESULTS, MAX_TAGS

GITHUB_LIMIT: Final = 10_000_000

_TEXT: Final = {"type": "string", "minLength": 1}
_LEVEL: Final = {"enum": ["none", "note", "warning", "error"]}


def _object(required: str, optional: str = "", **members: Any) -> dict[str, Any]:
    assert set(members) == set(required.split()) | set(optional.split())
    return {
        "type": "object",
        "properties": members,
        "required": required.split(),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


_MESSAGE: Final = _object("text", text=_TEXT)
_BAG: Final = {"type": "object"}

_RULE: Final = _object(
    "id shortDescription fullDescription help defaultConfiguration properties",
    id=_TEXT,
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_object("text markdown", text=_TEXT, markdown=_TEXT),
    defaultConfiguration=_object("level", level=_LEVEL),
    properties=_BAG,
)

_LOCATION: Final = _object(
    "physicalLocation logicalLocations",
    physicalLocation=_object(
        "artifactLocation region",
        artifactLocation=_object("uri uriBaseId", uri={"type": "string", "format": "uri-reference"}, uriBaseId=_TEXT),
        region=_object("startLine", startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=_list(_object("fullyQualifiedName kind", fullyQualifiedName=_TEXT, kind=_TEXT), 1),
)  # fmt: skip

_SUPPRESSION: Final = _object(
    "kind status justification",
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=_TEXT,
)

_RESULT: Final = _object(
    "ruleId ruleIndex kind level message locations partialFingerprints properties",
    "suppressions",
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION, 1),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
    properties=_BAG,
    suppressions=_list(_SUPPRESSION, 1),
)

_INVOCATION: Final = _object(
    "executionSuccessful endTimeUtc properties toolExecutionNotifications",
    executionSuccessful={"type": "boolean"},
    endTimeUtc={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    properties=_BAG,
    toolExecutionNotifications=_list(_object("level message", level=_LEVEL, message=_MESSAGE)),
)

_RUN: Final = _object(
    "tool automationDetails originalUriBaseIds invocations results",
    tool=_object("driver", driver=_object("name version rules", name=_TEXT, version=_TEXT, rules=_list(_RULE))),
    automationDetails=_object("id", id=_TEXT),
    originalUriBaseIds={"type": "object", "additionalProperties": _object("description", description=_MESSAGE)},
    invocations=_list(_INVOCATION, 1),
    results=_list(_RESULT),
)  # fmt: skip

_FILE: Final = {
    "type": "object",
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": _list(_RUN, 1),
    },
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
}


def read(text: str) -> dict[str, Any]:
    """The one run of a file that keeps to the rules.

    Raises:
        AssertionError: It breaks one.
        jsonschema.ValidationError: the same.
    """
    document = json.loads(text)
    Draft7Validator.check_schema(_FILE)
    Draft7Validator(_FILE).validate(document)
    assert len(text) < GITHUB_LIMIT
    (run,) = document["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    names = [rule["id"] for rule in rules]
    assert len(names) == len(set(names))
    assert all(len(rule["properties"]["tags"]) <= MAX_TAGS for rule in rules)
    # 3.27.10: only a result of kind "fail" has a level.
    assert all((result["kind"] == "fail") == (result["level"] != "none") for result in results)
    assert all(names[result["ruleIndex"]] == result["ruleId"] for result in results)
    prints = [tuple(result["partialFingerprints"].values()) for result in results]
    assert len(prints) == len(set(prints)) <= MAX_RESULTS
    return run
