"""docs/claims.md names every claim that a verification can make, and no other."""

import re
from pathlib import Path

from verify.controls.event_data_store import STORE_CONTROLS
from verify.controls.trail import TRAIL_CONTROLS
from verify.integrity import claims as integrity
from verify.landing import claims as landing

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
PROBE = {"probe.landed", "probe.witness"}


def test_the_page_names_every_claim() -> None:
    """The table's first column is the list of ids in the code."""
    made = {control.id for control in (*TRAIL_CONTROLS, *STORE_CONTROLS)}
    made |= {statement.id for statement in landing.STATEMENTS}
    made |= {integrity.CHAIN[0], integrity.LOGS[0]}
    named = set(re.findall(r"^\| `([a-z.-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert named == made | PROBE
