from __future__ import annotations

from dataclasses import replace

import pytest

from rollout.selection import Candidate, NothingChosen, Selection
from verify.organization.accounts import OrganizationAccount


def candidate(
    number: int, *units: str, state: str = "ACTIVE", tags: dict[str, str] | None = None
) -> Candidate:
    """An account of the organization."""
    account = OrganizationAccount(
        id=f"{123456789012 + number}",
        name=f"account {number}",
        state=state,
        joined_at=None,
        units=("r-exam", *units),
    )
    return Candidate(account=account, tags=tags or {})


EVERY = [
    candidate(0, "ou-exam-1"),
    candidate(1, "ou-exam-1", "ou-exam-11", tags={"meshtrail": "yes"}),
    candidate(2, "ou-exam-2", tags={"meshtrail": "no"}),
    candidate(3, "ou-exam-2", state="SUSPENDED"),
    candidate(4, tags={"team": ""}),
]


def chosen(selection: Selection) -> list[int]:
    """The numbers of the chosen accounts."""
    return [int(account.id) - 123456789012 for account in selection.chosen(EVERY)[0]]


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(units=("ou-exam-1",)), [0, 1]),
        (Selection(units=("ou-exam-11",)), [1]),
        (Selection(units=("r-exam",)), [0, 1, 2, 4]),
        (Selection(tags=("meshtrail",)), [1, 2]),
        (Selection(tags=("meshtrail=yes",)), [1]),
        (Selection(tags=("team=",)), [4]),
        (Selection(accounts=("123456789014",), units=("ou-exam-11",)), [1, 2]),
        (Selection(everything=True, without=("123456789012",)), [1, 2, 4]),
    ],
)
def test_accounts_are_chosen_by_unit_tag_or_name(selection: Selection, numbers: list[int]) -> None:
    """Units hold what is in the units below them; any of what is asked for is enough."""
    assert chosen(selection) == numbers


def test_what_is_left_out_is_named_with_its_reason() -> None:
    """A suspended account is not silently missing, nor is one that was left out on purpose."""
    _, left_out = Selection(units=("ou-exam-2",), without=("123456789014",)).chosen(
        [*EVERY, candidate(5, "ou-exam-2")]
    )

    assert {one.account: one.why for one in left_out} == {
        "123456789014": "left out with --without",
        "123456789015": "its state is SUSPENDED",
    }


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(accounts=("999999999999",)),
        Selection(units=("ou-exam-9",)),
        Selection(everything=True, without=("999999999999",)),
        Selection(tags=("nobody",)),
        Selection(accounts=("123456789015",)),
    ],
)
def test_what_fits_nothing_is_refused(selection: Selection) -> None:
    """An empty choice is not everything, and a misspelt one is not nothing."""
    with pytest.raises(NothingChosen):
        selection.chosen(EVERY)


def test_an_account_that_closes_is_left_out() -> None:
    """Only an active account can be rolled out to."""
    closing = [
        replace(one, account=replace(one.account, state="PENDING_CLOSURE")) if number == 0 else one
        for number, one in enumerate(EVERY)
    ]

    taken, _ = Selection(units=("ou-exam-1",)).chosen(closing)

    assert [account.id for account in taken] == ["123456789013"]
