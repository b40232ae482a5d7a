from __future__ import annotations

import socketserver
import threading
from typing import TYPE_CHECKING

import pytest

from tests.verify.report import sample
from tests.verify.report.html.in_browser.seen import claims, events
from verify.report import Report, render, visible

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.verify.report.browser import Browser

OPEN_ALL = """
for (const open of document.querySelectorAll('#events-list .open')) {
  open.click();
  document.getElementById('event-close').click();
}
for (const claim of document.querySelectorAll('details')) { claim.build?.(); claim.open = true; }
"""


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


def calling(url: str) -> Report:
    """A report whose every text tries to call somebody."""
    attempts = (
        f"<img src='{url}/img'><script src='{url}/script'></script><link rel=stylesheet href='{url}/css'>",
        f"</script><script>fetch('{url}/fetch')</script>",
        f"<style>body {{ background: url({url}/style) }}</style>",
        f"<iframe src='{url}/frame'></iframe><meta http-equiv=refresh content='0;url={url}/refresh'>",
        f"</text></svg><image href='{url}/image'/><use href='{url}/use'/>",
    )
    found = tuple(
        event.model_copy(update=dict.fromkeys(("who", "mesh", "resource", "user_agent", "event_name"), text))
        for event, text in zip(sample.events(len(attempts)), attempts, strict=True)
    )
    return sample.report(
        tuple(c.model_copy(update={"summary": "".join(attempts)}) for c in sample.failing_claims()), found
    )


def test_hostile_texts_are_read_as_they_are(browser: Browser, pages: Path) -> None:
    """Table, claims and opened events show each hostile text in its visible form, and nothing of it has run."""
    browser.open(pages / "hostile.html")
    assert sorted(events(browser)) == sorted(visible(text) for text in sample.HOSTILE)
    assert {visible(f"title {text}") for text in sample.HOSTILE} <= set(claims(browser))
    browser.run(OPEN_ALL)
    assert browser.run("return window.pwned") is None
    assert browser.run("return [document.scripts.length, document.images.length]") == [2, 0]
    assert browser.console() == []


def test_the_page_asks_nobody_for_anything(browser: Browser, listener: Listener, tmp_path: Path) -> None:
    """A page full of calls to a server makes none; a page without the policy does, so the server would hear it."""
    (tmp_path / "report.html").write_text(render(calling(listener.url), "html"), encoding="utf-8")
    browser.open(tmp_path / "report.html")
    browser.run(OPEN_ALL)
    assert browser.run("return document.documentElement.dataset.ready") == "true"
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert listener.calls == 0
    (tmp_path / "naive.html").write_text(f"<img src='{listener.url}/img'>", encoding="utf-8")
    browser.open(tmp_path / "naive.html")
    assert listener.calls > 0
    browser.console()


def test_the_policy_would_stop_what_escaping_missed(browser: Browser, pages: Path, tmp_path: Path) -> None:
    """Even markup that was let through neither runs nor loads: the second wall stands by itself."""
    page = (pages / "failing.html").read_text(encoding="utf-8")
    holes = (
        "<script>window.pwned = 1</script>"
        "<b onclick='window.pwned = 2' id=hole>x</b>"
        "<img src=x onerror='window.pwned = 3'>"
        "<svg><style>b { color: red }</style></svg>"
    )
    (tmp_path / "holed.html").write_text(page.replace("</main>", f"{holes}</main>"), encoding="utf-8")
    browser.open(tmp_path / "holed.html")
    browser.run("document.getElementById('hole').click()")
    assert browser.run("return window.pwned") is None
    assert "Content Security Policy" in " ".join(browser.console())


@pytest.mark.parametrize(
    "attack", ["#events?name=<img src=x onerror=alert(1)>", "#x?__proto__=1&c.constructor=2", "#%00?%"]
)
def test_a_made_up_address_does_nothing(browser: Browser, pages: Path, attack: str) -> None:
    """Who sends a link chooses the filters and nothing else."""
    browser.open(pages / "failing.html", attack)
    assert browser.run("return document.documentElement.dataset.ready") == "true"
    assert browser.run("return document.images.length") == 0
    assert browser.console() == []


def test_the_page_makes_no_noise(waived: Browser) -> None:
    """Nothing of ours violates our own policy, and no error is logged."""
    waived.run(OPEN_ALL)
    assert waived.run("return document.documentElement.dataset.ready") == "true"
    assert waived.console() == []


def test_without_scripts_the_page_still_tells_its_story(browser: Browser, pages: Path) -> None:
    """Verdict, claims, coverage, charts and the newest events are there for a reader that runs no script."""
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
    assert page.count('class="chart"') >= 4
    assert "Scripts are off" in page
