"""A stack's configuration as the CLI would hand it to the program: merged, checked, and all text.

The CLI merges the project's defaults with the stack's values, checks them against the declared types, and
gives the program one string per key; what is not a scalar travels as JSON
(pulumi.com/docs/iac/concepts/config).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from cloudtrail.errors import Problem, SettingsError
from sandbox.engine.project import Declaration, NotAProject, Project, full_key, read_yaml
from sandbox.engine.wire import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class StackConfig:
    """A stack's configuration.

    Attributes:
        values: Every key with its namespace, as text.
        secret_keys: The keys whose values are secret.
    """

    values: Mapping[str, str]
    secret_keys: frozenset[str]

    def of_package(self, package: str) -> dict[str, str]:
        """One package's configuration, e.g. `aws`, by its own names: what the provider is configured with."""
        prefix = f"{package}:"
        return {key.removeprefix(prefix): text for key, text in self.values.items() if key.startswith(prefix)}


def load_stack_config(
    project: Project, stack: str, overrides: Mapping[str, Any] | None = None
) -> StackConfig:
    """Merge and check a stack's configuration.

    Args:
        project: The project.
        stack: The stack's name; its file must exist.
        overrides: Values that win over the file's, by key; wrap one in `Secret` to make it secret. None removes.

    Raises:
        NotAProject: when the stack has no file, or uses what the sandbox lacks (ESC environments).
        SettingsError: when values are missing, of the wrong type or encrypted; every problem at once.
    """
    file = project.stack_file(stack)
    document = read_yaml(file)
    if "environment" in document:
        raise NotAProject(
            f"Stack {stack!r} imports a Pulumi ESC environment, which the sandbox does not have",
            where=f"{file}: environment",
            remedy="Give the values as plain configuration.",
        )
    raw: dict[str, Any] = {
        full_key(project.name, str(key)): value
        for key, value in cast("dict[str, Any]", document.get("config") or {}).items()
    }
    for key, value in (overrides or {}).items():
        full = full_key(project.name, key)
        raw.pop(full, None)
        if value is not None:
            raw[full] = value
    for key, declaration in project.declarations.items():
        if key not in raw and declaration.default is not None:
            raw[key] = declaration.default

    problems = [
        *(
            problem
            for key, value in sorted(raw.items())
            if (problem := _problem(stack, key, value, project)) is not None
        ),
        *(
            Problem(
                key, f"is required, and stack {stack!r} does not set it.", f"Run `pulumi config set {key} …`."
            )
            for key, declaration in sorted(project.declarations.items())
            if declaration.type is not None and key not in raw
        ),
    ]
    if problems:
        raise SettingsError(problems, where=str(file))
    return StackConfig(
        values={
            key: _text(value.value if isinstance(value, Secret) else value) for key, value in raw.items()
        },
        secret_keys=frozenset(key for key, value in raw.items() if isinstance(value, Secret)),
    )


def _problem(stack: str, key: str, value: Any, project: Project) -> Problem | None:
    if _encrypted(value):
        return Problem(key, "is encrypted, and the sandbox holds no keys.", "Override it for this run.")
    declaration = project.declarations.get(key)
    if declaration is None:
        return None
    if declaration.secret and not isinstance(value, Secret):
        return Problem(
            key,
            f"must be encrypted in stack {stack!r}, as the project declares it secret.",
            "Set it with --secret.",
        )
    plain = value.value if isinstance(value, Secret) else value
    if declaration.type is not None and not _fits(plain, declaration.type, declaration.items):
        return Problem(key, f"must be of type {_type_name(declaration)}, not {_kind(plain)}.", "")
    return None


def _encrypted(value: Any) -> bool:
    if isinstance(value, dict):
        document = cast("dict[str, Any]", value)
        return set(document) == {"secure"} or any(_encrypted(item) for item in document.values())
    if isinstance(value, list):
        return any(_encrypted(item) for item in cast("list[Any]", value))
    return False


def _fits(value: Any, type_name: str, items: Mapping[str, Any] | None) -> bool:
    match type_name:
        case "string":
            return not isinstance(value, (dict, list))
        case "integer":
            return re.fullmatch(r"[+-]?\d+(\.0+)?", _text(value)) is not None
        case "boolean":
            return _text(value) in {"true", "false"}
        case "array":
            inner = items or {}
            return isinstance(value, list) and all(
                _fits(item, str(inner.get("type", "string")), inner.get("items"))
                for item in cast("list[Any]", value)
            )
        case _:
            return isinstance(value, dict)


def _type_name(declaration: Declaration) -> str:
    def full(type_name: str, items: Mapping[str, Any] | None) -> str:
        if type_name != "array" or not items:
            return type_name
        return f"array<{full(str(items.get('type')), items.get('items'))}>"

    return full(str(declaration.type), declaration.items)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    return repr(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), default=str)
    return str(value)
