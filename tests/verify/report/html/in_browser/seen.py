"""What a reader of the page sees, and does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.verify.report.browser import Browser

TAB, ENTER, SPACE, ESCAPE = "\ue004", "\ue007", " ", "\ue00c"
UP, DOWN, LEFT, RIGHT = "\ue013", "\ue015", "\ue012", "\ue014"

OPEN: Final = "document.getElementById('event').open"


def events(browser: Browser) -> list[str]:
    """The names of the events that the table shows."""
    return browser.run(
        "return [...document.querySelectorAll('#events-list .open')].map((open) => open.textContent)"
    )


def claims(browser: Browser) -> list[str]:
    """The titles of the claims that the list shows."""
    return browser.run(
        "return [...document.querySelectorAll('#claims-list .title')].map((title) => title.textContent)"
    )


def text(browser: Browser, selector: str) -> str:
    """The text of the first element that matches."""
    return browser.run(f"return document.querySelector({json.dumps(selector)}).textContent")


def click(browser: Browser, selector: str) -> None:
    """Click the first element that matches; inside a drawing as well, where there is no `click()`."""
    event = "new MouseEvent('click', { bubbles: true, cancelable: true })"
    browser.run(f"document.querySelector({json.dumps(selector)}).dispatchEvent({event})")


def choose(browser: Browser, form: str, name: str, value: str) -> None:
    """Set a filter of `claims` or `events`, as a choice in its control does."""
    browser.run(
        f"const control = document.querySelector('#{form}-filters [data-name={name}]');"
        f"control.value = {json.dumps(value)}; control.dispatchEvent(new Event('input'));"
    )


def address(browser: Browser) -> str:
    """What stands behind the # of the page's address."""
    return browser.run("return location.hash.slice(1)")
