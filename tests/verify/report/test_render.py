from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from typing import get_args

import pytest

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
    again = Report.from_json(sample.waived().to_json())
    for output in get_args(Format):
        assert render(sample.waived(), output) == render(again, output)


def _hashes(forms: tuple[Format, ...]) -> list[str]:
    return [hashlib.sha256(render(sample.waived(60), form).encode()).hexdigest() for form in forms]


def test_another_process_renders_the_same() -> None:
    """Nothing depends on the order of sets, of which each process has its own."""
    forms = get_args(Format)
    code = f"from tests.verify.report import test_render as t; print(*t._hashes({forms!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == _hashes(forms)


@pytest.mark.parametrize("output", ["json", "junit", "markdown", "ocsf", "oscal", "sarif", "terminal"])
def test_no_format_holds_a_command_of_a_ci_service(output: Format) -> None:
    """Printed in a log, no line begins with `::` and none holds `##` before a bracket or a word, but our headings."""
    lines = render(sample.hostile(), output).splitlines()
    assert [line for line in lines if line.lstrip().startswith("::")] == []
    assert [line for line in lines if re.search(r"##[^# ]", line)] == []
