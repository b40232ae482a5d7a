"""zgrep on local disk, and what a hurried person writes instead.

Log files are one line each, so grep cannot print the event: `-l` names the files that hold the text, and `-o` counts
its places. Both take a mention of App Mesh for an event of App Mesh unless the field's name is in the pattern.
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Final

from bench.corpus.records import APP_MESH
from bench.machine import first_line
from bench.measure import Contender, lines

if TYPE_CHECKING:
    from pathlib import Path

    from bench.corpus import Spec

_PATTERN: Final = f'"eventSource":"{APP_MESH}"'
_SIDE_BY_SIDE: Final = "xargs -0 -n 500 -P 2"


def version() -> str:
    """The version of gzip, whose zgrep is, and of grep."""
    return f"{first_line('zgrep', '--version')}, {first_line('grep', '--version')}"


def zgrep(spec: Spec, folder: Path, *, runs: int = 3) -> Contender:
    """Name the files that hold events.

    Args:
        spec: The corpus.
        folder: Where its log files lie.
        runs: How often.
    """
    search = f"{_SIDE_BY_SIDE} zgrep -lF {quote(_PATTERN)}"
    return Contender(
        name="zgrep",
        what="`find | xargs -P 2 zgrep -lF`: names the files that hold events",
        command=("sh", "-c", f"find {quote(str(folder))} -name '*.json.gz' -print0 | {search}; true"),
        expected=spec.mesh_files,
        found=lines,
        asks=False,
        runs=runs,
    )


def zcat(spec: Spec, folder: Path, *, runs: int = 3) -> Contender:
    """Count events, and learn neither which they are nor where.

    Args:
        spec: The corpus.
        folder: Where its log files lie.
        runs: How often.
    """
    count = f'gzip -dc "$@" | grep -aoF {quote(_PATTERN)}'
    counted = f"{_SIDE_BY_SIDE} sh -c {quote(count)} sh"
    return Contender(
        name="gzip -dc | grep -o",
        what="`find | xargs -P 2 gzip -dc | grep -oF`: says how many, and neither which nor where",
        command=("sh", "-c", f"find {quote(str(folder))} -name '*.json.gz' -print0 | {counted}; true"),
        expected=spec.mesh_files,
        found=lines,
        asks=False,
        runs=runs,
    )
