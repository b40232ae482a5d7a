from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.verify.organization import sample
from verify.organization.claims import (
    EVERY_ACCOUNT_REACHED,
    IDLE,
    NO_EVENT_LOST,
    STATEMENTS,
    cells_of,
    organization_claims,
)
from verify.organization.matrix import AccountRow, Cell, CellState
from verify.verdict import Verdict

if TYPE_CHECKING:
    from verify.report.parts import Claim


def claims(*rows: AccountRow, left_out: tuple[str, ...] = ()) -> dict[str, Claim]:
    """What is claimed of these rows, by its id."""
    found = organization_claims(
        rows,
        management_account=sample.MANAGEMENT,
        regions=sample.REGIONS,
        window=sample.WINDOW,
        left_out=left_out,
    )
    return {claim.id: claim for claim in found}


def verdicts(*rows: AccountRow, left_out: tuple[str, ...] = ()) -> tuple[Verdict, Verdict]:
    """Whether every account was reached, and whether no event is lost."""
    found = claims(*rows, left_out=left_out)
    return found[EVERY_ACCOUNT_REACHED.id].verdict, found[NO_EVENT_LOST.id].verdict


def test_an_organization_that_catches_everything_passes() -> None:
    """Every account reached, every cell caught or not enabled."""
    assert verdicts(sample.row(0), sample.row(1, sample.closed("eu-west-1"))) == (Verdict.PASS, Verdict.PASS)


def test_every_lost_cell_is_named() -> None:
    """By its account and its Region; what is unknown besides is named too, and does not hide the failure."""
    claim = claims(
        sample.row(1, sample.lost("eu-west-1"), sample.lost("us-east-1")),
        sample.row(2, sample.lost("us-west-2"), sample.unknown("us-east-1")),
        sample.row(3),
    )[NO_EVENT_LOST.id]
    assert claim.verdict is Verdict.FAIL
    assert [(item.label, item.value) for item in claim.evidence] == [
        ("lost", "123456789012 payments-1: us-east-1, eu-west-1"),
        ("lost", "123456789013 search-2: us-west-2"),
        ("unknown", "123456789013 search-2: us-east-1"),
    ]


def test_an_unreached_account_leaves_both_claims_open() -> None:
    """And is named with why, and with what to do."""
    found = claims(sample.row(0), sample.unreached(7))
    assert {claim.verdict for claim in found.values()} == {Verdict.UNVERIFIABLE}
    reached = found[EVERY_ACCOUNT_REACHED.id]
    assert [item.value for item in reached.evidence] == [f"123456789018 edge-7: {sample.REFUSED}"]
    assert reached.reason == sample.ROLE


def test_accounts_without_calls_are_named_and_decide_nothing() -> None:
    """Suspended, closing, closed or not open yet: no call can be made there."""
    rows = [sample.unreached(number, state=state) for number, state in enumerate(sorted(IDLE), 1)]
    found = claims(sample.row(0), *rows)
    assert {claim.verdict for claim in found.values()} == {Verdict.PASS}
    for claim in found.values():
        assert all(any(row.id in item.value for item in claim.evidence) for row in rows)


def test_a_state_nobody_knows_is_not_taken_for_suspended() -> None:
    """What AWS may say tomorrow leaves the claims open."""
    assert verdicts(sample.row(0), sample.unreached(1, state="RESTING")) == (
        Verdict.UNVERIFIABLE,
        Verdict.UNVERIFIABLE,
    )


def test_an_account_that_left_is_told_apart_from_one_that_refuses() -> None:
    """Both leave the claim open; what is to be done about them differs."""
    claim = claims(sample.row(0), sample.unreached(1), sample.unreached(2, state="LEFT"))[
        EVERY_ACCOUNT_REACHED.id
    ]
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert [item.label for item in claim.evidence] == ["not reached", "left"]


def test_a_suspended_account_that_was_reached_counts() -> None:
    """What it would lose is lost."""
    suspended = replace(sample.row(1, sample.lost("eu-west-1")), state="SUSPENDED")
    assert verdicts(sample.row(0), suspended)[1] is Verdict.FAIL


def test_who_is_new_is_named() -> None:
    """An account that joined within the window."""
    joined = replace(sample.row(2), joined_at=sample.WINDOW.start)
    claim = claims(sample.row(0), joined)[EVERY_ACCOUNT_REACHED.id]
    assert claim.verdict is Verdict.PASS
    assert [item.label for item in claim.evidence] == ["new"]


def test_who_was_left_out_leaves_the_claims_open() -> None:
    """Part of an organization is not the organization."""
    assert verdicts(sample.row(0), left_out=("123456789012",)) == (Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE)
    assert verdicts(sample.row(0, sample.lost("eu-west-1")), left_out=("123456789012",))[1] is Verdict.FAIL


def test_no_account_at_all_proves_nothing() -> None:
    """Nor do accounts that are all suspended, or Regions that are all closed."""
    assert verdicts() == (Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE)
    assert verdicts(sample.unreached(1, state="SUSPENDED")) == (Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE)
    nowhere = sample.row(1, *(sample.closed(region) for region in sample.REGIONS))
    assert verdicts(nowhere)[1] is Verdict.UNVERIFIABLE


def test_a_cell_that_is_missing_is_unknown() -> None:
    """An account that could not be reached may have no cells at all."""
    bare = replace(sample.unreached(3), cells=())
    assert {cell.state for cell in cells_of(bare, sample.REGIONS)} == {CellState.UNKNOWN}
    assert {cell.why for cell in cells_of(bare, sample.REGIONS)} == {sample.REFUSED}
    assert verdicts(sample.row(0), bare)[1] is Verdict.UNVERIFIABLE


CELLS = {
    CellState.CAUGHT: sample.caught,
    CellState.LOST: sample.lost,
    CellState.UNKNOWN: sample.unknown,
    CellState.NOT_ENABLED: sample.closed,
}


@given(
    st.lists(
        st.lists(st.sampled_from(CellState), min_size=len(sample.REGIONS), max_size=len(sample.REGIONS)),
        min_size=1,
        max_size=6,
    )
)
def test_the_worst_cell_decides(states: list[list[CellState]]) -> None:
    """One lost cell fails, else one unknown cell leaves it open, else one caught cell is needed to pass."""

    def cells(row: list[CellState]) -> list[Cell]:
        return [CELLS[state](region) for state, region in zip(row, sample.REGIONS, strict=True)]

    found = verdicts(*(sample.row(number, *cells(row)) for number, row in enumerate(states)))[1]
    seen = {state for row in states for state in row}
    if CellState.LOST in seen:
        assert found is Verdict.FAIL
    elif CellState.UNKNOWN in seen or CellState.CAUGHT not in seen:
        assert found is Verdict.UNVERIFIABLE
    else:
        assert found is Verdict.PASS


def test_what_needs_no_permission_of_its_own_is_declared() -> None:
    """Both claims name the role's assumption and the walk through the organization."""
    for statement in STATEMENTS:
        assert {"sts:AssumeRole", "organizations:ListAccountsForParent"} <= set(statement.actions)
