"""The project's own program, unmodified, run for an example stack against a sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clients import SandboxClient
from sandbox.engine.project import load_project
from sandbox.engine.providers import Providers
from sandbox.engine.run import ProgramRun, run_program
from sandbox.engine.stack_config import load_stack_config
from sandbox.engine.state import StackState
from sandbox.engine.urn import PROVIDER_PREFIX
from sandbox.provider.registry import AWS
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

from .accounts import World, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]
STACKS = sorted(file.name.split(".")[1] for file in PROJECT.glob("Pulumi.*.yaml"))
"""Every example stack there is; a new one is tested by being there."""


@dataclass
class Stack:
    """One stack on an empty AWS."""

    name: str
    sandbox: Sandbox
    state: StackState = field(default_factory=StackState)
    world: World = field(default_factory=lambda: World({}))

    def run(self, *, preview: bool = False, **overrides: Any) -> ProgramRun:
        """Run the program, which has to succeed; overrides are configuration of the project's own namespace."""
        run = self.try_run(preview=preview, **overrides)
        assert run.error is None, run.error
        return run

    def try_run(self, *, preview: bool = False, **overrides: Any) -> ProgramRun:
        """Run the program, whatever comes of it."""
        return run_program(
            PROJECT,
            self.name,
            endpoint=self.sandbox.endpoint,
            preview=preview,
            state=self.state,
            config_overrides={**self.world.overrides, **overrides},
        )

    def calls(self) -> list[str]:
        """The operations that changed something since the sandbox was empty, as CloudTrail records them."""
        return [
            f"{event.record['eventSource'].partition('.')[0]}:{event.record['eventName']}"
            for event in self.sandbox.state.ledger.events()
            if not event.record["readOnly"]
        ]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for a module of tests; no other one can run in this process meanwhile."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600, seed=7)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The sandbox, empty."""
    running.reset()
    return running


@pytest.fixture
def everything(sandbox: Sandbox) -> Stack:
    """The stack with everything in it."""
    return Stack("sandbox", sandbox)


@pytest.fixture
def small(sandbox: Sandbox) -> Stack:
    """The smallest of the example stacks."""
    return Stack("single-region", sandbox)


@dataclass(frozen=True)
class Story:
    """What became of an example stack that was previewed, updated, updated again and previewed again.

    Attributes:
        runs: The four runs, in that order.
        calls: The calls that had changed something on AWS after each of them.
        drift: For every resource that AWS does not have as the program asked: its URN and what differs.
        world: What it was deployed to.
    """

    runs: tuple[ProgramRun, ...]
    calls: tuple[list[str], ...]
    drift: dict[str, tuple[str, ...] | None]
    world: World

    @property
    def preview(self) -> ProgramRun:
        """The first preview."""
        return self.runs[0]

    @property
    def update(self) -> ProgramRun:
        """The first update."""
        return self.runs[1]


@pytest.fixture(scope="module", params=STACKS)
def story(request: pytest.FixtureRequest, running: Sandbox) -> Story:
    """Each example stack's story, told once for all tests."""
    running.reset()
    world = world_of(PROJECT, request.param, SandboxClient(running.endpoint))
    stack = Stack(request.param, running, world=world)
    already = len(stack.calls())
    runs: list[ProgramRun] = []
    calls: list[list[str]] = []
    for preview in (True, False, False, True):
        runs.append(stack.run(preview=preview))
        calls.append(stack.calls()[already:])
    return Story(tuple(runs), tuple(calls), _drift(stack), world)


def _drift(stack: Stack) -> dict[str, tuple[str, ...] | None]:
    config = load_stack_config(load_project(PROJECT), stack.name, stack.world.overrides).of_package("aws")
    providers = Providers(config, endpoint=stack.sandbox.endpoint, state=stack.state)
    drift: dict[str, tuple[str, ...] | None] = {}
    for state in stack.state.resources.values():
        if state.type.startswith(PROVIDER_PREFIX):
            continue
        kind = AWS.types[state.type]
        seen = kind.read(providers.find(state.provider, state.type), state.id, state.inputs)
        if seen is None:
            drift[state.urn] = None
        elif changed := kind.diff(seen.outputs, state.inputs).changed:
            drift[state.urn] = changed
    return drift
