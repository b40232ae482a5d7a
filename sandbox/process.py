"""A sandbox in a process of its own, which ends with the one that started it.

The two share a pipe that nothing is ever written to: when the parent is gone, however it went, the child reads
the end of it and stops as it would when told to.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

from cloudtrail.errors import MeshtrailError
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from types import TracebackType

READY: Final = "sandbox ready at "
"""What the process says on stdout, followed by its endpoint, once it answers."""
UNTIL_STDIN_ENDS: Final = "--until-stdin-ends"
"""The option of `sandbox serve` that ties it to whoever holds the other end of its stdin."""
PATIENCE: Final = 10.0
"""Seconds a process is given to end before it is killed."""


class SandboxDidNotStart(MeshtrailError):
    """The process ended before it was ready."""


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A running process; a context manager that stops it.

    Attributes:
        endpoint: Where it answers.
        pid: Its process id.
    """

    endpoint: str
    pid: int
    _process: subprocess.Popen[str]
    _drain: threading.Thread

    def stop(self) -> None:
        """End it, and wait until it has; may be called twice."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._drain.join()
        _close(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def arguments(settings: SandboxSettings) -> list[str]:
    """The settings as options of `sandbox serve`; those at their default are left out."""
    default = SandboxSettings()
    options: list[str] = []
    for name in (field.name for field in fields(settings)):
        value: Any = getattr(settings, name)
        if value == getattr(default, name):
            continue
        option = f"--{name.replace('_', '-')}"
        options += [option] if value is True else [option, str(value)]
    return options


def spawn(settings: SandboxSettings | None = None) -> SandboxProcess:
    """Start a sandbox in a new process and wait until it answers.

    Raises:
        SandboxDidNotStart: when it ends before that; what it said is in the error.
    """
    options = [UNTIL_STDIN_ENDS, *arguments(settings or SandboxSettings())]
    command = [sys.executable, "-m", "sandbox", "serve", *options]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    said: list[str] = []
    for line in process.stdout or ():
        if line.startswith(READY):
            # Whatever it says later must not fill the pipe, or it would wait for a reader for ever.
            drain = threading.Thread(target=_read_all, args=(process,), name="sandbox-output", daemon=True)
            drain.start()
            return SandboxProcess(line.removeprefix(READY).strip(), process.pid, process, drain)
        said.append(line)
    process.wait()
    _close(process)
    raise SandboxDidNotStart(
        f"The sandbox ended with exit code {process.returncode} before it was ready",
        why="".join(said).strip() or "It said nothing on stdout; its stderr may say why.",
    )


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _read_all(process: subprocess.Popen[str]) -> None:
    for _ in process.stdout or ():
        pass
