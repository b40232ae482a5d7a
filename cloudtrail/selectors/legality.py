"""Whether CloudTrail would accept selectors where they are to be sent.

The API answers an illegal selector with one InvalidEventSelectorsException, after everything before it has
been provisioned; this check finds all problems at once, before anything is sent. What is allowed stands in
`cloudtrail.selectors.rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.selectors.advanced_legality import advanced_problems
from cloudtrail.selectors.classic_legality import classic_problems
from cloudtrail.selectors.problem import IllegalSelectors, SelectorProblem
from cloudtrail.selectors.rules import PUT_PAGE
from cloudtrail.selectors.types import AdvancedEventSelector, Destination, EventSelector

if TYPE_CHECKING:
    from collections.abc import Sequence


def problems(
    selectors: Sequence[AdvancedEventSelector | EventSelector], destination: Destination
) -> tuple[SelectorProblem, ...]:
    """Everything CloudTrail would refuse in these selectors.

    Args:
        selectors: All selectors of one trail or event data store. None is legal: CloudTrail's default.
        destination: Where they are to be sent.

    Returns:
        Every problem; empty when the selectors are legal. Positions in paths count over `selectors`.
    """
    advanced = [(i, each) for i, each in enumerate(selectors) if isinstance(each, AdvancedEventSelector)]
    classic = [(i, each) for i, each in enumerate(selectors) if isinstance(each, EventSelector)]
    found = [*classic_problems(classic, destination), *advanced_problems(advanced, destination)]
    if advanced and classic:
        mixture = SelectorProblem(
            "advancedEventSelectors",
            "a trail has event selectors or advanced event selectors, not both.",
            "Translate the classic ones (to_advanced) and send only advanced ones.",
            PUT_PAGE,
        )
        found.insert(0, mixture)
    return tuple(found)


def check_legal(
    selectors: Sequence[AdvancedEventSelector | EventSelector], destination: Destination, *, where: str = ""
) -> None:
    """Refuse selectors that CloudTrail would refuse.

    Args:
        selectors: All selectors of one trail or event data store.
        destination: Where they are to be sent.
        where: Whose selectors they are, for the error: account, Region, resource.

    Raises:
        IllegalSelectors: They are not legal; it lists every problem.
    """
    found = problems(selectors, destination)
    if found:
        raise IllegalSelectors(found, destination, where=where)
