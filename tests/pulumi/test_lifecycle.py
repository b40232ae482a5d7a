"""Every example stack from nothing to nothing, by Pulumi's own engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clients import SandboxClient
from sandbox.engine.run import run_program
from sandbox.engine.urn import Urn
from tests.program.accounts import world_of
from tests.program.conftest import STACKS

from .engine import PROJECT, Pulumi
from .registrations import by_pulumi, by_the_sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.server import Sandbox


ALWAYS = ("sandbox",)
"""The stack with most in it; the others live their lives in `make thorough`."""


def unprotected(pulumi: Pulumi) -> dict[str, Any]:
    """The stack's settings with all protection taken away."""
    settings = pulumi.settings()

    def section(name: str) -> dict[str, Any]:
        return settings.get(f"meshtrail:{name}") or {}

    changed: dict[str, Any] = {"meshtrail:trail": {**section("trail"), "protect": False}}
    for name in ("bucket", "key"):
        create = {**section(name).get("create", {}), "protect": False}
        changed[f"meshtrail:{name}"] = {**section(name), "create": create}
    store = section("eventDataStore")
    if store.get("mode") == "create":
        changed["meshtrail:eventDataStore"] = {**store, "protect": False, "terminationProtection": False}
    return changed


@pytest.mark.parametrize(
    "stack",
    [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.thorough) for name in STACKS],
)
def test_from_nothing_to_nothing(stack: str, running: Sandbox, tmp_path: Path) -> None:
    """Previewed, made, left alone, refreshed without drift, protected from deletion, unprotected and deleted.

    And what was made is what the sandbox's engine makes of the same program.
    """
    running.reset()
    world = world_of(PROJECT, stack, SandboxClient(running.endpoint))
    pulumi = Pulumi(tmp_path, stack, running.endpoint, world.overrides)

    planned = pulumi.preview()
    assert set(planned.changes) == {"create"}
    made = pulumi.up()
    assert made.changes == planned.changes
    real = by_pulumi(pulumi.state())

    again = pulumi.up("--expect-no-changes")
    assert set(again.changes) == {"same"}
    refreshed = pulumi.must("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert set(refreshed.changes) == {"same"}

    before = pulumi.state()
    refused = pulumi.run("destroy", "--yes")  # previews first, and goes no further
    assert refused.exit_code != 0
    assert any(
        "Trail::audit-recording-trail" in error and "is protected" in error for error in refused.errors
    )
    assert pulumi.state() == before

    pulumi.configure(**unprotected(pulumi))
    assert set(pulumi.up().changes) <= {"same", "update"}
    pulumi.must("destroy", "--yes")
    assert pulumi.state() == []

    # What the sandbox's engine is tested with holds for Pulumi's own: the same resources with the same inputs, parents,
    # dependencies, providers and protection.
    running.reset()
    overrides = world_of(PROJECT, stack, SandboxClient(running.endpoint)).overrides
    ours = run_program(PROJECT, stack, endpoint=running.endpoint, config_overrides=overrides)
    assert ours.error is None
    registered = by_the_sandbox(ours)
    assert registered.keys() == real.keys()
    for urn, document in registered.items():
        assert document == real[urn]


def test_a_destruction_that_does_not_look_first_takes_nothing_the_record_needs(
    running: Sandbox, tmp_path: Path
) -> None:
    """Pulumi deletes what is not protected before it comes to what is: so whatever the record needs is protected."""
    running.reset()
    pulumi = Pulumi(tmp_path, "sandbox", running.endpoint)
    pulumi.up()
    before = {one["urn"] for one in pulumi.state()}
    refused = pulumi.run("destroy", "--yes", "--skip-preview")
    assert refused.exit_code != 0
    gone = {Urn.parse(urn).name for urn in before - {one["urn"] for one in pulumi.state()}}
    assert gone <= {"audit-encryption-alias"}
    trails = SandboxClient(running.endpoint).root().client("cloudtrail")
    assert trails.get_trail_status(Name="meshtrail")["IsLogging"]
