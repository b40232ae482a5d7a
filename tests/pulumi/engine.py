"""Pulumi's own command line, on a copy of the project and a sandbox; its engine's event log is the evidence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from sandbox.engine.urn import Urn
from sandbox.plugin.home import make_home

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT: Final = Path(__file__).parents[2]
PROGRAMS: Final = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
MISSING: Final = [name for name in PROGRAMS if shutil.which(name) is None]
"""What there is not on PATH of what runs a Python program; `make test` puts there what `make pulumi` builds."""

_SECONDS: Final = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One resource in the engine's event log.

    Attributes:
        op: What was done with it, or would be: create, same, update, replace, delete, ...
        urn: Which.
        diffs: The inputs that differ, where the engine says so.
    """

    op: str
    urn: str
    diffs: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The resource's type token."""
        return Urn.parse(self.urn).type

    @property
    def name(self) -> str:
        """The name that the program gave it."""
        return Urn.parse(self.urn).name


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `pulumi`.

    Attributes:
        exit_code: How it ended.
        output: What it wrote to stdout and stderr.
        events: The engine's event log, in order.
    """

    exit_code: int
    output: str
    events: list[dict[str, Any]]

    @property
    def steps(self) -> list[Step]:
        """What became of each resource, or in a preview would; a step that failed is told by `failed`."""
        kinds = ("resourcePreEvent", "resOutputsEvent")
        told: dict[tuple[str, str], Step] = {}
        for event in self.events:
            for kind in kinds:
                if kind in event:
                    said = event[kind]["metadata"]
                    told[said["op"], said["urn"]] = Step(
                        said["op"], said["urn"], tuple(said.get("diffs") or ())
                    )
        return list(told.values())

    @property
    def failed(self) -> list[Step]:
        """The steps that failed."""
        found = [
            event["resOpFailedEvent"]["metadata"] for event in self.events if "resOpFailedEvent" in event
        ]
        return [Step(one["op"], one["urn"]) for one in found]

    @property
    def changes(self) -> Counter[str]:
        """How many resources were, or would be, created, updated, left the same, ..., as the engine sums up."""
        (summary,) = [event["summaryEvent"] for event in self.events if "summaryEvent" in event]
        return Counter(summary["resourceChanges"])

    @property
    def errors(self) -> list[str]:
        """The errors that the engine and the program reported."""
        said = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        return [one["message"].strip() for one in said if one["severity"] == "error"]

    def of_type(self, *types: str) -> dict[str, str]:
        """What was done with the resources of some types, by name."""
        return {step.name: step.op for step in self.steps if step.type in types}


@dataclass
class Pulumi:
    """One stack of the project, as the command line sees it.

    Attributes:
        folder: Where everything lies that it writes.
        stack: The stack's name.
        endpoint: The sandbox.
        overrides: Configuration that wins over the example's.
    """

    folder: Path
    stack: str
    endpoint: str
    overrides: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        self.program = self.folder / "program"
        self._home = make_home(self.folder / "home", endpoint=self.endpoint)
        self.program.mkdir(parents=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(PROJECT / name, self.program)
        self.configure()
        self.must("stack", "init", self.stack, log=False)

    def configure(self, **changes: Any) -> None:
        """Write the stack's settings: the example's, the overrides, and these; None takes a key away."""
        file = f"Pulumi.{self.stack}.yaml"
        document = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))
        wanted = {**document["config"], **self.overrides, **changes}
        document["config"] = {key: value for key, value in wanted.items() if value is not None}
        before = self.program / file
        if before.exists():  # what `stack init` wrote to encrypt secrets
            kept = yaml.safe_load(before.read_text(encoding="utf-8"))
            document |= {key: value for key, value in kept.items() if key != "config"}
        before.write_text(yaml.safe_dump(document), encoding="utf-8")

    def settings(self) -> dict[str, Any]:
        """The stack's settings, as they are written now."""
        file = self.program / f"Pulumi.{self.stack}.yaml"
        return yaml.safe_load(file.read_text(encoding="utf-8"))["config"]

    def run(self, *arguments: str, log: bool = True) -> Run:
        """Run a command on the stack, whatever comes of it."""
        events = self.folder / "events.json"
        events.unlink(missing_ok=True)
        extra = ("--event-log", str(events), "--stack", self.stack) if log else ()
        done = subprocess.run(
            ["pulumi", *arguments, *extra, "--non-interactive", "--color", "never"],  # noqa: S607  # the one that is found is the one to be tested
            cwd=self.program,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
        return Run(done.returncode, done.stdout, [json.loads(line) for line in lines])

    def must(self, *arguments: str, log: bool = True) -> Run:
        """Run a command, which has to succeed."""
        run = self.run(*arguments, log=log)
        assert run.exit_code == 0, run.output
        return run

    def preview(self, *arguments: str) -> Run:
        """`pulumi preview`, which has to succeed."""
        return self.must("preview", *arguments)

    def up(self, *arguments: str) -> Run:
        """`pulumi up`, which has to succeed."""
        return self.must("up", "--yes", "--skip-preview", *arguments)

    def state(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, as `pulumi stack export` prints them."""
        printed = self.must("stack", "export", "--stack", self.stack, log=False).output
        return json.loads(printed)["deployment"].get("resources", [])

    def manifest(self) -> dict[str, Any]:
        """The stack's output."""
        printed = self.must("stack", "output", "manifest", "--json", "--stack", self.stack, log=False).output
        return json.loads(printed)

    def _environment(self) -> dict[str, str]:
        # The language host takes the first `python3` it finds, and lists its packages, for which pip would look on its
        # index for a newer pip; the debug commands have the event log.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {key: os.environ[key] for key in ("HOME", "TMPDIR", "LANG") if key in os.environ}
        own = {"PULUMI_DEBUG_COMMANDS": "true", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        return {**kept, **self._home, **own, "PATH": path}
