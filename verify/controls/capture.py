"""Whether selectors take every App Mesh event, and how selectors are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cloudtrail.selectors import explain
from verify.finding import Finding, fails, holds

if TYPE_CHECKING:
    from cloudtrail.selectors import Selectors


def captures_app_mesh(selectors: Selectors) -> Finding:
    """Whether selectors take every event of the App Mesh catalog; if not, an example for each reason."""
    explanation = explain(selectors)
    if explanation.captured_all:
        return holds(explanation.summary(), ("selectors", wire(selectors)))
    missed = (("missed", f"{example.event_name}: {example.why}") for example in explanation.missed)
    return fails(explanation.summary(), *missed, ("selectors", wire(selectors)))


def wire(selectors: Selectors) -> str:
    """Selectors as the API writes them, on one line; empty is CloudTrail's default."""
    return json.dumps([selector.to_api() for selector in selectors], sort_keys=True)
