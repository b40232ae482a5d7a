"""Everything `meshtrail verify` can claim, of an account and of an organization, and what `meshtrail preflight` can.

`python -m verify.catalogue` writes docs/controls.md again; a test holds the page current.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from verify import waivers
from verify.controls import posture
from verify.discovery import claims as discovery
from verify.integrity import claims as integrity
from verify.landing import claims as landing
from verify.landing import probe
from verify.organization import claims as organization
from verify.preflight import run as preflight
from verify.retention import claims as retention

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verify.statement import Statement

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "controls.md"

STATEMENTS: Final[tuple[Statement, ...]] = tuple(
    sorted(
        (
            *posture.STATEMENTS,
            *landing.STATEMENTS,
            *retention.STATEMENTS,
            *integrity.STATEMENTS,
            *probe.STATEMENTS,
            *discovery.STATEMENTS,
            *waivers.STATEMENTS,
        ),
        key=lambda statement: statement.id,
    )
)
"""Every statement of the verification of an account, by its id."""

PREFLIGHT: Final[tuple[Statement, ...]] = tuple(sorted(preflight.STATEMENTS, key=lambda one: one.id))
"""Every statement of a preflight, by its id."""

ORGANIZATION: Final[tuple[Statement, ...]] = tuple(sorted(organization.STATEMENTS, key=lambda one: one.id))
"""Every statement about a whole organization, by its id."""

ALL: Final = tuple(sorted((*STATEMENTS, *ORGANIZATION, *PREFLIGHT), key=lambda statement: statement.id))
"""All of them."""


def page() -> str:
    """docs/controls.md."""
    families = groupby(ALL, key=lambda statement: statement.id.partition(".")[0])
    tables = "\n\n".join(f"## {family}\n\n{_table(members)}" for family, members in families)
    return f"""# Controls

<!-- Written by `python -m verify.catalogue`. -->

Every claim `meshtrail verify` decides: {len(STATEMENTS)} of them. How they are decided, and what the verdicts mean,
is in [Claims](claims.md); which of them needs which permission, in [Permissions](permissions.md). `meshtrail controls`
prints the same list, `meshtrail controls -o json` with the remedy of each. The {len(ORGANIZATION)} under
[organization](#organization) are decided by `meshtrail verify --organization`, the {len(PREFLIGHT)} under
[preflight](#preflight) by `meshtrail preflight`: [How to look before you provision](how-to-preflight.md).

{tables}
"""


def _table(statements: Iterable[Statement]) -> str:
    rows = "\n".join(_row(statement) for statement in statements)
    return f"| claim | severity | holds when | maps to | needs |\n|---|---|---|---|---|\n{rows}"


def _row(statement: Statement) -> str:
    by_standard = groupby(sorted(statement.requirements), key=lambda one: one.standard.value)
    maps_to = "; ".join(f"{standard}: {', '.join(one.id for one in ones)}" for standard, ones in by_standard)
    needs = ", ".join(f"`{action}`" for action in statement.actions)
    cells = (f"`{statement.id}`", statement.severity.value, statement.title, maps_to, needs)
    return f"| {' | '.join(cell.replace('|', '/') or '-' for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
