"""docs/controls.md names every claim that a verification or a preflight can make, and no other."""

import re

from verify.catalogue import ALL, PAGE, page


def test_the_page_is_current() -> None:
    """`python -m verify.catalogue` was run after the last change."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_names_every_claim() -> None:
    """The tables' first column is the list of ids in the code."""
    named = re.findall(r"^\| `([a-z.-]+)` \|", page(), re.MULTILINE)
    assert sorted(named) == [statement.id for statement in ALL]


def test_ids_are_unique_and_every_claim_has_a_remedy() -> None:
    """A claim is selected, waived and mapped by its id; and whoever fails is told what to do."""
    ids = [statement.id for statement in ALL]
    assert len(ids) == len(set(ids))
    assert all(statement.remedy.strip() for statement in ALL)
