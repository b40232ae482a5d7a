"""A folder from which Pulumi's command line works on the sandbox and on nothing else.

In it lie the plugin, under the name and version under which the engine looks for the AWS provider, and the states of
the stacks. The real AWS provider, and stacks kept elsewhere, are out of reach.
"""

from __future__ import annotations

import importlib.metadata
import shlex
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

ENDPOINT: Final = "AWS_ENDPOINT_URL"
"""Where the sandbox is, for every AWS service; without it the stack's `aws:endpoints` say."""

_PASSPHRASE: Final = "sandbox"  # noqa: S105  # encrypts what is not secret: stacks of an AWS that does not exist


def make_home(folder: Path, *, endpoint: str) -> dict[str, str]:
    """Make such a folder, or bring one up to date; states in it are kept.

    Args:
        folder: Where; made when it is not there.
        endpoint: The sandbox's URL.

    Returns:
        The environment variables with which `pulumi` uses it.

    Raises:
        OSError: when the folder cannot be written.
    """
    version = importlib.metadata.version("pulumi-aws")
    plugin = folder / "plugins" / f"resource-aws-v{version}"
    states = folder / "states"
    for needed in (plugin, states):
        needed.mkdir(parents=True, exist_ok=True)
    program = plugin / "pulumi-resource-aws"
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m sandbox.plugin "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    return {
        "PULUMI_HOME": str(folder.resolve()),
        "PULUMI_BACKEND_URL": states.resolve().as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        ENDPOINT: endpoint,
    }
