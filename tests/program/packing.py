"""Changes put together so that one preview shows them all, and still tells what is whose.

Two changes go together when no input of a resource is touched by both: each finds its own part in the plan. What is
created, deleted or replaced belongs to one change alone, and so does the manifest when nothing else tells of a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtrail.errors import SettingsError
from components.settings import read_settings
from sandbox.engine.project import load_project
from sandbox.engine.stack_config import load_stack_config

from .plans import MANIFEST, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .changes import Change
    from .shapes import ReadyShape


def pack(changes: Iterable[Change], ready: ReadyShape, project: Path) -> list[list[Change]]:
    """Put changes of one shape together, in as few groups as come of taking the first that fits."""
    groups: list[list[Change]] = []
    for change in changes:
        for group in groups:
            if all(_apart(change, other) for other in group) and _legal([*group, change], ready, project):
                group.append(change)
                break
        else:
            groups.append([change])
    return groups


def settings_of(group: Iterable[Change]) -> dict[str, Any]:
    """What a group sets."""
    return {path: value for change in group for path, value in change.settings.items()}


def union(plans: Iterable[Plan]) -> Plan:
    """What follows from all of them."""
    together: Plan = {}
    for plan in plans:
        for name, effect in plan.items():
            before = together.get(name, effect)
            both = before if isinstance(before, str) or isinstance(effect, str) else before | effect
            together[name] = both
    return together


def _apart(one: Change, other: Change) -> bool:
    if one.settings.keys() & other.settings.keys():
        return False
    return all(_disjoint(name, one.plan, other.plan) for name in one.plan.keys() & other.plan.keys())


def _disjoint(name: str, one: Plan, other: Plan) -> bool:
    if name == MANIFEST:
        return len(one) > 1 and len(other) > 1
    mine, theirs = one[name], other[name]
    return not isinstance(mine, str) and not isinstance(theirs, str) and not mine & theirs


def _legal(group: list[Change], ready: ReadyShape, project: Path) -> bool:
    config = load_stack_config(load_project(project), ready.stack, ready.config(settings_of(group)))
    try:
        read_settings(config.values)
    except SettingsError:
        return False
    return True
