from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.organization import sample
from tests.verify.report.html.markup import Page
from tests.verify.report.sample import HOSTILE
from verify.organization.claims import cells_of
from verify.organization.matrix import CellState
from verify.organization.render import render
from verify.organization.render.html import data
from verify.organization.render.html.data import ACCOUNT, data_block, shown_accounts
from verify.report import visible

if TYPE_CHECKING:
    import pytest

    from verify.organization.document import OrganizationReport


def read(report: OrganizationReport) -> list[dict[str, Any]]:
    """The accounts as the page's script reads them, their cells written out."""
    block = json.loads(data_block(report, shown_accounts(report)))
    accounts: list[dict[str, Any]] = []
    for row in block["accounts"]:
        says, seen, landed = row[len(ACCOUNT) :]
        cells: list[dict[str, Any]] = []
        for place, one, other in zip(says, seen, landed, strict=True):
            state, why, remedy, waiver, *catchers = block["says"][place]
            cells.append(
                {
                    "state": block["states"][state],
                    "why": block["texts"][why],
                    "remedy": block["texts"][remedy],
                    "waiver": block["texts"][waiver],
                    "catchers": [block["texts"][text] for text in catchers],
                    "seen": one,
                    "landed": other,
                }
            )
        accounts.append(dict(zip(ACCOUNT, row, strict=False)) | {"cells": cells})
    return accounts


def test_what_was_not_asked_and_what_is_accepted_is_there() -> None:
    """Regions that were left out stand behind those that were asked for, and hold nothing."""
    report = sample.narrowed()
    found = read(report)
    lost = next(one for one in found if one["id"] == "123456789014")
    assert [cell["state"] for cell in lost["cells"]] == ["caught", "lost", "not-asked", "not-asked"]
    assert "order desk" in lost["cells"][1]["waiver"]
    assert {cell["seen"] for one in found for cell in one["cells"][2:]} == {-1}
    closed = next(one for one in found if not one["reached"])
    assert "order desk" in closed["waiver"]


def test_every_cell_is_there() -> None:
    """Each account with what it is, each Region with its state, why, remedy and numbers, as the report has them."""
    report = sample.failing()
    found = read(report)
    assert [one["id"] for one in found] == [row.id for row in report.accounts]
    for one, row in zip(found, report.accounts, strict=True):
        assert (one["name"], one["state"], one["units"]) == (row.name, row.state, list(row.units))
        assert bool(one["reached"]) is row.reached
        for shown, cell in zip(one["cells"], cells_of(row, report.regions), strict=True):
            assert (shown["state"], shown["why"], shown["remedy"]) == (cell.state, cell.why, cell.remedy)
            assert shown["seen"] == (-1 if cell.seen is None else cell.seen)
            assert [text.split()[-1] for text in shown["catchers"]] == [one.arn for one in cell.catchers]


def test_who_is_new_and_who_is_idle_is_marked() -> None:
    """An account that joined within the window, and one that is suspended and was not reached."""
    found = {one["id"]: one for one in read(sample.failing())}
    assert [account for account, one in found.items() if one["isNew"]] == ["123456789022"]
    assert [account for account, one in found.items() if one["idle"]] == ["123456789020"]


def test_thirty_thousand_cells_take_less_than_a_megabyte() -> None:
    """What cells say is there once, however many say it."""
    report = sample.large()
    assert len(report.accounts) * len(report.regions) == 30_000
    page = render(report, "html")
    assert len(page.encode()) < 600_000


def test_of_too_many_accounts_those_in_trouble_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how many are missing is said."""
    monkeypatch.setattr(data, "MAX_CELLS", 200)
    report = sample.large(120, sample.ALL_REGIONS[:6])
    shown = shown_accounts(report)
    wrong = {
        row.id
        for row in report.accounts
        if any(cell.state in {CellState.LOST, CellState.UNKNOWN} for cell in row.cells)
    }
    assert len(shown) == 200 // 6
    assert wrong <= {row.id for row in shown}
    assert f"{120 - len(shown)} accounts where nothing is wrong" in render(report, "html")


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=150))
def test_no_name_can_end_the_data_block(text: str) -> None:
    """The block is ASCII without `<`, `>` and `&`, and reads back as the visible text."""
    row = sample.row(1)
    report = sample.report(
        type(row)(id=row.id, name=text, state=text, units=(text,), reached=True, cells=row.cells)
    )
    block = data_block(report, report.accounts)
    assert re.fullmatch(r"[ -~]*", block)
    assert not set("<>&") & set(block)
    assert read(report)[0]["name"] == visible(text)


def test_hostile_names_add_no_element_and_no_attribute() -> None:
    """Whatever accounts are called, the page is made of the template's own elements; each text can be read."""
    benign, hostile = (Page(render(report, "html")) for report in (sample.failing(), sample.hostile()))
    assert hostile.shapes() <= benign.shapes()
    assert len(hostile.all("script")) == 2
    assert not [name for _, name in hostile.shapes() if name.startswith("on")]
    assert [text for text in HOSTILE if f"why {visible(text)}" not in hostile.text] == []


def test_the_page_asks_for_nothing_and_admits_one_script() -> None:
    """No address of anything to load, and a policy that would refuse it."""
    page = Page(render(sample.failing(), "html"))
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [attributes for _, attributes in page.elements if "src" in attributes]
    assert all(link["href"].startswith("#") for link in page.all("a"))
    assert not page.all("link")


def test_the_same_report_is_the_same_page() -> None:
    """Nothing is taken from the machine or the time that renders it."""
    assert render(sample.failing(), "html") == render(sample.failing(), "html")


def test_an_empty_organization_is_a_page_too() -> None:
    """Nothing is passed off as well."""
    page = Page(render(sample.report(), "html"))
    assert "No account was looked at." in page.text
    assert "UNVERIFIABLE" in page.text
