"""Rules that hold between settings, a module for each part, and advice on what legal settings cost."""

from collections.abc import Iterable
from typing import Final

from cloudtrail.errors import Problem
from components.settings.root import Settings
from components.settings.rules import accounts, event_data_store, place, storage, trail
from components.settings.rules import advice as advice_rules

_RULES: Final = (
    *place.RULES,
    *accounts.RULES,
    *storage.RULES,
    *trail.RULES,
    *event_data_store.RULES,
)


def problems(settings: Settings, *, doubtful: Iterable[str] = ()) -> list[Problem]:
    """Everything in the settings that cannot be provisioned together.

    Args:
        settings: The settings.
        doubtful: Paths such as `bucket.existing.region` whose values are stand-ins for unusable ones.
    """
    unsure = tuple(doubtful)
    return [
        problem
        for rule in _RULES
        if not any(rule.rests_on(path) for path in unsure)
        for problem in rule.check(settings)
    ]


def advice(settings: Settings) -> list[Problem]:
    """What the settings cost: legal choices with consequences a person should have heard of."""
    return [note for rule in advice_rules.RULES for note in rule.check(settings)]
