"""`python -m tests.pulumi.record_states`: keep the states that this release leaves behind, for upgrades to begin with.

It runs `pulumi up` of the example stacks on a sandbox and writes `tests/pulumi/states/RELEASE/STACK.json`. Needs
Pulumi on PATH; see docs/adr/0012-recorded-states.md for when to run it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

from sandbox.clients import SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from tests.program.accounts import ROOT_ID, world_of
from tests.pulumi.engine import MISSING, PROJECT, Pulumi
from tests.pulumi.recorded_states import FOLDER, STACKS, Recorded, evened_out


def main() -> int:
    """Record every stack; 1 when that is not possible."""
    release = importlib.metadata.version("meshtrail")
    parser = argparse.ArgumentParser(prog="python -m tests.pulumi.record_states", description=__doc__)
    parser.add_argument("--again", action="store_true", help=f"replace what was recorded of {release} before")
    again: bool = parser.parse_args().again
    if MISSING:
        return _refuse(f"no {', '.join(MISSING)} on PATH: `make pulumi` builds it")
    if (FOLDER / release).exists() and not again:
        return _refuse(
            f"{release} is recorded. Once it is released its states must stay as they are; before, use --again"
        )
    for stack in STACKS:
        record(release, stack).write()
    return 0


def record(release: str, stack: str) -> Recorded:
    """`pulumi up` of an example stack on a sandbox of its own, and what that leaves behind."""
    settings = SandboxSettings(delivery_interval=3600, digest_interval=3600)
    with Sandbox(settings) as sandbox, tempfile.TemporaryDirectory() as folder:
        world = world_of(PROJECT, stack, SandboxClient(sandbox.endpoint))
        pulumi = Pulumi(Path(folder), stack, sandbox.endpoint, world.overrides)
        pulumi.up()
        printed = pulumi.must("stack", "export", "--show-secrets", "--stack", stack, log=False).output
        text = json.dumps(pulumi.settings())
        config = json.loads(text if world.root_id is None else text.replace(world.root_id, ROOT_ID))
        return Recorded(release, stack, config, evened_out(json.loads(printed)["deployment"], world.root_id))


def _refuse(why: str) -> int:
    sys.stderr.write(f"Nothing was recorded: {why}.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
