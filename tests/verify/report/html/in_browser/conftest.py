"""One browser and a few pages for all tests of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verify.report import sample
from tests.verify.report.browser import CHROMEDRIVER, CHROMIUM, driven
from verify.report import render

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.verify.report.browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """A real one, without a window."""
    if CHROMIUM is None or CHROMEDRIVER is None:
        pytest.skip(f"{'chromium' if CHROMIUM is None else 'chromedriver'} is not installed")
    with driven(tmp_path_factory.mktemp("profile")) as session:
        yield session


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of a bad day, of one with accepted risks, and of a hostile one."""
    folder = tmp_path_factory.mktemp("pages")
    for name, report in {
        "failing": sample.failing(),
        "waived": sample.waived(),
        "hostile": sample.hostile(),
    }.items():
        (folder / f"{name}.html").write_text(render(report, "html"), encoding="utf-8")
    return folder


@pytest.fixture
def failing(browser: Browser, pages: Path) -> Browser:
    """The browser, with the page of a bad day just opened."""
    browser.open(pages / "failing.html")
    return browser


@pytest.fixture
def waived(browser: Browser, pages: Path) -> Browser:
    """The browser, with the page of a day with accepted risks and fading events just opened."""
    browser.open(pages / "waived.html")
    return browser
