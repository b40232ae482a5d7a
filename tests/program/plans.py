"""What a run would do, in few words: for each resource that changes, which inputs, or that it comes or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engine.registration import Operation
from sandbox.engine.urn import Urn

if TYPE_CHECKING:
    from sandbox.engine.registration import Registration
    from sandbox.engine.run import ProgramRun

Effect = str | frozenset[str]
"""The names of the inputs that change in place, `protect` among them; or `create`, `delete`, `replace`."""

Plan = dict[str, Effect]
"""The effect on each resource that does not stay as it is, by the name that the program gives it."""

MANIFEST = "manifest"
"""The stack's output, in a plan."""


def plan_of(preview: ProgramRun, before: ProgramRun) -> Plan:
    """What a preview on the sandbox's own engine says, next to the run before it."""
    former = {one.urn: one for one in before.registrations}
    plan: Plan = {}
    for one in preview.registrations:
        effect = _effect(one, former.get(one.urn))
        if effect:
            plan[one.name] = effect
    plan |= {Urn.parse(urn).name: "delete" for urn, _ in preview.deletions}
    if preview.outputs.get(MANIFEST) != before.outputs.get(MANIFEST):
        plan[MANIFEST] = "update"
    return plan


def _effect(now: Registration, before: Registration | None) -> Effect | None:
    if now.operation is None or before is None or now.operation not in {Operation.UPDATE, Operation.SAME}:
        return now.operation
    changed = {
        key
        for key in now.inputs.keys() | before.inputs.keys()
        if now.inputs.get(key) != before.inputs.get(key)
    }
    if (now.operation is Operation.UPDATE) is not bool(changed):
        return f"{now.operation}, though {sorted(changed)} changed"
    if now.protect != before.protect:
        changed.add("protect")
    return frozenset(changed) or None
