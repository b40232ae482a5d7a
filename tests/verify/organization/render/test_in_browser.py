from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.verify.organization import sample
from tests.verify.report.browser import CHROMEDRIVER, CHROMIUM, driven
from tests.verify.report.html.in_browser.seen import DOWN, ENTER, ESCAPE, RIGHT, address, click, text
from tests.verify.report.sample import HOSTILE
from verify.organization.render import render
from verify.report import visible

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.verify.report.browser import Browser

READY = "return document.documentElement.dataset.ready"
OPEN = "return document.getElementById('drill').open"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A real one, without a window."""
    if CHROMIUM is None or CHROMEDRIVER is None:
        pytest.skip(f"{'chromium' if CHROMIUM is None else 'chromedriver'} is not installed")
    with driven(tmp_path_factory.mktemp("profile"), "--window-size=1400,1000") as session:
        yield session


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a bad day, of a hostile one, and of a large organization."""
    folder = tmp_path_factory.mktemp("pages")
    for name, report in {
        "failing": sample.failing(),
        "hostile": sample.hostile(),
        "large": sample.large(),
        "narrowed": sample.narrowed(),
    }.items():
        (folder / f"{name}.html").write_text(render(report, "html"), encoding="utf-8")
    return folder


@pytest.fixture
def failing(browser: Browser, pages: Path) -> Browser:
    """The browser, with the page of a bad day just opened."""
    browser.open(pages / "failing.html")
    return browser


@pytest.fixture
def large(browser: Browser, pages: Path) -> Browser:
    """The browser, with a thousand accounts by thirty Regions just opened."""
    browser.open(pages / "large.html")
    return browser


def rows(browser: Browser) -> list[str]:
    """The ids of the accounts in sight."""
    return browser.run(
        "return [...document.querySelectorAll('#cells-body .id')].map((one) => one.textContent)"
    )


def choose(browser: Browser, name: str, value: str) -> str:
    """Set a filter, and what the page then says it shows."""
    browser.run(
        f"const control = document.querySelector('#matrix-filters [data-name={name}]');"
        f"control.value = {json.dumps(value)}; control.dispatchEvent(new Event('input'));"
    )
    return text(browser, "#matrix-showing")


def test_what_is_wrong_comes_first(failing: Browser) -> None:
    """Lost, then not told, then everybody else by id; each cell says its state without colour, too."""
    assert rows(failing)[:3] == ["123456789014", "123456789018", "111111111111"]
    first = failing.run(
        "return [...document.querySelector('#cells-body tr').cells].map((cell) => cell.textContent)"
    )
    assert first[1:] == ["✓", "✕", "✓", "✓"]
    assert failing.run(READY) == "true"
    assert failing.console() == []


def test_filters_by_account_unit_region_and_state(failing: Browser) -> None:
    """Each alone, and together; the address keeps them, and one button takes them away."""
    assert choose(failing, "find", "payments").startswith("3 of 12 accounts")
    choose(failing, "find", "")
    assert choose(failing, "unit", "ou-exmp-security").startswith("4 of 12 accounts")
    choose(failing, "unit", "")
    assert (
        choose(failing, "state", "lost")
        == "1 of 12 accounts, 4 Regions: 1 cell lost, 0 not told. All of them"
    )
    assert choose(failing, "region", "us-east-1") == "No account matches. All of them"
    assert choose(failing, "region", "eu-west-1").startswith("1 of 12 accounts, 1 Region:")
    assert address(failing) == "matrix?state=lost&region=eu-west-1"
    choose(failing, "state", "")
    assert choose(failing, "kind", "is-SUSPENDED").startswith("1 of 12")
    click(failing, "#matrix-showing button")
    assert text(failing, "#matrix-showing").startswith("12 accounts, 4 Regions")
    assert address(failing) == "matrix"


def test_what_is_accepted_and_what_was_not_asked_looks_like_neither_fine_nor_wrong(
    browser: Browser, pages: Path
) -> None:
    """Both have a look of their own, can be filtered by, and count as nothing that is lost."""
    browser.open(pages / "narrowed.html")
    assert text(browser, "#matrix-showing") == "5 accounts, 2 Regions: 0 cells lost, 0 not told."
    assert browser.run("return document.querySelectorAll('#cells-body td.s-not-asked').length") == 10
    assert choose(browser, "state", "not-asked").startswith("5 accounts")
    assert choose(browser, "state", "accepted").startswith("2 of 5 accounts")
    click(browser, "#cells-body td.s-accepted")
    shown = text(browser, "#drill")
    assert all(part in shown for part in ("lost, accepted", "Moves in spring", "order desk"))
    assert browser.run("return document.getElementById('drill-body').className") == "v-pass"
    assert browser.console() == []


def test_a_cell_tells_why_and_what_to_do(failing: Browser) -> None:
    """By a click; and the address brings it back."""
    click(failing, "#cells-body td.s-lost")
    shown = text(failing, "#drill")
    assert all(part in shown for part in ("edge-3", "eu-west-1", sample.NOTHING, sample.PROVISION))
    assert address(failing) == "matrix?cell=123456789014%2Feu-west-1"
    click(failing, "#drill-close")
    assert address(failing) == "matrix"


def test_an_account_tells_why_it_was_not_reached(failing: Browser) -> None:
    """By a click on its name."""
    click(failing, "#cells-body tr:nth-child(2) th")
    shown = text(failing, "#drill")
    assert sample.REFUSED in shown
    assert sample.ROLE in shown
    assert "not told: 4 Regions" in shown
    assert failing.run("return document.getElementById('drill-body').className") == "v-unverifiable"


def test_the_address_opens_a_cell(browser: Browser, pages: Path) -> None:
    """A link that somebody sent shows what they saw, however far down it is."""
    browser.open(pages / "large.html", "#matrix?order=id&cell=123456789992/eu-west-2")
    assert browser.run(OPEN) is True
    assert "eu-west-2: lost" in text(browser, "#drill")
    assert "123456789992" in rows(browser)


def test_everything_can_be_done_by_keys(failing: Browser) -> None:
    """Arrows move, Enter opens, j goes on to what is wrong next, Escape closes, x takes filters away."""
    failing.press("m")
    failing.press(RIGHT + RIGHT)
    assert failing.run("return document.activeElement.getAttribute('aria-label')").startswith(
        "eu-west-1: lost"
    )
    failing.press(ENTER)
    assert failing.run(OPEN) is True
    failing.press("j")
    assert "edge-7" in text(failing, "#drill-title")
    failing.press("k")
    assert "edge-3" in text(failing, "#drill-title")
    failing.press(ESCAPE)
    assert failing.run(OPEN) is False
    assert failing.run("return document.activeElement.dataset.place") == "1"
    failing.press(DOWN)
    assert "not told" in failing.run("return document.activeElement.getAttribute('aria-label')")
    choose(failing, "state", "caught")
    failing.run("document.activeElement.blur()")
    failing.press("x")
    assert text(failing, "#matrix-showing").startswith("12 accounts")


def test_thirty_thousand_cells_are_never_all_there(large: Browser) -> None:
    """The page holds what is in sight and a little more, wherever it is scrolled to, and Tab stops once in it."""
    most = 80 * 31
    for place in ("0", "9000", "1e9"):
        large.run(f"document.getElementById('matrix-window').scrollTop = {place}")
        large.run("dispatchEvent(new Event('resize'))")
        assert large.run("return document.querySelectorAll('#cells-body td, #cells-body th').length") < most
        assert large.run("return document.querySelectorAll('#cells-body [tabindex=\"0\"]').length") == 1
    assert rows(large)[-1] == "123456790010"
    assert large.run("return document.getElementById('map').width") == 1_000
    assert large.run("return Number(document.getElementById('cells').getAttribute('aria-rowcount'))") == 1_001


def test_the_last_row_is_reached_by_keys(large: Browser) -> None:
    """And has the focus there, though it was not on the page before."""
    large.press("m")
    large.run(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'End', ctrlKey: true, bubbles: true }))"
    )
    assert large.run("return document.activeElement.closest('tr').getAttribute('aria-rowindex')") == "1001"


def test_light_and_dark_follow_the_system_and_the_button(large: Browser) -> None:
    """The cells, and the picture of all of them, change with the page."""
    pixel = "return document.getElementById('map').toDataURL()"
    found: set[str] = set()
    for scheme in ("light", "dark"):
        large.devtools(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        large.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found.add(large.run(pixel))
    assert len(found) == 2
    click(large, "#theme")
    assert large.run(pixel) in found
    large.devtools("Emulation.setEmulatedMedia", features=[])


def test_paper_gets_what_is_wrong(large: Browser, browser: Browser, pages: Path) -> None:
    """All rows of a small organization; of a large one those in trouble, and how many are not printed."""
    large.run("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(large)) == 50
    assert text(large, "#paper-note").startswith("950 accounts more are not printed")
    large.run("dispatchEvent(new Event('afterprint'))")
    assert len(rows(large)) < 80
    browser.open(pages / "failing.html")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(browser)) == 12
    assert text(browser, "#paper-note") == ""


def test_hostile_names_are_read_as_they_are(browser: Browser, pages: Path) -> None:
    """In the table, in what opens, in the title; nothing of them runs, and the console stays silent."""
    browser.open(pages / "hostile.html")
    shown = browser.run(
        "return [...document.querySelectorAll('#cells-body .name')].map((one) => one.textContent)"
    )
    assert sorted(shown) == sorted(visible(name) for name in HOSTILE)
    browser.run(
        "for (const cell of [...document.querySelectorAll('#cells-body td.s-lost, #cells-body th')]) {"
        " cell.click(); document.getElementById('drill').close(); }"
    )
    assert browser.run("return window.pwned") is None
    assert browser.run("return [document.scripts.length, document.images.length]") == [2, 0]
    assert browser.console() == []


@pytest.mark.parametrize(
    "attack",
    ["#matrix?find=<img src=x onerror=alert(1)>", "#x?__proto__=1&state=constructor", "#%00?%&cell=a/b/c"],
)
def test_a_made_up_address_does_nothing(browser: Browser, pages: Path, attack: str) -> None:
    """Who sends a link chooses filters and a cell, and nothing else."""
    browser.open(pages / "failing.html", attack)
    assert browser.run(READY) == "true"
    assert browser.run("return document.images.length") == 0
    assert browser.console() == []
