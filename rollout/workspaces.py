"""A working directory for every stack, with its settings and its lock.

Pulumi remembers by directory which stack is selected, and rewrites the stack's file: two stacks in one directory would
read each other's. Plugins are shared all the same: those lie in PULUMI_HOME.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from rollout.program import config_of
from rollout.run import StackHeld

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from rollout.plan import Settings, Stack
    from rollout.program import Program

_ONLY_MINE: Final = 0o700


class Workspaces:
    """The working directories of a rollout.

    Args:
        folder: Where they are.
        program: The program; its folder is only read.
        settings: The plan's settings.
        external_id: What the role in the accounts asks for; empty: nothing.
    """

    def __init__(self, folder: Path, program: Program, settings: Settings, *, external_id: str = "") -> None:
        self._folder = folder
        self._program = program
        self._settings = settings
        self._template = program.template(settings.template)
        self._external_id = external_id

    def of(self, stack: Stack) -> Path:
        """The stack's working directory, which need not be there yet."""
        return self._folder / stack.name

    def prepare(self, stack: Stack) -> Path:
        """Make the stack's working directory what its settings say, and return it."""
        folder = self.of(stack)
        folder.mkdir(mode=_ONLY_MINE, parents=True, exist_ok=True)
        _replace(folder / "Pulumi.yaml", self._project())
        path = folder / f"Pulumi.{stack.name}.yaml"
        # Pulumi keeps there what it encrypts the stack's secrets with. That is not ours to forget.
        kept = {name: value for name, value in _read(path).items() if name != "config"}
        config = config_of(stack.account, self._template, self._settings, self._external_id)
        _replace(path, {**kept, "config": config})
        return folder

    def _project(self) -> dict[str, Any]:
        project = {**self._program.project, "main": str(self._program.folder)}
        runtime = project.get("runtime")
        if isinstance(runtime, dict):
            named = cast("dict[str, Any]", runtime)
            options = dict(named.get("options") or {})
            if "virtualenv" in options:
                options["virtualenv"] = str(self._program.folder / options["virtualenv"])
            project["runtime"] = {**named, "options": options}
        return project

    @contextmanager
    def held(self, stack: Stack) -> Generator[None]:
        """Keep every other run of this machine away from the stack; a run that dies holds nothing any more.

        Raises:
            StackHeld: when another run is there.
        """
        folder = self.of(stack)
        folder.mkdir(mode=_ONLY_MINE, parents=True, exist_ok=True)
        path = folder / "lock"
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StackHeld(
                    f"Another run works on the stack{_holder(lock)}",
                    where=str(path),
                    remedy="Wait until it ends, then run `meshtrail rollout up` again.",
                ) from error
            os.ftruncate(lock, 0)
            os.pwrite(lock, json.dumps({"process": os.getpid()}).encode(), 0)
            yield
        finally:
            os.close(lock)


def _holder(lock: int) -> str:
    try:
        return f": process {int(json.loads(os.pread(lock, 200, 0))['process'])}"
    except (ValueError, KeyError, TypeError):
        return ""


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return cast("dict[str, Any]", document) if isinstance(document, dict) else {}


def _replace(path: Path, document: Mapping[str, Any]) -> None:
    """Write a YAML file so that nobody ever reads half of it."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 -- of a descriptor
        yaml.safe_dump(dict(document), file, sort_keys=False)
    draft.replace(path)
