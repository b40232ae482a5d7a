"""What a trail can and cannot record."""

from collections.abc import Iterator
from typing import Final

from cloudtrail.errors import Problem
from cloudtrail.selectors import Destination
from components.settings.root import Settings
from components.settings.rules.rule import Rule, problem
from components.settings.rules.selectors import illegal
from components.settings.selection import trail_selectors


def _trail_selectors(settings: Settings) -> Iterator[Problem]:
    trail = settings.trail
    if trail.selectors is not None and (trail.management_events != "all" or trail.exclude):
        yield problem(
            "trail.selectors",
            "cannot stand beside managementEvents or exclude.",
            "Say everything in selectors, or remove them.",
        )
    if trail.management_events == "read-only" and "api-call-rate" in trail.insights:
        yield problem(
            "trail.insights",
            "api-call-rate needs write events, but managementEvents is read-only.",
            "Write managementEvents: all, or keep api-error-rate only.",
        )


def _trail_selectors_legal(settings: Settings) -> Iterator[Problem]:
    yield from illegal("trail.selectors", lambda: trail_selectors(settings), Destination.TRAIL)


RULES: Final = (
    Rule(("trail",), _trail_selectors),
    Rule(("trail",), _trail_selectors_legal),
)
