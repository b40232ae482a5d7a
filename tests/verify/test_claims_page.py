"""docs/claims.md names every claim that a verification can make, and no other."""

import re
from pathlib import Path

from verify.catalogue import STATEMENTS

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"


def test_the_page_names_every_claim() -> None:
    """The table's first column is the list of ids in the code."""
    named = re.findall(r"^\| `([a-z.-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == [statement.id for statement in STATEMENTS]
