"""What every setting changes on a provisioned stack, one by one: all of it, and nothing that holds the record anew.

The same changes are previewed by Pulumi's own engine in tests/pulumi/test_in_place.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from components.settings import read_settings
from sandbox.clients import SandboxClient
from sandbox.engine.project import load_project
from sandbox.engine.stack_config import load_stack_config

from .changes import IN_PLACE, NOT_IN_PLACE, Change, leaves
from .conftest import PROJECT, Stack
from .plans import plan_of
from .shapes import EVERYTHING

if TYPE_CHECKING:
    from sandbox.engine.run import ProgramRun
    from sandbox.server import Sandbox

    from .shapes import ReadyShape, Shape

_KEEPS_THE_RECORD = (
    *("audit-encryption-key", "audit-storage-bucket", "audit-recording-trail", "audit-recording-log-group"),
    *("audit-lake-store", "audit-lake-long-term-store"),
)


_SHAPES = [change.shape for change in IN_PLACE]
"""In the order in which the table comes to them: every process has to collect the same tests in one order."""


@dataclass
class Provisioned:
    """A shape that was provisioned, and the preview that has nothing to do."""

    shape: Shape
    ready: ReadyShape
    stack: Stack
    before: ProgramRun


_provisioned: list[Provisioned] = []


@pytest.fixture
def provisioned(request: pytest.FixtureRequest, running: Sandbox) -> Provisioned:
    """The shape of a change; made once for all of its changes, which only look."""
    shape: Shape = request.param
    if not _provisioned or _provisioned[0].shape is not shape or _provisioned[0].stack.sandbox is not running:
        running.reset()
        ready = shape.ready(PROJECT, SandboxClient(running.endpoint))
        stack = Stack(ready.stack, running, world=ready.world)
        stack.run(**ready.config())
        before = stack.run(preview=True, **ready.config())
        assert plan_of(before, before) == {}
        _provisioned[:] = [Provisioned(shape, ready, stack, before)]
    return _provisioned[0]


def test_the_tables_name_every_setting() -> None:
    """A new setting belongs to those that change in place, or to those that cannot, with the reason."""
    changed = {change.path for change in IN_PLACE}
    assert changed | NOT_IN_PLACE.keys() == set(leaves())
    assert all(NOT_IN_PLACE.values())


@pytest.mark.parametrize(
    ("provisioned", "change"),
    [
        pytest.param(change.shape, change, id=f"{change.path}-{change.shape.stack}")
        for change in sorted(IN_PLACE, key=lambda one: _SHAPES.index(one.shape))
    ],
    indirect=["provisioned"],
)
def test_a_setting_changes_in_place(provisioned: Provisioned, change: Change) -> None:
    """The preview holds what has to follow, and nothing else; what keeps the record is not replaced, nor deleted."""
    ready = provisioned.ready
    run = provisioned.stack.run(preview=True, **ready.config(change.settings))
    plan = plan_of(run, provisioned.before)
    assert plan == ready.named(change.plan)
    assert not {name for name in _KEEPS_THE_RECORD if plan.get(name) in {"replace", "delete"}}
    assert plan or change.provider


@pytest.mark.parametrize("provisioned", [EVERYTHING], indirect=True)
def test_who_manages_the_organization_does_not_own_an_accounts_trail(provisioned: Provisioned) -> None:
    """The policies of bucket, key, topic and log group let in the trail that there is, not one of that account."""
    config = provisioned.ready.config({"organization.managementAccount": "111111111111"})
    run = provisioned.stack.run(preview=True, **config)
    assert plan_of(run, provisioned.before) == {}


def test_the_settings_of_a_provider_are_not_the_programs() -> None:
    """What a preview here cannot show, because no program registers the stack's own provider, is read all the same."""
    (change,) = [one for one in IN_PLACE if one.provider]
    values = load_stack_config(load_project(PROJECT), change.shape.stack, {change.path: change.value}).values
    assert read_settings(values).allowed_accounts == tuple(change.value)
