"""Where a manifest comes from: a file, or the outputs of a Pulumi stack."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from cloudtrail.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE: Final = 120.0
"""How long the Pulumi CLI may take, in seconds."""


class NoManifest(MeshtrailError):
    """There is no manifest to be had where it was looked for."""


def manifest_of_file(path: Path) -> Manifest:
    """Read a manifest from a file.

    Raises:
        NoManifest: when the file cannot be read.
        MalformedManifest: when it holds no manifest.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise NoManifest(
            "The manifest cannot be read",
            where=str(path),
            why=error.strerror or str(error),
            remedy="Write it with `pulumi stack output manifest --json > manifest.json`.",
        ) from error
    return Manifest.from_json(text, where=str(path))


def manifest_of_stack(stack: str) -> Manifest:
    """Read the manifest that a stack of the project in this folder exported.

    Raises:
        NoManifest: when there is no Pulumi CLI, no such stack, or no such output.
        MalformedManifest: when the output is no manifest.
    """
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise NoManifest(
            "The Pulumi CLI is not on PATH",
            where=f"stack {stack}",
            why="--stack asks it for the stack's outputs.",
            remedy="Install it, or save the manifest elsewhere and give --manifest FILE.",
        )
    try:
        answer = subprocess.run(
            [pulumi, "stack", "output", "manifest", "--json", "--non-interactive", "--stack", stack],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoManifest(
            "The Pulumi CLI does not answer",
            where=f"stack {stack}",
            why=str(error),
            remedy="Does `pulumi stack output manifest --json` work here? Save what it says and give --manifest FILE.",
        ) from error
    if answer.returncode != 0:
        raise NoManifest(
            "The stack has no manifest to give",
            where=f"stack {stack}",
            why=answer.stderr.decode(errors="replace").strip(),
            remedy="Run `pulumi up` first; the program exports it as `manifest`.",
        )
    return Manifest.from_json(answer.stdout, where=f"stack {stack}")
