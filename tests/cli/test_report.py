"""`meshtrail report`: a stored report in every format, without AWS."""

import io
import sys
from pathlib import Path
from typing import get_args

import pytest

from cli.main import run
from tests.verify.report import sample
from verify.commands import ReportFormat
from verify.report import Format, Report, render
from verify.verdict import ExitCode

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may find credentials or a Region."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    """The file of a report whose verdict is FAIL."""
    return _stored(sample.failing(), tmp_path)


def _stored(report: Report, folder: Path) -> Path:
    path = folder / "report.json"
    path.write_text(report.to_json(), encoding="utf-8")
    return path


def test_every_format_is_offered() -> None:
    """What the library renders, the command line renders."""
    assert {form.value for form in ReportFormat} == set(get_args(Format))


@pytest.mark.parametrize("output", ["json", "html", "markdown", "junit"])
def test_a_report_renders_again_as_it_did_first(output: Format, failing: Path, capsys: Capture) -> None:
    """Standard output holds what rendering the report itself gives, byte for byte."""
    assert run(["report", str(failing), "--output", output]) == ExitCode.OK
    assert capsys.readouterr().out == render(sample.failing(), output)


def test_the_terminal_is_the_default(failing: Path, capsys: Capture) -> None:
    """Without --output a person reads it."""
    assert run(["report", str(failing)]) == ExitCode.OK
    assert "2 of 11 claims do not hold." in capsys.readouterr().out


@pytest.mark.parametrize("output", get_args(Format))
def test_write_stores_it_and_prints_nothing(
    output: Format, failing: Path, tmp_path: Path, capsys: Capture
) -> None:
    """--write makes the folder it needs."""
    path = tmp_path / "build" / "out"
    assert run(["report", str(failing), "-o", output, "--write", str(path)]) == ExitCode.OK
    assert path.read_bytes() == render(sample.failing(), output).encode()
    assert capsys.readouterr().out == ""


def test_stdin_is_a_file_too(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A dash reads the report from a pipe."""
    document = sample.passing().to_json().encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document)))
    assert run(["report", "-", "-o", "markdown"]) == ExitCode.OK
    assert "All 8 claims hold." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (sample.passing(), ExitCode.OK),
        (sample.failing(), ExitCode.FAILED),
        (sample.report(()), ExitCode.UNVERIFIABLE),
    ],
    ids=["pass", "fail", "unverifiable"],
)
def test_the_verdict_is_the_exit_code_only_when_asked(
    report: Report, code: ExitCode, tmp_path: Path, capsys: Capture
) -> None:
    """Rendering succeeded either way; --exit-code makes it a gate."""
    path = str(_stored(report, tmp_path))
    assert run(["report", path, "-o", "junit"]) == ExitCode.OK
    assert run(["report", path, "-o", "junit", "--exit-code"]) == code
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"not json \x1b[2J", b"\xff\xfe\x00", b"[" * 100_000, b'{"\x1b[2Jevil": 1}'],
    ids=["empty", "no keys", "no JSON", "no text", "nested", "hostile"],
)
def test_a_file_that_is_no_report_is_wrong_usage(content: bytes, tmp_path: Path, capsys: Capture) -> None:
    """The error names the file, what it should be, and what to give instead."""
    path = tmp_path / "other.json"
    path.write_bytes(content)
    assert run(["report", str(path), "-o", "markdown"]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert str(path) in said.err
    assert "not a meshtrail/report/v1 document" in said.err
    assert "meshtrail verify --output json" in said.err
    assert "\x1b" not in said.err


def test_an_edited_report_is_wrong_usage(failing: Path, capsys: Capture) -> None:
    """A verdict better than its claims is not rendered."""
    failing.write_text(failing.read_text().replace('"verdict": "FAIL"', '"verdict": "PASS"', 1))
    assert run(["report", str(failing), "-o", "junit"]) == ExitCode.USAGE
    assert "its claims say FAIL" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["nowhere.json", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(place: str, tmp_path: Path, capsys: Capture) -> None:
    """A missing file and a folder are told apart from a wrong one."""
    assert run(["report", str(tmp_path / place)]) == ExitCode.USAGE
    assert "The report cannot be read" in capsys.readouterr().err


def test_a_rendering_that_cannot_be_written_is_wrong_usage(
    failing: Path, tmp_path: Path, capsys: Capture
) -> None:
    """The error names the path; there is no traceback."""
    assert run(["report", str(failing), "-o", "json", "--write", str(tmp_path)]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "A file cannot be written" in said
    assert str(tmp_path) in said


def test_help_tells_the_exit_codes(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """What --exit-code changes is said where people look."""
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["report", "--help"]) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "With --exit-code the verdict's: 0 all pass; 1 something failed;" in shown
    assert "\\b" not in shown
