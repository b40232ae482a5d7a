"""Every example stack from nothing to nothing, by Pulumi's own engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.clients import SandboxClient
from tests.program.accounts import world_of
from tests.program.conftest import STACKS

from .engine import PROJECT, Pulumi

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.server import Sandbox


@pytest.mark.parametrize("stack", STACKS)
def test_from_nothing_to_nothing(stack: str, running: Sandbox, tmp_path: Path) -> None:
    """Previewed, made, left alone, refreshed without drift, protected from deletion, unprotected and deleted."""
    running.reset()
    world = world_of(PROJECT, stack, SandboxClient(running.endpoint))
    pulumi = Pulumi(tmp_path, stack, running.endpoint, world.overrides)

    planned = pulumi.preview()
    assert set(planned.changes) == {"create"}
    made = pulumi.up()
    assert made.changes == planned.changes

    again = pulumi.up("--expect-no-changes")
    assert set(again.changes) == {"same"}

    refreshed = pulumi.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert set(refreshed.changes) == {"same"}
