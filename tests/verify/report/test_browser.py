from __future__ import annotations

import socketserver
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from tests.verify.report import sample
from tests.verify.report.browser import CHROMEDRIVER, CHROMIUM, QUIET, driven
from verify.report import Report, render, visible

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.verify.report.browser import Browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
needs_driver = pytest.mark.skipif(CHROMEDRIVER is None, reason="chromedriver is not installed")

TAB, ENTER, SPACE = "\ue004", "\ue007", " "


class Listener:
    """A server on this machine that only counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        listener = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                listener.calls += 1

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Generator[Listener]:
    """Somebody who would notice a request."""
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """One browser for all tests of this module."""
    with driven(tmp_path_factory.mktemp("profile")) as session:
        yield session


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of a bad day, and of a hostile one."""
    folder = tmp_path_factory.mktemp("pages")
    for name, report in {"failing": sample.failing(), "hostile": sample.hostile()}.items():
        (folder / f"{name}.html").write_text(render(report, "html"), encoding="utf-8")
    return folder


@pytest.fixture
def failing(browser: Browser, pages: Path) -> Browser:
    """The browser, with the page of a bad day just opened."""
    browser.open(pages / "failing.html")
    return browser


def rows(browser: Browser) -> list[str]:
    """The names of the events that the table shows."""
    return browser.run("return [...document.querySelectorAll('#rows .open')].map((open) => open.textContent)")


def calling(url: str) -> Report:
    """A report whose every text tries to call somebody."""
    attempts = (
        f"<img src='{url}/img'><script src='{url}/script'></script><link rel=stylesheet href='{url}/css'>",
        f"</script><script>fetch('{url}/fetch')</script>",
        f"<style>body {{ background: url({url}/style) }}</style>",
        f"<iframe src='{url}/frame'></iframe><meta http-equiv=refresh content='0;url={url}/refresh'>",
    )
    found = tuple(
        event.model_copy(update=dict.fromkeys(("who", "mesh", "resource", "user_agent", "event_name"), text))
        for event, text in zip(sample.events(len(attempts)), attempts, strict=True)
    )
    return sample.report(
        tuple(c.model_copy(update={"summary": "".join(attempts)}) for c in sample.failing_claims()), found
    )


def test_the_script_runs_and_hostile_data_does_not(pages: Path, tmp_path: Path) -> None:
    """After loading, our script has filled the table, and nothing that came with the data has run."""
    dumped = subprocess.run(
        [
            str(CHROMIUM),
            *QUIET,
            f"--user-data-dir={tmp_path}",
            "--dump-dom",
            (pages / "hostile.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert 'data-ready="true"' in dumped
    assert f"{len(sample.HOSTILE)} of {len(sample.HOSTILE)} events, newest first." in dumped
    assert dumped.count("<script") == 2
    assert "<img" not in dumped


@needs_driver
def test_hostile_texts_are_read_as_they_are(browser: Browser, pages: Path) -> None:
    """The table shows each hostile text in its visible form, and no variable was set by one."""
    browser.open(pages / "hostile.html")
    assert sorted(rows(browser)) == sorted(visible(text) for text in sample.HOSTILE)
    assert browser.run("return window.pwned") is None
    browser.run("document.querySelectorAll('#rows .open').forEach((open) => open.click())")
    assert browser.run("return document.querySelectorAll('#rows .detail').length") == len(sample.HOSTILE)
    assert browser.run("return window.pwned") is None
    assert browser.console() == []


@needs_driver
def test_the_page_asks_nobody_for_anything(browser: Browser, listener: Listener, tmp_path: Path) -> None:
    """A page full of calls to a server makes none; a page without the policy does, so the server would hear it."""
    (tmp_path / "report.html").write_text(render(calling(listener.url), "html"), encoding="utf-8")
    browser.open(tmp_path / "report.html")
    browser.run("document.querySelectorAll('#rows .open').forEach((open) => open.click())")
    assert browser.run("return document.documentElement.dataset.ready") == "true"
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert listener.calls == 0
    (tmp_path / "naive.html").write_text(f"<img src='{listener.url}/img'>", encoding="utf-8")
    browser.open(tmp_path / "naive.html")
    assert listener.calls > 0
    browser.console()


@needs_driver
def test_the_policy_would_stop_what_escaping_missed(browser: Browser, pages: Path, tmp_path: Path) -> None:
    """Even markup that was let through neither runs nor loads: the second wall stands by itself."""
    page = (pages / "failing.html").read_text(encoding="utf-8")
    holes = (
        "<script>window.pwned = 1</script>"
        "<b onclick='window.pwned = 2' id=hole>x</b>"
        "<img src=x onerror='window.pwned = 3'>"
    )
    (tmp_path / "holed.html").write_text(page.replace("</main>", f"{holes}</main>"), encoding="utf-8")
    browser.open(tmp_path / "holed.html")
    browser.run("document.getElementById('hole').click()")
    assert browser.run("return window.pwned") is None
    assert "Content Security Policy" in " ".join(browser.console())


@needs_driver
def test_the_page_makes_no_noise(failing: Browser) -> None:
    """Nothing of ours violates our own policy, and no error is logged."""
    assert failing.run("return document.documentElement.dataset.ready") == "true"
    assert failing.console() == []


@needs_driver
def test_typing_narrows_the_events(failing: Browser) -> None:
    """Words in the box, in any order and case, leave the events that hold them all."""
    failing.run("document.getElementById('find').focus()")
    failing.press("us-east-1 describeMESH")
    assert set(rows(failing)) == {"DescribeMesh"}
    assert "that match, out of 420." in failing.run("return document.getElementById('showing').textContent")
    failing.press(" nobody-holds-this")
    assert rows(failing) == []
    assert failing.run("return document.getElementById('showing').textContent") == "No event matches."


@needs_driver
def test_events_in_trouble_can_be_picked_out(failing: Browser) -> None:
    """The outcome filter shows exactly the events that are not well somewhere."""
    failing.run(
        "const pick = document.getElementById('outcome'); pick.value = '*'; pick.dispatchEvent(new Event('input'));"
    )
    assert (
        len(rows(failing))
        == failing.run("return document.querySelectorAll('#rows tr:not(.w-landed)').length")
        > 0
    )


@needs_driver
def test_the_table_grows_a_page_at_a_time(failing: Browser) -> None:
    """420 events show a hundred, and a hundred more for each press, until there are no more."""
    lengths = [len(rows(failing))]
    while not failing.run("return document.getElementById('more').hidden"):
        failing.run("document.getElementById('more').click()")
        lengths.append(len(rows(failing)))
    assert lengths == [100, 200, 300, 400, 420]


@needs_driver
def test_an_event_unfolds_by_keyboard(failing: Browser) -> None:
    """Tab reaches an event, Enter shows where it landed, Enter hides it again."""
    failing.run("document.getElementById('access').focus()")
    failing.press(TAB + TAB)
    assert failing.run("return document.activeElement.className") == "open"
    failing.press(ENTER)
    shown = failing.run("return document.querySelector('#rows .detail').textContent")
    assert all(store in shown for store in sample.STORES)
    assert failing.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
    failing.press(ENTER)
    assert failing.run("return document.querySelector('#rows .detail')") is None


@needs_driver
def test_a_claim_unfolds_by_keyboard(failing: Browser) -> None:
    """A claim that passed opens with the space bar."""
    closed = "document.querySelector('.claim.v-pass')"
    failing.run(f"{closed}.querySelector('summary').focus()")
    failing.press(SPACE)
    assert failing.run(f"return {closed}.open") is True


@needs_driver
def test_a_name_in_the_matrix_leads_to_its_events(failing: Browser) -> None:
    """Following an event's name in the coverage shows its events and no others."""
    failing.run("document.querySelector('[data-filter=\"ListMeshes\"]').click()")
    assert set(rows(failing)) == {"ListMeshes"}
    assert failing.run("return location.hash") == "#events"


@needs_driver
def test_light_and_dark_follow_the_system_and_the_button(failing: Browser) -> None:
    """The page is dark when the system is, and the button turns it over."""
    ground = "return getComputedStyle(document.body).backgroundColor"
    found: dict[str, str] = {}
    for scheme in ("light", "dark"):
        failing.devtools(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        found[scheme] = failing.run(ground)
    assert found["light"] != found["dark"]
    failing.run("document.getElementById('theme').click()")
    assert failing.run(ground) == found["light"]
    failing.devtools("Emulation.setEmulatedMedia", features=[])


@needs_driver
@pytest.mark.parametrize("width", [360, 768, 1400])
def test_no_width_scrolls_the_page_sideways(failing: Browser, width: int) -> None:
    """Wide tables scroll by themselves; the page never does, from a telephone up."""
    failing.devtools(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
    )
    assert failing.run("return document.documentElement.scrollWidth") <= width
    failing.devtools("Emulation.clearDeviceMetricsOverride")


@needs_driver
def test_paper_shows_every_claim_and_no_controls(failing: Browser) -> None:
    """Printed, claims are unfolded, filters and buttons are gone, and the ground is light."""
    failing.devtools(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    failing.run("dispatchEvent(new Event('beforeprint'))")
    assert failing.run("return [...document.querySelectorAll('details')].every((claim) => claim.open)")
    assert failing.run("return getComputedStyle(document.querySelector('.filters')).display") == "none"
    assert failing.run("return getComputedStyle(document.body).color") == "rgb(28, 35, 39)"
    failing.devtools("Emulation.setEmulatedMedia", media="", features=[])


@needs_driver
def test_without_scripts_the_page_still_tells_its_story(browser: Browser, pages: Path) -> None:
    """Verdict, claims, coverage and the newest events are there for a reader that runs no script."""
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(pages / "failing.html")
        tree = browser.devtools("DOM.getDocument", depth=-1, pierce=False)
        page = browser.devtools("DOM.getOuterHTML", nodeId=tree["root"]["nodeId"])["outerHTML"]
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
    assert "data-ready" not in page
    assert "2 of 11 claims do not hold." in page
    assert page.count('<tr class="w-') == 50
    assert "Scripts are off" in page


@needs_driver
def test_five_thousand_events_stay_usable(browser: Browser, tmp_path: Path) -> None:
    """A page at its bound opens with a hundred rows, and still filters."""
    (tmp_path / "big.html").write_text(render(sample.failing(5_000), "html"), encoding="utf-8")
    browser.open(tmp_path / "big.html")
    assert len(rows(browser)) == 100
    browser.run("document.getElementById('find').focus()")
    browser.press("untag")
    assert set(rows(browser)) == {"UntagResource"}
