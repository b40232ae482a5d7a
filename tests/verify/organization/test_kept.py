"""`meshtrail report` over what `meshtrail verify --organization` wrote: rendered again, and merged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

import pytest

from cli.main import run
from tests.verify.organization import sample
from tests.verify.report import sample as others
from verify.organization.document import SCHEMA, OrganizationReport
from verify.organization.kept import is_about_an_organization
from verify.organization.render import Format, render
from verify.verdict import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


def stored(report: OrganizationReport, path: Path) -> str:
    """The path of the report's JSON."""
    path.write_text(report.to_json(), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("output", get_args(Format))
def test_a_report_renders_again_as_it_did_first(output: Format, tmp_path: Path) -> None:
    """In every format, byte for byte."""
    path = stored(sample.failing(), tmp_path / "report.json")
    assert run(["report", path, "-o", output, "--write", str(tmp_path / "out")]) == ExitCode.OK
    assert (tmp_path / "out").read_text(encoding="utf-8") == render(sample.failing(), output)


def test_shards_are_merged(tmp_path: Path, capsys: Capture) -> None:
    """What three runners found is one report with one verdict; without one of them it is not whole."""
    rows = sample.passing().accounts
    paths: list[str] = []
    for start in range(3):
        mine = rows[start::3]
        left_out = tuple(row.id for row in rows if row not in mine)
        paths.append(stored(sample.report(*mine, left_out=left_out), tmp_path / f"shard-{start}.json"))
    assert run(["report", *paths, "-o", "json", "--exit-code"]) == ExitCode.OK
    assert capsys.readouterr().out == sample.passing().to_json()
    assert run(["report", *paths[:2], "-o", "json", "--exit-code"]) == ExitCode.UNVERIFIABLE
    assert json.loads(capsys.readouterr().out)["leftOut"] == sorted(row.id for row in rows[2::3])


def test_the_verdict_is_the_exit_code_when_asked(tmp_path: Path) -> None:
    """As for every other report."""
    path = stored(sample.failing(), tmp_path / "report.json")
    assert run(["report", path, "-o", "json"]) == ExitCode.OK
    assert run(["report", path, "-o", "json", "--exit-code"]) == ExitCode.FAILED


def test_what_does_not_go_together_is_wrong_usage(tmp_path: Path, capsys: Capture) -> None:
    """Two reports about single accounts, one of each kind, a format that is for the others."""
    mine = stored(sample.failing(), tmp_path / "organization.json")
    other = tmp_path / "account.json"
    other.write_text(others.passing().to_json(), encoding="utf-8")
    assert run(["report", str(other), str(other)]) == ExitCode.USAGE
    assert "Only reports about an organization" in capsys.readouterr().err
    assert run(["report", mine, str(other)]) == ExitCode.USAGE
    assert f"not a {SCHEMA} document" in capsys.readouterr().err
    assert run(["report", mine, "-o", "sarif"]) == ExitCode.USAGE
    assert "is not for an organization" in capsys.readouterr().err


def test_a_text_cannot_pass_for_another_kind_of_report() -> None:
    """An account named like the schema's key is a name, and no key."""
    said = f'"schema": "{SCHEMA}"'
    claim = others.passing_claims()[0].model_copy(update={"summary": said})
    assert not is_about_an_organization(others.report((claim,)).to_json().encode())
    assert is_about_an_organization(sample.passing().to_json().encode())
    assert is_about_an_organization(json.dumps(json.loads(sample.passing().to_json())).encode())
