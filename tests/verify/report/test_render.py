from __future__ import annotations

from typing import get_args

from tests.verify.report import sample
from verify.report import Format, Report, render


def test_json_is_the_document_itself() -> None:
    """The JSON rendering reads back as the report."""
    report = sample.failing()
    assert Report.from_json(render(report, "json")) == report


def test_html_is_a_whole_page() -> None:
    """The HTML rendering is one document with a title."""
    page = render(sample.failing(), "html")
    assert page.startswith("<!doctype html>")
    assert "<title>FAIL · account 123456789012 · meshtrail</title>" in page


def test_terminal_is_plain_text() -> None:
    """The terminal rendering holds no escape."""
    assert "\x1b" not in render(sample.failing(), "terminal")


def test_rendering_is_deterministic() -> None:
    """The same report renders to the same text, in every format."""
    again = Report.from_json(sample.failing().to_json())
    for output in get_args(Format):
        assert render(sample.failing(), output) == render(again, output)
