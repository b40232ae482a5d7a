"""Which statements a run decides."""

import pytest

from verify.catalogue import STATEMENTS
from verify.selection import EVERYTHING, Selection, UnknownStatement

KNOWN = [statement.id for statement in STATEMENTS]


def test_everything_is_decided_unless_told_otherwise() -> None:
    """The default takes every statement."""
    assert all(EVERYTHING.takes(name) for name in KNOWN)


def test_patterns_choose_and_skip() -> None:
    """`*` stands for any text, and what is skipped is skipped even when it was chosen."""
    chosen = Selection(("trail.*", "integrity.log-files"), ("trail.delivering",))
    assert [name for name in KNOWN if chosen.takes(name) and name.startswith("integrity")] == [
        "integrity.log-files"
    ]
    assert chosen.takes("trail.logging")
    assert not chosen.takes("trail.delivering")
    assert not chosen.takes("landing.complete")


@pytest.mark.parametrize(
    "selection", [Selection(("trial.*",)), Selection(skip=("trial.logging",)), Selection(("",))]
)
def test_a_misspelt_name_is_refused(selection: Selection) -> None:
    """It must not select nothing, or skip nothing, in silence."""
    with pytest.raises(UnknownStatement, match="meshtrail controls"):
        selection.refuse_unknown(KNOWN)
