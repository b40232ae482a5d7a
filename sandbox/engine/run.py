"""Run a Pulumi program, or destroy what its last run made: the engine's one entry.

run = run_program(Path("."), "sandbox", endpoint="http://127.0.0.1:5000", state=StackState())
run.error or run.outputs["manifest"]
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from sandbox.engine.deployment import Deployment
from sandbox.engine.errors import ProgramFailed, RunFailed
from sandbox.engine.log import Log, LogLine
from sandbox.engine.monitor import About, serving
from sandbox.engine.program import Program, execute
from sandbox.engine.project import load_project
from sandbox.engine.providers import Providers
from sandbox.engine.registration import Operation, Registration
from sandbox.engine.stack_config import load_stack_config
from sandbox.engine.state import StackState
from sandbox.provider.registry import AWS, Registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PARALLEL: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRun:
    """What a run came to.

    Attributes:
        registrations: Everything the program registered or read, by URN.
        deletions: URNs that were deleted or forgotten, and which of the two; in a preview, that would be.
        outputs: The stack's outputs. Secrets are `wire.Secret`; in a preview unknown ones are `UNKNOWN`.
        log: What the program logged.
        failure: What ended it, or None.
        state: What it left behind.
        preview: Whether it only said what would be done.
        seconds: How long it took.
    """

    registrations: list[Registration] = field(default_factory=list[Registration])
    deletions: list[tuple[str, Operation]] = field(default_factory=list[tuple[str, Operation]])
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    log: list[LogLine] = field(default_factory=list[LogLine])
    failure: MeshtrailError | None = None
    state: StackState
    preview: bool = False
    seconds: float = 0.0

    @property
    def error(self) -> str | None:
        """What ended the run, in words, or None."""
        return None if self.failure is None else str(self.failure)

    @property
    def changes(self) -> Counter[Operation]:
        """How many resources were created, updated, ... ; components do not count."""
        done = [one.operation for one in self.registrations if one.operation is not None]
        return Counter([*done, *(operation for _, operation in self.deletions)])


def run_program(
    project: Path,
    stack: str,
    *,
    endpoint: str | None,
    preview: bool = False,
    state: StackState | None = None,
    config_overrides: Mapping[str, Any] | None = None,
    registry: Registry = AWS,
    organization: str = "organization",
    timeout: float = 120.0,
) -> ProgramRun:
    """Run the program of a project for one of its stacks.

    Nothing is raised for what may go wrong: a wrong configuration, a program that fails, a resource AWS
    refuses all come back as the run's `failure`, with what was done until then.

    Args:
        project: The folder with Pulumi.yaml.
        stack: The stack, configured by Pulumi.<stack>.yaml.
        endpoint: The sandbox's URL, for every AWS service; None takes the stack's `aws:endpoints`.
        preview: Only say what would be done. AWS is asked, never changed.
        state: What earlier runs left; changed by the run, not by a preview. None is a stack that never ran.
        config_overrides: Configuration that wins over the stack's; None as a value takes a key away.
        registry: The resource types and functions there are.
        organization: The organization the program is told it runs in.
        timeout: Seconds the program may take.
    """
    begun = time.monotonic()
    book = StackState() if state is None else state
    log = Log()
    try:
        found = load_project(project)
        config = load_stack_config(found, stack, config_overrides)
    except MeshtrailError as error:
        return ProgramRun(failure=error, state=book, preview=preview, seconds=time.monotonic() - begun)
    working = book.copy() if preview else book
    about = About(
        project=found.name,
        stack=stack,
        organization=organization,
        config=config,
        preview=preview,
        parallel=_PARALLEL,
    )
    deployment = Deployment(
        project=found.name,
        stack=stack,
        registry=registry,
        providers=Providers(config.of_package("aws"), endpoint=endpoint, state=working),
        state=working,
        preview=preview,
    )
    with serving(deployment, about, log) as address:
        program = Program(path=found.program.resolve(), root=found.folder.resolve(), about=about)
        failure = execute(program, address, timeout=timeout, waiting=lambda: deployment.running)
        if failure is not None:
            deployment.stop(_blame(failure, deployment, log))
    if deployment.failure is None:
        _finish(deployment)
    return _result(deployment, log, working=book if preview else working, begun=begun)


def destroy_stack(
    project: Path,
    stack: str,
    *,
    endpoint: str | None,
    state: StackState,
    config_overrides: Mapping[str, Any] | None = None,
    registry: Registry = AWS,
) -> ProgramRun:
    """Delete everything a state holds, newest first; the program itself is not run.

    Arguments and result are those of `run_program`. Protected resources refuse, before anything is deleted.
    """
    begun = time.monotonic()
    try:
        found = load_project(project)
        config = load_stack_config(found, stack, config_overrides)
    except MeshtrailError as error:
        return ProgramRun(failure=error, state=state, seconds=time.monotonic() - begun)
    deployment = Deployment(
        project=found.name,
        stack=stack,
        registry=registry,
        providers=Providers(config.of_package("aws"), endpoint=endpoint, state=state),
        state=state,
        preview=False,
    )
    try:
        deployment.destroy()
    except RunFailed as error:
        deployment.stop(error)
    return _result(deployment, Log(), working=state, begun=begun)


def _finish(deployment: Deployment) -> None:
    try:
        deployment.delete_rest()
    except RunFailed as error:
        deployment.stop(error)


def _blame(failure: RunFailed, deployment: Deployment, log: Log) -> RunFailed:
    """A program that fails because a function it called failed is not itself to blame."""
    if isinstance(failure, ProgramFailed) and failure.traceback:
        log.add(LogLine("debug", failure.traceback))
    called = deployment.failed_invoke
    return called if called is not None and str(called) in failure.what else failure


def _result(deployment: Deployment, log: Log, *, working: StackState, begun: float) -> ProgramRun:
    return ProgramRun(
        registrations=deployment.registrations,
        deletions=deployment.deletions,
        outputs=deployment.outputs,
        log=log.lines,
        failure=deployment.failure,
        state=working,
        preview=deployment.preview,
        seconds=time.monotonic() - begun,
    )
