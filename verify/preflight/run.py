"""Preflight as a whole: every check, decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.finding import Scope
from verify.preflight.copies import COPIES
from verify.preflight.guardrails import NONE_DENIED, Held
from verify.preflight.membership import MEMBERSHIP
from verify.preflight.places import PLACES
from verify.preflight.rights import RIGHTS
from verify.preflight.room import ROOM
from verify.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.controls.base import Control
    from verify.preflight.state import PreflightState
    from verify.report.parts import Claim
    from verify.statement import Statement

CHECKS: Final[tuple[Control[PreflightState], ...]] = (*MEMBERSHIP, *RIGHTS, *ROOM, *COPIES, *PLACES)
"""What is decided of the account that asks."""

STATEMENTS: Final[tuple[Statement, ...]] = (*(check.statement for check in CHECKS), NONE_DENIED.statement)
"""What preflight can claim."""


def preflight_claims(state: PreflightState, selection: Selection = EVERYTHING) -> Iterator[Claim]:
    """Decide every check that is selected.

    Args:
        state: What is planned, and how it is looked at.
        selection: The checks.

    Raises:
        CannotLook: when not even the account can be told.
    """
    caller, home = state.caller, state.plan.home_region
    for check in CHECKS:
        if selection.takes(check.id):
            yield check.claim(state, Scope(caller.account, home))
    if selection.takes(NONE_DENIED.id):
        for account in dict.fromkeys((caller.account, state.plan.log_archive or caller.account)):
            yield NONE_DENIED.claim(Held(state, account), Scope(account, home))
