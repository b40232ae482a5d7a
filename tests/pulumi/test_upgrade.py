"""What every release left behind, previewed by the program as it is now: nothing that keeps the record goes."""

from __future__ import annotations

import importlib.metadata
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sandbox.clients import SandboxClient
from tests.program.accounts import ROOT_ID, world_of

from .engine import PROJECT, Pulumi
from .recorded_states import STACKS, Recorded, recorded

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.server import Sandbox

RECORDED = tuple(recorded())
KEPT = frozenset(
    {
        "aws:s3/bucket:Bucket",
        "aws:kms/key:Key",
        "aws:cloudtrail/trail:Trail",
        "aws:cloudtrail/eventDataStore:EventDataStore",
    }
)
"""What holds the record, makes it, or makes it readable."""


def taken_over(state: Recorded, running: Sandbox, folder: Path) -> tuple[Pulumi, set[str]]:
    """A stack with a recorded state and the settings it had, and the URNs of what it has of AWS.

    AWS itself has nothing of it: a preview does not look.
    """
    running.reset()
    world = world_of(PROJECT, state.stack, SandboxClient(running.endpoint))
    pulumi = Pulumi(folder, state.stack, running.endpoint)
    config = json.dumps(state.config)
    if world.root_id is not None:
        config = config.replace(ROOT_ID, world.root_id)
    settle(pulumi, json.loads(config))
    fresh = json.loads(pulumi.must("stack", "export", "--stack", state.stack, log=False).output)
    export = folder / "state.json"
    export.write_text(state.export(fresh, world.root_id), encoding="utf-8")
    pulumi.must("stack", "import", "--file", str(export), "--stack", state.stack, log=False)
    has = json.loads(export.read_text(encoding="utf-8"))["deployment"]["resources"]
    return pulumi, {each["urn"] for each in has if each["type"].startswith("aws:")}


def settle(pulumi: Pulumi, config: dict[str, Any]) -> None:
    """Give a stack these settings and no others: an upgrade changes the program, not its user's file."""
    file = pulumi.program / f"Pulumi.{pulumi.stack}.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**document, "config": config}), encoding="utf-8")


@pytest.mark.parametrize("state", RECORDED, ids=lambda state: f"{state.release}-{state.stack}")
def test_an_upgrade_replaces_and_deletes_nothing(state: Recorded, running: Sandbox, tmp_path: Path) -> None:
    """Every resource of AWS in the state is left alone or changed in place; with another name it would be replaced."""
    pulumi, had = taken_over(state, running, tmp_path)
    planned = {step.urn: step.op for step in pulumi.preview().steps if step.type.startswith("aws:")}
    assert {urn: planned.get(urn) for urn in had if planned.get(urn) not in {"same", "update"}} == {}
    assert set(planned.values()) <= {"same", "update", "create"}
    assert len(had) == len(state.resources)

    if state.stack == "account":  # what was imported is what a preview compares with
        settle(pulumi, {**state.config, "meshtrail:name": "other"})
        renamed = pulumi.run("preview")
        assert renamed.exit_code != 0
        told = "\n".join(renamed.errors)
        assert re.search(r"unable to replace resource \"urn:.*::audit-storage-bucket\"", told)


def test_this_release_is_recorded() -> None:
    """Each stack of it, with what holds the record, and with nothing that says where or when it was recorded."""
    release = importlib.metadata.version("meshtrail")
    ours = {state.stack: state for state in RECORDED if state.release == release}
    assert ours.keys() == set(STACKS), "run `python -m tests.pulumi.record_states`"
    for state in ours.values():
        missing = KEPT - {each["type"] for each in state.resources}
        assert missing <= {"aws:cloudtrail/eventDataStore:EventDataStore"}
        assert state.stack != "sandbox" or not missing
        text = state.file.read_text(encoding="utf-8")
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+\S?", text)) == {"2026-01-01T00:00:00Z"}
        assert set(re.findall(r"127\.0\.0\.1:(\d+)", text)) <= {"4580"}  # the one the example itself names
        assert "ciphertext" not in text
