"""Progress on long work: a small port, silent by default, and a bar on a terminal's stderr."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Watcher(Protocol):
    """Somebody who watches the work."""

    def step(self, title: str) -> Callable[[int], None]:
        """Begin a step; call the result with the number of parts done since the last call."""
        ...


class Silent:
    """Nobody watches."""

    def step(self, title: str) -> Callable[[int], None]:
        """Begin a step that nobody sees."""
        del title
        return lambda _parts: None


class _Bar:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def step(self, title: str) -> Callable[[int], None]:
        task = self._progress.add_task(title, total=None)
        return lambda parts: self._progress.update(task, advance=parts)


@contextmanager
def watching(*, quiet: bool = False) -> Generator[Watcher]:
    """Show progress on stderr while the block runs, when stderr is a terminal and nobody asked for quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Silent()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress)
