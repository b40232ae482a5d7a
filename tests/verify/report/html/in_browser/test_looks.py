from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.report.html.in_browser.seen import click

if TYPE_CHECKING:
    from tests.verify.report.browser import Browser

GROUND = "return getComputedStyle(document.body).backgroundColor"
BAR = "return getComputedStyle(document.querySelector('#figure-timeline path[fill*=c-write]')).fill"


def test_light_and_dark_follow_the_system_and_the_button(failing: Browser) -> None:
    """The page, and the bars of its charts, are dark when the system is, and the button turns them over."""
    found: dict[str, tuple[str, str]] = {}
    for scheme in ("light", "dark"):
        failing.devtools(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        found[scheme] = (failing.run(GROUND), failing.run(BAR))
    assert found["light"][0] != found["dark"][0]
    assert (found["light"][1], found["dark"][1]) == ("rgb(14, 74, 89)", "rgb(169, 224, 234)")
    click(failing, "#theme")
    assert (failing.run(GROUND), failing.run(BAR)) == found["light"]
    failing.devtools("Emulation.setEmulatedMedia", features=[])


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_no_width_scrolls_the_page_sideways(waived: Browser, width: int) -> None:
    """Wide tables and charts scroll by themselves; the page never does, from a telephone up."""
    waived.devtools(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
    )
    assert waived.run("return document.documentElement.scrollWidth") <= width
    click(waived, "#events-list .open")
    assert waived.run("return document.getElementById('event').getBoundingClientRect().right") <= width
    waived.devtools("Emulation.clearDeviceMetricsOverride")


def test_paper_shows_every_claim_and_no_controls(failing: Browser) -> None:
    """Printed, claims are unfolded with all they say, filters and buttons are gone, and the ground is light."""
    failing.devtools(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    folded = failing.run("return document.querySelectorAll('details:not([open])').length")
    failing.run("dispatchEvent(new Event('beforeprint'))")
    assert failing.run("return [...document.querySelectorAll('details')].every((one) => one.open)")
    assert failing.run(
        "return [...document.querySelectorAll('.claim .body')].every((body) => body.textContent.trim())"
    )
    assert failing.run("return getComputedStyle(document.querySelector('.filters')).display") == "none"
    assert failing.run("return getComputedStyle(document.body).color") == "rgb(28, 35, 39)"
    failing.run("dispatchEvent(new Event('afterprint'))")
    assert failing.run("return document.querySelectorAll('details:not([open])').length") == folded
    failing.devtools("Emulation.setEmulatedMedia", media="", features=[])
