from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.report import sample
from tests.verify.report.html.in_browser.seen import (
    DOWN,
    ENTER,
    ESCAPE,
    OPEN,
    RIGHT,
    SPACE,
    TAB,
    address,
    choose,
    click,
    events,
    text,
)

if TYPE_CHECKING:
    from tests.verify.report.browser import Browser

FOCUS = "document.activeElement"


def test_an_event_opens_and_closes_by_keyboard(failing: Browser) -> None:
    """Tab reaches an event, Enter shows where it landed, Escape closes it and gives the focus back."""
    failing.run("document.querySelector('#events-filters [data-name=access]').focus()")
    failing.press(TAB + TAB)
    assert failing.run(f"return {FOCUS}.className") == "open"
    failing.press(ENTER)
    assert failing.run(f"return {OPEN}") is True
    assert all(store in text(failing, "#event") for store in sample.STORES)
    failing.press(ESCAPE)
    assert failing.run(f"return {OPEN}") is False
    assert failing.run(f"return {FOCUS}.className") == "open"
    assert "event=" not in address(failing)


def test_j_and_k_walk_through_the_events(failing: Browser) -> None:
    """In the table from row to row, and with one open from one to the next."""
    failing.press("jj")
    names = events(failing)
    assert failing.run(f"return [...document.querySelectorAll('#events-list .open')].indexOf({FOCUS})") == 1
    failing.press(ENTER)
    failing.press("j")
    assert text(failing, "#event-name").startswith(names[2])
    failing.press("kk")
    assert text(failing, "#event-name").startswith(names[0])
    failing.press("k")
    assert text(failing, "#event-name").startswith(names[0])
    failing.press(ESCAPE)


def test_arrows_move_within_the_matrix(failing: Browser) -> None:
    """One stop for Tab; from it arrows reach every cell, and Enter shows the cell's events."""
    assert failing.run("return document.querySelectorAll('.matrix a[tabindex=\"0\"]').length") == 1
    failing.press("m" + RIGHT + RIGHT + DOWN)
    assert failing.run(f"return {FOCUS}.dataset.events").startswith("name=CreateMesh&store=mesh-audit-bucket")
    failing.press(ENTER)
    assert set(events(failing)) == {"CreateMesh"}


def test_a_claim_unfolds_by_keyboard(failing: Browser) -> None:
    """A claim that passed opens with the space bar, and is not empty."""
    closed = "document.querySelector('.claim.v-pass')"
    failing.run(f"{closed}.querySelector('summary').focus()")
    failing.press(SPACE)
    assert failing.run(f"return {closed}.open") is True
    assert "Claim" in failing.run(f"return {closed}.querySelector('.body').textContent")


@pytest.mark.parametrize(("key", "place"), [("/", "events"), ("c", "claims")])
def test_a_key_leads_to_each_box(failing: Browser, key: str, place: str) -> None:
    """And what is typed then stays text, also letters that are keys elsewhere."""
    failing.press(key)
    failing.press("xd?j")
    assert failing.run(f"return document.querySelector('#{place}-filters [data-name=find]').value") == "xd?j"
    assert failing.run("return document.documentElement.dataset.theme ?? ''") == ""


def test_x_takes_all_filters_away(failing: Browser) -> None:
    """Of events and of claims."""
    choose(failing, "events", "region", "us-east-1")
    choose(failing, "claims", "verdict", "FAIL")
    failing.press("x")
    assert text(failing, "#events-showing") == "420 events, newest first."
    assert "?" not in address(failing)


def test_the_help_names_the_keys_and_turns_them_off(failing: Browser) -> None:
    """Who dictates or leans on the keyboard is not surprised (WCAG 2.2, 2.1.4)."""
    failing.press("?")
    assert failing.run("return document.getElementById('help').open") is True
    click(failing, "#keys-on")
    failing.press(ESCAPE)
    failing.press("d")
    assert failing.run("return document.documentElement.dataset.theme ?? ''") == ""
