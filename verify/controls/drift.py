"""What was promised, compared with what is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.finding import Finding, fails, holds

if TYPE_CHECKING:
    from collections.abc import Mapping


def drift(name: str, facts: Mapping[str, tuple[Any, Any]]) -> Finding:
    """Compare what was promised with what is; `facts` maps a label to the pair."""
    changed = {label: pair for label, pair in facts.items() if pair[0] != pair[1]}
    if not changed:
        return holds(f"{name} is as it was provisioned.")
    told = ", ".join(changed)
    told_facts = [
        (label, f"promised {promised}, is {actual}") for label, (promised, actual) in changed.items()
    ]
    return fails(f"{name} differs from what was provisioned in: {told}.", *told_facts)
