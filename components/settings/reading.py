"""Reads a stack's settings from Pulumi's configuration: once, everything, with every problem at once."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import ValidationError

from cloudtrail.errors import Problem, SettingsError
from components.settings.root import Settings
from components.settings.rules import problems as rule_problems
from components.settings.shape import REGION_KEY, Location, path_of, structure
from components.settings.wording import problem_of, shown

NAMESPACE: Final = "meshtrail:"
"""What the program's own keys begin with: the project's name."""
_MAX_ROUNDS: Final = 100


def read_settings(config: Mapping[str, Any], *, where: str = "") -> Settings:
    """Read the settings of a stack.

    Args:
        config: Pulumi's configuration: `namespace:key` to text; objects and lists are JSON texts.
        where: The stack, for the error.

    Raises:
        SettingsError: listing every problem, each with its key and what to write instead.
    """
    found: list[Problem] = []
    document: dict[str, Any] = {}
    for key, text in config.items():
        if key == REGION_KEY:
            document[REGION_KEY] = text
        elif key.startswith(NAMESPACE):
            name = key.removeprefix(NAMESPACE)
            if (wanted := structure(name)) and isinstance(text, str):
                try:
                    document[name] = json.loads(text)
                except (ValueError, RecursionError):
                    found.append(Problem(key, f"must be {wanted}, not {shown(text)}.", ""))
                    continue
            else:
                document[name] = text
    # Project defaults in Pulumi.yaml stand for "not given": an empty object means every default.
    settings, mistakes, doubtful = _validate({k: v for k, v in document.items() if v != {}})
    found += mistakes
    doubtful |= {problem.key.removeprefix(NAMESPACE) for problem in found}
    if settings is not None:
        found += rule_problems(settings, doubtful=doubtful)
    if found or settings is None:
        raise SettingsError(sorted(set(found), key=lambda problem: problem.key), where=where)
    return settings


def _validate(document: dict[str, Any]) -> tuple[Settings | None, list[Problem], set[str]]:
    """Validate, set aside what is unusable, and validate the rest, so that rules still see as much as can be."""
    found: list[Problem] = []
    doubtful: set[str] = set()
    for _ in range(_MAX_ROUNDS):
        try:
            return Settings.model_validate(document), found, doubtful
        except ValidationError as error:
            details = error.errors(include_url=False)
        for detail in details:
            path = path_of(detail["loc"])
            if detail["type"] == "missing" and path in doubtful:
                # It was given, and set aside a round ago; now its section goes too.
                detail["loc"] = detail["loc"][:-1]
            else:
                found.append(problem_of(detail, namespace=NAMESPACE))
                if detail["type"] == "missing" and path != REGION_KEY:
                    detail["loc"] = detail["loc"][:-1]
            if detail["type"] != "extra_forbidden":
                doubtful |= {path, path_of(detail["loc"])}
            if path == REGION_KEY:
                document[REGION_KEY] = "us-east-1"  # a stand-in; rules that read it are not asked
            else:
                _remove(document, detail["loc"])
    return None, found, doubtful


def _remove(document: dict[str, Any], location: Location) -> None:
    """Take what a location points to out of the document; of a list, the whole list."""
    holder: Any = document
    for here, following in zip(location, [*location[1:], None], strict=True):
        if not isinstance(holder, dict) or here not in holder:
            return
        level = cast("dict[Any, Any]", holder)
        if following is None or isinstance(following, int) or not isinstance(level[here], dict):
            del level[here]
            return
        holder = level[here]
