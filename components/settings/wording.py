"""Says what is wrong with a setting in words its author can act on."""

import difflib
import reprlib
from typing import Any, Final

from pydantic_core import ErrorDetails

from cloudtrail.errors import Problem
from components.settings.section import RULE
from components.settings.shape import REGION_KEY, Location, choices, key_of, known_keys, path_of

_TRAIL_SOURCES: Final = {"eventsource", "eventsources"}
_NO_TRAIL_SOURCES: Final = (
    "a trail cannot select an event source: it records every service's management events, App Mesh's too.",
    "Remove it; only an event data store can keep App Mesh's events alone (eventDataStore.mode: create).",
)
_EXPECTED: Final = {
    "int": "a whole number",
    "bool": "true or false",
    "string": "a text",
    "tuple": "a list",
    "dict": "an object",
    "model": "an object",
}
"""What pydantic's error types that begin so ask for."""


def shown(value: object) -> str:
    """A value as it may stand in an error: short, with control characters escaped."""
    return reprlib.repr(value)


def problem_of(detail: ErrorDetails, *, namespace: str) -> Problem:
    """One of pydantic's errors as a problem; `namespace` is what keys begin with, e.g. `meshtrail:`."""
    path = path_of(detail["loc"])
    return Problem(key_of(path, namespace=namespace), *_words(detail, path))


def _words(detail: ErrorDetails, path: str) -> tuple[str, str]:
    context: dict[str, Any] = detail.get("ctx", {})
    value = shown(detail["input"])
    match detail["type"]:
        case kind if kind == RULE:
            message: str = context["message"]
            words = f"{value} {message}" if message.startswith("is ") else message, context["remedy"]
        case "extra_forbidden":
            words = _unknown(detail["loc"])
        case "missing" if path == REGION_KEY:
            words = (
                "is required, and not read from the environment.",
                f"Run `pulumi config set {REGION_KEY} REGION`.",
            )
        case "missing":
            words = "is required.", f"Add {path}."
        case "literal_error":
            allowed = choices(detail["loc"])
            words = (
                f"{value} is not one of {', '.join(allowed)}.",
                _did_you_mean(str(detail["input"]), allowed) or f"Use {' or '.join(allowed)}.",
            )
        case "greater_than_equal":
            words = f"{value} is too small.", f"Write {context['ge']} or more."
        case "less_than_equal":
            words = f"{value} is too great.", f"Write {context['le']} or less."
        case kind:
            expected = _EXPECTED.get(kind.split("_")[0])
            words = (f"must be {expected}, not {value}." if expected else f"{value}: {detail['msg']}.", "")
    return words


def _unknown(location: Location) -> tuple[str, str]:
    wrong = str(location[-1])
    if len(location) > 1 and location[0] == "trail" and wrong.lower() in _TRAIL_SOURCES:
        return _NO_TRAIL_SOURCES
    known = known_keys(location[:-1])
    return "is not a setting.", _did_you_mean(wrong, known) or f"Known here: {', '.join(known)}."


def _did_you_mean(wrong: str, known: list[str]) -> str:
    folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(wrong.lower(), folded, n=1)
    return f"Did you mean {folded[near[0]]}?" if near else ""
