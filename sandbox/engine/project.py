"""Pulumi.yaml: what the project is called, where its program lies, and which configuration it declares.

Follows the Pulumi project file reference (pulumi.com/docs/iac/concepts/projects/project-file).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from cloudtrail.errors import MeshtrailError, Problem, SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TYPES: Final = ("string", "integer", "boolean", "array", "object")


class NotAProject(MeshtrailError):
    """A folder holds no Pulumi project the sandbox can run, or no such stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One key of a project's `config`.

    Attributes:
        key: The key with its namespace, e.g. `meshtrail:trail`.
        type: One of `TYPES`, or None when the project only gives a value.
        items: The type of an array's items, in the project file's own form.
        default: Used when the stack does not say.
        secret: Whether the stack must keep it encrypted.
    """

    key: str
    type: str | None
    items: Mapping[str, Any] | None
    default: Any
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A Pulumi project.

    Attributes:
        name: Its name, also the namespace of its own configuration.
        folder: Where Pulumi.yaml lies.
        program: What to run: a folder with a `__main__.py`, or one file.
        declarations: The configuration it declares, by key with namespace.
        stack_folder: Where the stacks' files lie.
    """

    name: str
    folder: Path
    program: Path
    declarations: Mapping[str, Declaration]
    stack_folder: Path

    def stack_file(self, stack: str) -> Path:
        """Where a stack's configuration is kept."""
        return self.stack_folder / f"Pulumi.{stack}.yaml"


def load_project(folder: Path) -> Project:
    """Read the project in a folder.

    Raises:
        NotAProject: when there is none, or it is not a Python one.
        SettingsError: when its `config` declares what Pulumi does not allow; every problem at once.
    """
    file = folder / "Pulumi.yaml"
    document = read_yaml(file)
    name = document.get("name")
    if not isinstance(name, str) or not name:
        raise NotAProject("The Pulumi project has no name", where=str(file), remedy="Give it a `name:`.")
    runtime = document.get("runtime")
    language = cast("dict[str, Any]", runtime).get("name") if isinstance(runtime, dict) else runtime
    if language != "python":
        raise NotAProject(
            f"The sandbox runs Python programs, not {language!r}",
            where=f"{file}: runtime",
            remedy="Use `python`.",
        )
    declared = document.get("config") or {}
    if not isinstance(declared, dict):
        raise NotAProject("`config` is not a map", where=str(file))
    problems: list[Problem] = []
    declarations: dict[str, Declaration] = {}
    for key, raw in cast("dict[str, Any]", declared).items():
        declaration = _declaration(name, str(key), raw, problems)
        declarations[declaration.key] = declaration
    if problems:
        raise SettingsError(problems, where=str(file))
    return Project(
        name=name,
        folder=folder,
        program=folder / str(document.get("main") or "."),
        declarations=declarations,
        stack_folder=folder / str(document.get("stackConfigDir") or "."),
    )


def read_yaml(file: Path) -> dict[str, Any]:
    """Read a YAML file that holds a map.

    Raises:
        NotAProject: when it is missing, unreadable or something else.
    """
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotAProject(f"There is no {file.name}", where=str(file.parent)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise NotAProject(f"{file.name} is not YAML", where=str(file), why=str(error)) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise NotAProject(f"{file.name} does not hold a map", where=str(file))
    return cast("dict[str, Any]", document)


def full_key(project: str, key: str) -> str:
    """A configuration key with its namespace; a bare key belongs to the project."""
    return key if ":" in key else f"{project}:{key}"


def _declaration(project: str, key: str, raw: Any, problems: list[Problem]) -> Declaration:
    full = full_key(project, key)
    if not isinstance(raw, dict):
        return Declaration(key=full, type=None, items=None, default=raw, secret=False)
    body = cast("dict[str, Any]", raw)
    if not full.startswith(f"{project}:") and set(body) - {"value"}:
        problems.append(
            Problem(
                full,
                "belongs to another package, so the project can only give it a `value`.",
                "Leave the rest out.",
            )
        )
    if "default" in body and "value" in body:
        problems.append(Problem(full, "has both a default and a value.", "Keep one."))
    type_name = body.get("type")
    if type_name is not None and type_name not in TYPES:
        problems.append(Problem(full, f"has the type {type_name!r}.", f"Pulumi knows {', '.join(TYPES)}."))
    if type_name == "array" and "items" not in body:
        problems.append(
            Problem(full, "is an array without `items`.", "Say what it holds, e.g. `items: {type: string}`.")
        )
    return Declaration(
        key=full,
        type=type_name,
        items=body.get("items"),
        default=body.get("default", body.get("value")),
        secret=bool(body.get("secret")),
    )
