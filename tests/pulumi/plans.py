"""What a preview of Pulumi's own engine says, in the words of tests/program/plans.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.engine.urn import PROVIDER_PREFIX, STACK_TYPE, Urn
from tests.program.plans import MANIFEST

if TYPE_CHECKING:
    from tests.program.plans import Effect, Plan

    from .engine import Run

STACKS_PROVIDER: Final = "the stack's own provider"
"""In a plan: the provider that no program registers, made of the stack's `aws:` settings."""

_REPLACEMENT: Final = ("create-replacement", "replace", "delete-replaced")
_FILLED_IN: Final = frozenset({"tagsAll"})
"""Inputs that the provider's check adds to what a program asked for."""


def plan_of(run: Run) -> Plan:
    """The effect on each resource that does not stay as it is, from the engine's event log."""
    plan: Plan = {}
    for event in run.events:
        told: dict[str, Any] = event.get("resourcePreEvent", {}).get("metadata", {})
        if told and _is_custom(told) and (effect := _effect(told)):
            name = Urn.parse(told["urn"]).name
            plan[STACKS_PROVIDER if _is_default_provider(told, name) else name] = effect
        outputs: dict[str, Any] = event.get("resOutputsEvent", {}).get("metadata", {})
        if outputs and Urn.parse(outputs["urn"]).type == STACK_TYPE and _outputs_differ(outputs):
            plan[MANIFEST] = "update"
    return plan


def _effect(told: dict[str, Any]) -> Effect | None:
    operation: str = told["op"]
    if operation in _REPLACEMENT:
        return "replace"
    if operation not in {"same", "update"}:
        return operation
    changed = {name for name in told.get("diffs") or () if name not in _FILLED_IN}
    if bool(told["old"].get("protect")) != bool(told["new"].get("protect")):
        changed.add("protect")
    return frozenset(changed) or None


def _is_custom(told: dict[str, Any]) -> bool:
    """Whether a provider manages it; components come and go with what is in them."""
    return bool((told.get("new") or told["old"]).get("custom"))


def _is_default_provider(told: dict[str, Any], name: str) -> bool:
    return told["type"].startswith(PROVIDER_PREFIX) and name.startswith("default_")


def _outputs_differ(told: dict[str, Any]) -> bool:
    return told["old"]["outputs"] != told["new"]["outputs"]
