"""`trailscraper select`, which reads a folder of log files and writes the records it was asked for.

It selects by time and role only: whoever looks for a service filters what it writes. That filter is not in its time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bench.corpus.records import APP_MESH
from bench.machine import first_line
from bench.measure import Contender
from bench.peers.environments import environment

if TYPE_CHECKING:
    from pathlib import Path

    from bench.corpus import Spec


def trailscraper() -> str:
    """The command."""
    return str(environment("trailscraper", "bench-trailscraper.txt") / "trailscraper")


def version() -> str:
    """Its version."""
    return first_line(trailscraper(), "--version")


def select(spec: Spec, folder: Path, *, runs: int = 3) -> Contender:
    """Select every record of a folder.

    Args:
        spec: The corpus.
        folder: Where its log files lie.
        runs: How often.
    """
    # Events happened before their file was delivered, the first ones on the day before.
    window = ("--from", f"{spec.start - timedelta(days=1):%Y-%m-%d}", "--to", f"{spec.end:%Y-%m-%d}")
    return Contender(
        name="trailscraper",
        what="`trailscraper select --log-dir` of everything; picking out App Mesh is not in its time",
        command=(trailscraper(), "select", "--log-dir", str(folder), *window),
        expected=spec.mesh_files,
        found=_found,
        asks=False,
        runs=runs,
    )


def _found(output: Path) -> int:
    return output.read_bytes().count(b'"eventSource": "' + APP_MESH.encode() + b'"')
