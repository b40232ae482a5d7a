"""Reads a stack's settings from Pulumi's configuration: once, everything, with every problem at once."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cloudtrail.errors import Problem, SettingsError
from components.settings.root import Settings
from components.settings.rules import problems as rule_problems
from components.settings.shape import PROVIDER_KEYS, REGION_KEY, Location, key_of, path_of, structure
from components.settings.wording import problem_of, shown

NAMESPACE: Final = "meshtrail:"
"""What the program's own keys begin with: the project's name."""
_MAX_ROUNDS: Final = 100
_STAND_IN_REGION: Final = "us-east-1"


def read_settings(config: Mapping[str, Any], *, where: str = "") -> Settings:
    """Read the settings of a stack.

    Args:
        config: Pulumi's configuration: `namespace:key` to text; objects and lists are JSON texts.
        where: The stack, for the error.

    Raises:
        SettingsError: listing every problem, each with its key and what to write instead.
    """
    draft = _Draft()
    for key, text in config.items():
        if key in PROVIDER_KEYS:
            draft.enter(key, text)
        elif key.startswith(NAMESPACE):
            draft.enter(key.removeprefix(NAMESPACE), text)
    settings = draft.validate()
    problems = set(draft.problems)
    if settings is not None:
        problems.update(rule_problems(settings, doubtful=draft.doubtful))
    if problems or settings is None:
        raise SettingsError(sorted(problems, key=lambda problem: problem.key), where=where)
    return settings


class _Draft:
    """Settings on their way to being valid.

    What is unusable is noted and set aside, until the rest can be validated: so rules between settings see
    as much as there is, and are reported in the same breath.

    Attributes:
        document: What is still to be validated.
        problems: What was wrong so far.
        doubtful: Paths of what was set aside; the values the models have there are nobody's.
    """

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.doubtful: set[str] = set()

    def enter(self, name: str, text: object) -> None:
        """Take up a key as Pulumi has it: one of the program's own without its namespace, or a provider's."""
        wanted = structure(name)
        if wanted is None or not isinstance(text, str):
            self.document[name] = text
            return
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            self.problems.append(
                Problem(key_of(name, namespace=NAMESPACE), f"must be {wanted}, not {shown(text)}.", "")
            )
            self.doubtful.add(name)
            return
        # The project's own defaults in Pulumi.yaml are empty objects: they say nothing.
        if value != {}:
            self.document[name] = value

    def validate(self) -> Settings | None:
        """The settings, with what is unusable left out; None when there is too much of it."""
        for _ in range(_MAX_ROUNDS):
            try:
                return Settings.model_validate(self.document)
            except ValidationError as error:
                for detail in error.errors(include_url=False):
                    self._set_aside(detail)
        return None

    def _set_aside(self, detail: ErrorDetails) -> None:
        location, path = detail["loc"], path_of(detail["loc"])
        missing = detail["type"] == "missing"
        if not (missing and path in self.doubtful):  # else it was there, and was set aside a round ago
            self.problems.append(problem_of(detail, namespace=NAMESPACE))
        if detail["type"] == "extra_forbidden":
            _remove(self.document, location)
            return
        self.doubtful.add(path)
        if path == REGION_KEY:
            self.document[REGION_KEY] = _STAND_IN_REGION
            return
        if missing:  # a section cannot stand without what it requires
            location = location[:-1]
            self.doubtful.add(path_of(location))
        _remove(self.document, location)


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
