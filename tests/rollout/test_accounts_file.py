from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rollout.accounts_file import BadAccounts, candidates_of_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_list_of_ids_is_enough(tmp_path: Path) -> None:
    """With names and comments where somebody wrote them."""
    file = tmp_path / "accounts.txt"
    file.write_text("# all\n123456789012 Alice's account\n\n123456789013  # no name\n")

    assert [(one.account.id, one.account.name) for one in candidates_of_file(file)] == [
        ("123456789012", "Alice's account"),
        ("123456789013", "123456789013"),
    ]


@pytest.mark.parametrize("wrapped", [True, False])
def test_what_the_aws_cli_prints_is_taken(tmp_path: Path, *, wrapped: bool) -> None:
    """Its state is that of the account: what is suspended there is left out later."""
    listed = [
        {"Id": "123456789012", "Name": "one", "Status": "SUSPENDED", "Arn": "arn:aws:organizations::..."},
        {"id": "123456789013", "units": ["r-exam"], "tags": {"team": "mesh"}},
        {"Id": "123456789014", "Tags": [{"Key": "team", "Value": "mesh"}], "State": "ACTIVE"},
    ]
    file = tmp_path / "accounts.json"
    file.write_text(json.dumps({"Accounts": listed} if wrapped else listed))

    one, two, three = candidates_of_file(file)

    assert one.account.state == "SUSPENDED"
    assert two.account.units == ("r-exam",)
    assert two.tags == three.tags == {"team": "mesh"}


@pytest.mark.parametrize(
    "text",
    [
        "12345",
        "1234567890123",
        "{}",
        "[1]",
        "[{}]",
        '{"Accounts": 1}',
        "[",
        "123456789012\n123456789012",
        "".join(chr(0xFF10 + digit) for digit in range(10)) + "12",
    ],
)
def test_what_names_no_account_is_refused(tmp_path: Path, text: str) -> None:
    """Before a part of it is rolled out."""
    file = tmp_path / "accounts"
    file.write_text(text)

    with pytest.raises(BadAccounts):
        candidates_of_file(file)
