"""What a command writes: to stdout, whose reader may go away, and to files."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

from cloudtrail.errors import MeshtrailError
from verify.report.text import loggable

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


class NotWritten(MeshtrailError):
    """A file cannot be stored where it should be."""


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Leave it to `to_stdout`: rich would exit with 1, which says that the proof failed."""
        raise BrokenPipeError


@contextmanager
def to_stdout() -> Generator[Console]:
    """A console on stdout for as long as somebody reads it.

    Who stops reading, as `head` does, has seen enough: the rest is dropped, and the command ends as it would have.
    """
    try:
        yield _Console()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def visible_lines(text: str) -> str:
    """Text of several lines, each of them safe to show; see `verify.report.text.loggable`."""
    return "\n".join(loggable(line) for line in text.split("\n"))


def write_file(path: Path, text: str, *, option: str) -> None:
    """Write a text file and the folders above it.

    Args:
        path: Where.
        text: What.
        option: The option that named the path, for the error.

    Raises:
        NotWritten: when the file or its folder may not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise NotWritten(
            "A file cannot be written",
            where=str(path),
            why=error.strerror or str(error),
            remedy=f"Give {option} a path of a file in a folder that you may write to.",
        ) from error
