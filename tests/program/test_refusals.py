"""What would replace, or delete, what keeps the record: each change alone, and the page that says what to do then.

Pulumi's own engine is asked in tests/pulumi/test_replacement.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox.clients import SandboxClient
from sandbox.engine.errors import Protected
from sandbox.engine.urn import Urn

from .changes import NOT_IN_PLACE
from .conftest import PROJECT, Stack
from .refusals import GUARDS, REFUSALS
from .shapes import EVERYTHING, MANAGED, Shape

if TYPE_CHECKING:
    from sandbox.server import Sandbox

PAGE = PROJECT / "docs/how-to-change-what-is-protected.md"
ELSEWHERE = {"organization.managementAccount"}
"""What cannot be changed in place either, and replaces nothing: a wrong account is refused by name."""


@pytest.mark.parametrize("shape", [EVERYTHING, MANAGED], ids=["everything", "managed"])
def test_what_keeps_the_record_refuses_to_go(shape: Shape, running: Sandbox) -> None:
    """Each change alone is refused in a preview for one of the resources it names, and nothing is called."""
    running.reset()
    ready = shape.ready(PROJECT, SandboxClient(running.endpoint))
    stack = Stack(ready.stack, running, world=ready.world)
    stack.run(**ready.config())
    changes = [refusal for refusal in REFUSALS if refusal.shape is shape]
    assert changes
    for change in changes:
        run = stack.try_run(preview=True, **ready.config(change.settings))
        assert isinstance(run.failure, Protected), change.setting
        assert Urn.parse(run.failure.urn).name in {*change.replaced, *change.deleted}, change.setting
        assert run.failure.remedy


def test_every_setting_that_cannot_be_changed_in_place_is_refused() -> None:
    """What is not among the changes in place is among the refusals."""
    assert NOT_IN_PLACE.keys() - ELSEWHERE <= {refusal.setting for refusal in REFUSALS}


def test_the_page_has_a_row_for_every_refusal() -> None:
    """It names the setting, what is refused, the reason and the way out; guards are refused with their bucket."""
    rows = re.findall(
        r"^\| `([\w.:]+)` \| ((?:`audit-[\w-]+`(?:, )?)+) \| (.+) \| (.+) \|$",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    told = {setting: set(re.findall(r"`([\w-]+)`", names)) for setting, names, _, _ in rows}
    expected = {
        refusal.setting: {*refusal.replaced, *refusal.deleted} - (GUARDS if len(refused) > 1 else set())
        for refusal in REFUSALS
        if (refused := (*refusal.replaced, *refusal.deleted))
    }
    assert told == expected
    assert all(reason and way_out for _, _, reason, way_out in rows)
