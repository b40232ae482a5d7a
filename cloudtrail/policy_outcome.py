"""Two-sided answers: what whoever makes a request can bring about, and what can be avoided.

Of a request much is known (CloudTrail writes over TLS), some is up to whoever makes it (a stranger may call from
any role), and some cannot be told from here (which network a call comes from). So whether a statement speaks of
the request has two sides, each yes, no or unknown, and both are kept apart until the end.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Ternary = bool | None
"""Yes, no, or unknown (None)."""


class Outcome(NamedTuple):
    """Whether something is met by a request of which parts are up to the requester.

    Attributes:
        can: Whether the requester can have it met.
        cannot: Whether the requester can have it *not* met. Both are true of what is a free choice.
    """

    can: Ternary
    cannot: Ternary

    def __invert__(self) -> Outcome:
        """The same of the opposite."""
        return Outcome(self.cannot, self.can)


YES: Final = Outcome(can=True, cannot=False)
NO: Final = Outcome(can=False, cannot=True)
CHOICE: Final = Outcome(can=True, cannot=True)
UNKNOWN: Final = Outcome(can=None, cannot=None)


def certain(*, met: bool) -> Outcome:
    """Met or not, whatever the requester does."""
    return YES if met else NO


def all_of(outcomes: Iterable[Outcome], *, independent: bool = False) -> Outcome:
    """Whether every one of several things is met.

    Args:
        outcomes: Of each of them.
        independent: Whether the choices behind them have nothing to do with each other. If they may, then two
            things that can each be met cannot be taken to be met together.
    """
    return reduce(lambda one, other: _both(one, other, independent=independent), outcomes, YES)


def any_of(outcomes: Iterable[Outcome], *, independent: bool = False) -> Outcome:
    """Whether at least one of several things is met; arguments as of `all_of`."""
    return ~all_of((~outcome for outcome in outcomes), independent=independent)


def either(one: Outcome, other: Outcome) -> Outcome:
    """The outcome where the requester also chooses which of two holds."""
    return Outcome(_or(one.can, other.can), _or(one.cannot, other.cannot))


def _both(one: Outcome, other: Outcome, *, independent: bool) -> Outcome:
    can = _and(one.can, other.can)
    if can and not independent and one.cannot is not False and other.cannot is not False:
        can = None  # each can be met, neither is met anyway: whether both together, nobody knows
    return Outcome(can, _or(one.cannot, other.cannot))


def _and(one: Ternary, other: Ternary) -> Ternary:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _or(one: Ternary, other: Ternary) -> Ternary:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False
