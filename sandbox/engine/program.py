"""Runs a program's code the way Pulumi's Python language host does: one module run, inside a stack.

In this process, in a thread with a context and an event loop of its own: the SDK keeps all its state in
context variables. What is process-wide is put back afterwards, and guarded by running one program at a time:
`sys.path`, `sys.modules["__main__"]`, modules only the program's folder provides, and one environment
variable. A program that blocks in its own code for ever cannot be ended in-process; its thread is left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import runpy
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import grpc
from pulumi.errors import RunError
from pulumi.runtime import config as pulumi_config
from pulumi.runtime import settings, stack
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from cloudtrail.errors import MeshtrailError
from sandbox.engine.errors import ProgramFailed, RunFailed, TimedOut

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from sandbox.engine.monitor import About

_ONE_AT_A_TIME: Final = threading.Lock()
_GRACE_SECONDS: Final = 5.0
_STRICT: Final = "PULUMI_ERROR_OUTPUT_STRING"
"""Makes the SDK raise where a program puts an output into a string, instead of a warning text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, and for whom.

    Attributes:
        path: A folder with a `__main__.py`, or one file.
        root: The project's folder.
        about: The run it belongs to.
    """

    path: Path
    root: Path
    about: About


def execute(
    program: Program, address: str, *, timeout: float, waiting: Callable[[], list[str]]
) -> RunFailed | None:
    """Run a program against the services at an address, until all it registered is done.

    Args:
        program: What to run.
        address: Where its resource monitor and engine listen.
        timeout: Seconds until it is told to stop.
        waiting: Says which resources are being worked on, for the error of a program that is out of time.

    Returns:
        Why it failed, in its own terms; None when it did not.
    """
    with _ONE_AT_A_TIME, _as_before(program):
        run = _Run(program, address)
        run.start()
        run.join(timeout)
        if run.is_alive():
            busy = waiting()
            run.cancel()
            run.join(_GRACE_SECONDS)
            why = (
                f"Still at work on {', '.join(busy)}." if busy else "It waits for something that never comes."
            )
            if run.is_alive():
                why = "It is still busy in its own code."
            return TimedOut(
                f"The program did not come to an end in {timeout:g} seconds", where=str(program.path), why=why
            )
        return run.failure


class _Run(threading.Thread):
    """The program's thread."""

    def __init__(self, program: Program, address: str) -> None:
        super().__init__(name="pulumi-program", daemon=True)
        self.failure: RunFailed | None = None
        self._program = program
        self._loop = asyncio.new_event_loop()
        # A failed resource fails the outputs of all that depend on it; nobody waits for those futures.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._task: asyncio.Task[None] | None = None
        self._channel = grpc.insecure_channel(address)

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._configure()
            self._task = self._loop.create_task(stack.run_in_stack(self._module))
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001  # whatever a program raises is its failure, SystemExit too
            self.failure = _explain(error, self._program.path)
        finally:
            self._channel.close()
            self._close()

    def cancel(self) -> None:
        """Ask the program to stop where it waits."""
        task = self._task
        if task is not None:
            with contextlib.suppress(RuntimeError):  # the loop may have closed by now
                self._loop.call_soon_threadsafe(task.cancel)
        self._channel.close()  # ends the calls it waits in

    def _module(self) -> None:
        runpy.run_path(str(self._program.path), run_name="__main__")

    def _configure(self) -> None:
        about = self._program.about
        settings.ROOT.set(None)
        pulumi_config.set_all_config(dict(about.config.values), sorted(about.config.secret_keys))
        settings.configure(
            settings.Settings(
                project=about.project,
                stack=about.stack,
                monitor=resource_pb2_grpc.ResourceMonitorStub(self._channel),
                engine=engine_pb2_grpc.EngineStub(self._channel),
                parallel=about.parallel,
                dry_run=about.preview,
                organization=about.organization,
                root_directory=str(self._program.root),
            )
        )

    def _close(self) -> None:
        left = [task for task in asyncio.all_tasks(self._loop) if not task.done()]
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        self._loop.close()


@contextlib.contextmanager
def _as_before(program: Program) -> Generator[None]:
    """Put back what a program's run changes for the whole process."""
    folder = program.path if program.path.is_dir() else program.path.parent
    modules, path, main = set(sys.modules), list(sys.path), sys.modules.get("__main__")
    strict = os.environ.get(_STRICT)
    os.environ[_STRICT] = "true"
    if not program.path.is_dir():
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        if main is not None:
            sys.modules["__main__"] = main
        if strict is None:
            del os.environ[_STRICT]
        else:
            os.environ[_STRICT] = strict
        _forget_modules(set(sys.modules) - modules, folder.resolve())


def _forget_modules(names: set[str], folder: Path) -> None:
    """Drop the modules only the program's folder provides; what is installed stays, as after any import."""
    for name in names:
        file = getattr(sys.modules[name], "__file__", None)
        if file is None or not Path(file).resolve().is_relative_to(folder):
            continue
        top = name.partition(".")[0]
        if not any(finder.find_spec(top, None) for finder in sys.meta_path):
            del sys.modules[name]


def _explain(error: BaseException, program: Path) -> RunFailed:
    if isinstance(error, MeshtrailError):
        failure = ProgramFailed(error.what, where=error.where, why=error.why, remedy=error.remedy)
        failure.__cause__ = error
        return failure
    if isinstance(error, RunError):
        return ProgramFailed(str(error), where=str(program))
    if isinstance(error, SystemExit):
        return ProgramFailed(f"The program exited with {error.code!r}", where=str(program))
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(program if program.is_dir() else program.parent)
    ]
    last = frames[-1] if frames else None
    return ProgramFailed(
        f"The program raised {type(error).__name__}: {error}",
        where=f"{last.filename}:{last.lineno} in {last.name}" if last else str(program),
        traceback="".join(traceback.format_exception(error)),
    )
