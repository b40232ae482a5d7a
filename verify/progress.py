"""Progress on long work: a small port, silent by default, and bars with rate and time left on a terminal's stderr."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Generator

    from rich.progress import Task, TaskID

_SPEED_OVER: Final = 60.0
"""Over how many seconds the rate, and with it the time left, is averaged."""


class Step(Protocol):
    """A step of the work, told how it goes."""

    def __call__(self, parts: int, /) -> None:
        """Count the parts done since the last call."""
        ...

    def reached(self, share: float, /) -> None:
        """Say how much of the step is done, 0 to 1, where its whole length is known only as a share, as of a window."""
        ...


class Watcher(Protocol):
    """Somebody who watches the work."""

    def step(self, title: str) -> Step:
        """Begin a step."""
        ...


class Unwatched:
    """A step that nobody watches."""

    def __call__(self, parts: int, /) -> None:
        """Count nothing."""

    def reached(self, share: float, /) -> None:
        """Say nothing."""


class Silent:
    """Nobody watches."""

    def step(self, title: str) -> Step:
        """Begin a step that nobody sees."""
        del title
        return Unwatched()


class Bars:
    """Bars on a terminal, one for each step.

    Args:
        progress: Where they are drawn.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def step(self, title: str) -> Step:
        """Begin a step with a bar of its own."""
        return _Bar(self._progress, self._progress.add_task(title, total=None))


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def __call__(self, parts: int, /) -> None:
        self._progress.update(self._task, advance=parts)

    def reached(self, share: float, /) -> None:
        """Guess the whole from the share: the rest is taken to be as dense as what was seen."""
        for task in self._progress.tasks:
            if task.id == self._task and task.completed and share > 0:
                # Not by update(): a new total would make it forget the rate.
                task.total = max(task.completed / min(share, 1.0), task.completed)


class _Rate(ProgressColumn):
    """How many parts are done, and how many a second."""

    def render(self, task: Task) -> Text:
        """Draw it for one step."""
        speed = task.finished_speed or task.speed
        rate = f" {speed:,.0f}/s" if speed else ""
        return Text(f"{task.completed:,.0f}{rate}", style="progress.data.speed")


class _Left(ProgressColumn):
    """How long the rest takes if it goes on like this; nothing where nobody knows how much there is."""

    def render(self, task: Task) -> Text:
        """Draw it for one step."""
        if not task.total or not task.completed or task.finished:
            return Text()
        rest = (task.elapsed or 0.0) * (task.total / task.completed - 1)
        return Text(f"{timedelta(seconds=round(rest))} left", style="progress.remaining")


def bars(console: Console) -> Progress:
    """The columns every step is shown in."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        _Rate(),
        TimeElapsedColumn(),
        _Left(),
        console=console,
        transient=True,
        speed_estimate_period=_SPEED_OVER,
    )


@contextmanager
def watching(*, quiet: bool = False) -> Generator[Watcher]:
    """Show progress on stderr while the block runs, when stderr is a terminal and nobody asked for quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Silent()
        return
    with bars(console) as progress:
        yield Bars(progress)
