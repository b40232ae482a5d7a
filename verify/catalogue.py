"""Everything `meshtrail verify` can claim, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify import waivers
from verify.controls import posture
from verify.discovery import claims as discovery
from verify.integrity import claims as integrity
from verify.landing import claims as landing
from verify.landing import probe

if TYPE_CHECKING:
    from verify.statement import Statement

STATEMENTS: Final[tuple[Statement, ...]] = tuple(
    sorted(
        (
            *posture.STATEMENTS,
            *landing.STATEMENTS,
            *integrity.STATEMENTS,
            *probe.STATEMENTS,
            *discovery.STATEMENTS,
            *waivers.STATEMENTS,
        ),
        key=lambda statement: statement.id,
    )
)
"""Every statement, by its id."""
