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


def taken_over(state: Recorded, running: Sandbox, folder: Path, **changes: Any) -> tuple[Pulumi, set[str]]:
    """A stack with a recorded state and the settings it had, and the URNs of what it has of AWS.

    AWS itself has nothing of it: a preview does not look.
    """
    running.reset()
    world = world_of(PROJECT, state.stack, SandboxClient(running.endpoint))
    pulumi = Pulumi(folder, state.stack, running.endpoint)
    config = json.dumps(state.config)
    if world.root_id is not None:
        config = config.replace(ROOT_ID, world.root_id)
    file = pulumi.program / f"Pulumi.{state.stack}.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["config"] = {**json.loads(config), **changes}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    fresh = json.loads(pulumi.must("stack", "export", "--stack", state.stack, log=False).output)
    export = folder / "state.json"
    export.write_text(state.export(fresh, world.root_id), encoding="utf-8")
    pulumi.must("stack", "import", "--file", str(export), "--stack", state.stack, log=False)
    has = json.loads(export.read_text(encoding="utf-8"))["deployment"]["resources"]
    return pulumi, {each["urn"] for each in has if each["type"].startswith("aws:")}


@pytest.mark.parametrize("state", RECORDED, ids=lambda state: f"{state.release}-{state.stack}")
def test_an_upgrade_replaces_and_deletes_nothing(state: Recorded, running: Sandbox, tmp_path: Path) -> None:
    """Every resource of AWS in the state is left alone or changed in place; there may be more than before."""
    pulumi, had = taken_over(state, running, tmp_path)
    planned = {step.urn: step.op for step in pulumi.preview().steps if step.type.startswith("aws:")}
    assert {urn: planned.get(urn) for urn in had if planned.get(urn) not in {"same", "update"}} == {}
    assert set(planned.values()) <= {"same", "update", "create"}
    assert len(had) == len(state.resources)


def test_a_replacement_would_be_seen(running: Sandbox, tmp_path: Path) -> None:
    """A recorded bucket is what a preview compares with: another name would replace it, and is refused."""
    state = next(one for one in RECORDED if one.stack == "account")
    pulumi, _ = taken_over(state, running, tmp_path, **{"meshtrail:name": "other"})
    run = pulumi.run("preview")
    assert run.exit_code != 0
    assert re.search(r"unable to replace resource \"urn:.*::audit-storage-bucket\"", "\n".join(run.errors))


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
