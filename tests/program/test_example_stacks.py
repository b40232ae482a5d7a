from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from sandbox.engine.registration import Operation, Registration
from sandbox.engine.urn import PROVIDER_PREFIX, STACK_TYPE
from sandbox.provider.registry import AWS

from .accounts import ROOT_ID
from .conftest import STACKS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from sandbox.engine.run import ProgramRun

    from .accounts import World
    from .conftest import Story

TOP = "meshtrail:index:MeshAudit"
_POLICIES = ("policy", "assumeRolePolicy", "desiredState")


def readable(registration: Registration, world: World) -> dict[str, Any]:
    """A registration for a snapshot: JSON in strings as JSON, ids AWS makes up by a word, no outcome."""
    document = registration.to_document()
    document.pop("operation", None)
    for name in _POLICIES:
        text = document.get("inputs", {}).get(name)
        if isinstance(text, str) and text.startswith("{"):
            document["inputs"][name] = json.loads(text)
    text = json.dumps(document, sort_keys=True)
    if world.root_id is not None:
        text = text.replace(world.root_id, ROOT_ID)
    if document["type"].startswith(PROVIDER_PREFIX):
        text = re.sub(r"http://127\.0\.0\.1:\d+", "<sandbox>", text)
    return json.loads(re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text))


def test_the_example_stacks_are_those_the_documentation_names() -> None:
    """Nobody added or lost an example without a word."""
    assert [
        *("account", "delegated-admin", "organization", "organization-account"),
        *("sandbox", "single-region"),
    ] == STACKS


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_registrations(story: Story, snapshot: SnapshotAssertion, *, preview: bool) -> None:
    """Types, names, parents, inputs, dependencies and options of everything a stack registers are as reviewed."""
    run = story.preview if preview else story.update
    documents = [readable(registration, story.world) for registration in run.registrations]
    assert documents == snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_everything_has_its_place(story: Story, *, preview: bool) -> None:
    """Nothing but the top component and providers lies directly below the stack, and every parent is registered."""
    run = story.preview if preview else story.update
    found = {one.urn: one for one in run.registrations}
    root = next(one for one in found.values() if one.type == STACK_TYPE)
    below = [one.type for one in found.values() if one.parent == root.urn]
    assert [each for each in below if not each.startswith(PROVIDER_PREFIX)] == [TOP]
    for one in found.values():
        if one is not root:
            assert one.parent in found
    custom = [one.type for one in found.values() if one.custom]
    assert all(each in AWS.types or each.startswith(PROVIDER_PREFIX) for each in custom)


def test_update_and_preview_register_the_same(story: Story) -> None:
    """A preview shows every resource an update makes, with the same parents and dependencies."""

    def shape(run: ProgramRun) -> list[object]:
        return [
            (one.urn, one.parent, one.dependencies, one.property_dependencies) for one in run.registrations
        ]

    assert shape(story.preview) == shape(story.update)
    assert set(story.preview.changes) == {Operation.CREATE}


def test_a_preview_changes_nothing_on_aws(story: Story) -> None:
    """Before the first update and after the last one, a preview makes no call that changes anything."""
    before, updated, again, after = story.calls
    assert before == []
    assert "cloudtrail:CreateTrail" in updated
    assert after == again


def test_a_second_update_changes_nothing(story: Story) -> None:
    """What was provisioned is as the program wants it, and is left alone."""
    _, first, second, preview = story.runs
    assert set(second.changes) == set(preview.changes) == {Operation.SAME}
    assert story.calls[2] == story.calls[1]
    assert second.outputs == first.outputs == preview.outputs


def test_what_was_provisioned_is_what_aws_has(story: Story) -> None:
    """Looking every resource up again shows no drift from what the program asked for."""
    assert story.drift == {}


def test_the_manifest_is_the_only_output(story: Story) -> None:
    """A stack exports its manifest and nothing else, in plain JSON."""
    assert list(story.update.outputs) == ["manifest"]
    manifest = json.loads(json.dumps(story.update.outputs["manifest"]))
    assert manifest["schema"] == "meshtrail/manifest/v1"
