"""One run of one command as a whole process: time, processor time, memory, and what it made the endpoint do."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from bench.results import Measured, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.endpoint.client import EndpointClient

_LOOK: Final = 0.02
"""Seconds between two looks at a process's memory."""
_PROC: Final = Path("/proc")


class BenchFailed(Exception):
    """A command did not do what it was measured for; its figures would say nothing."""


class Progress(Protocol):
    """Told what is being run."""

    def __call__(self, text: str) -> None:
        """Say it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A command that is measured.

    Attributes:
        name: Whose it is.
        what: What exactly runs, and what is inside.
        command: The command.
        expected: How many of what is looked for it has to find.
        found: Reads that from the file of its output.
        environment: Its environment; by default the bench's own.
        asks: Whether it asks the endpoint.
        runs: How many of the turns it takes part in.
        said: Reads from its output how many seconds it says it took, where starting it shall not count.
    """

    name: str
    what: str
    command: Sequence[str]
    expected: int
    found: Callable[[Path], int]
    environment: Mapping[str, str] | None = None
    asks: bool = True
    runs: int = 3
    said: Callable[[Path], float] | None = None


def lines(output: Path) -> int:
    """How many lines a command wrote: what it found, where it writes one for each."""
    return len(output.read_text().splitlines())


@dataclass
class _Memory:
    """The most that a process and those below it had at one time."""

    peak: int = 0

    def look(self, pid: int) -> None:
        self.peak = max(self.peak, sum(map(_peak, _tree(pid))))


def in_turns(
    contenders: Sequence[Contender], *, endpoint: EndpointClient | None, progress: Progress
) -> list[Measured]:
    """Run commands in turns, so that a slow minute of the machine falls on all of them.

    Raises:
        BenchFailed: when one fails, or finds something else than it should.
    """
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for turn in range(max(contender.runs for contender in contenders)):
        for contender in contenders:
            if turn < contender.runs:
                run = measured(contender, endpoint=endpoint if contender.asks else None)
                runs[contender.name].append(run)
                progress(f"{contender.name}: {run.seconds:.2f} s")
    return [
        Measured(name=contender.name, what=contender.what, runs=tuple(runs[contender.name]))
        for contender in contenders
    ]


def measured(contender: Contender, *, endpoint: EndpointClient | None) -> Run:
    """Run a command once.

    Raises:
        BenchFailed: when it fails, or finds something else than it should.
    """
    with tempfile.TemporaryDirectory(prefix="meshtrail-bench-") as folder:
        output, errors = Path(folder, "stdout"), Path(folder, "stderr")
        before = endpoint.usage() if endpoint else None
        with output.open("wb") as out, errors.open("wb") as err:
            seconds, cpu, peak, status = _timed(contender, folder, out.fileno(), err.fileno())
        spent = endpoint.usage().since(before) if endpoint and before else None
        try:
            found = contender.found(output)
        except (ValueError, LookupError) as error:
            found = -1
            reason = repr(error)
        else:
            reason = f"exit code {status}"
        if found != contender.expected:
            said = errors.read_text(errors="replace")[-2000:] or output.read_text(errors="replace")[-2000:]
            raise BenchFailed(
                f"{contender.name} found {found} instead of {contender.expected} ({reason}): {said}"
            )
        if contender.said is not None:
            seconds = contender.said(output)
    return Run(
        seconds=seconds,
        cpu_seconds=cpu,
        peak_bytes=peak,
        found=found,
        endpoint_cpu_seconds=spent.cpu_seconds if spent else 0.0,
        endpoint_requests=spent.requests - 1 if spent else 0,  # the look itself was one
        endpoint_bytes=spent.sent if spent else 0,
    )


def _timed(contender: Contender, folder: str, out: int, err: int) -> tuple[float, float, int, int]:
    # Nobody finds anything that a run before has kept.
    environment = {**(contender.environment or os.environ), "XDG_CACHE_HOME": folder}
    memory = _Memory()
    ended = threading.Event()
    start = time.monotonic()
    process = subprocess.Popen(
        list(contender.command), env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
    )

    def watch() -> None:
        while not ended.wait(_LOOK):
            memory.look(process.pid)

    watcher = threading.Thread(target=watch)
    watcher.start()
    # Not Popen.wait: it does not tell what the process used.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    ended.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    return seconds, usage.ru_utime + usage.ru_stime, memory.peak, process.returncode


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = list((_PROC / str(pid) / "task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has ended
        return
    for child in children:
        yield from _tree(int(child))


def _peak(pid: int) -> int:
    """The most a process had resident; the kernel keeps count, so nothing between two looks is missed."""
    try:
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024
