"""`meshtrail verify --organization`: what it prints, writes, refuses and exits with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.main import run
from tests.verify.organization import sample
from verify.engines.kind import EngineKind
from verify.organization import command
from verify.verdict import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from verify.engines.choice import Engine
    from verify.organization.asked import OrganizationOptions
    from verify.organization.document import OrganizationReport

VERIFY = ("verify", "--organization", "--quiet")


def ran(*arguments: str) -> int:
    """What the command line exits with."""
    return run(list(arguments))


class Told:
    """A verification that finds what it is told to, and notes how it was asked."""

    report: OrganizationReport
    options: OrganizationOptions
    engine: Engine

    def __init__(self, _aws: object, options: OrganizationOptions, **more: Any) -> None:
        type(self).options = options
        type(self).engine = more["engine"]
        self.rows = more["rows"]

    def run(self) -> OrganizationReport:
        """Find it."""
        self.rows.finish()
        return self.report


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Told]:
    """A sound organization; nothing is kept outside of the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MESHTRAIL_EXTERNAL_ID", "ours")
    monkeypatch.setattr(Told, "report", sample.passing(), raising=False)
    monkeypatch.setattr(command, "OrganizationVerification", Told)
    return Told


@pytest.mark.parametrize(
    ("found", "code"),
    [
        pytest.param("passing", ExitCode.OK, id="passes"),
        pytest.param("failing", ExitCode.FAILED, id="fails"),
    ],
)
def test_the_exit_code_is_the_verdicts(told: type[Told], found: str, code: ExitCode) -> None:
    """As of an account."""
    told.report = getattr(sample, found)()
    assert ran(*VERIFY) == code


def test_options_reach_the_verification(told: type[Told]) -> None:
    """The external id from the environment among them."""
    more = ("--account", "123456789012", "--region", "eu-west-1", "--log-archive-account", "222222222222")
    assert ran(*VERIFY, *more, "--role-name", "Reader", "--workers", "7") == ExitCode.OK
    options = told.options
    assert (options.role_name, options.external_id, options.workers) == ("Reader", "ours", 7)
    assert (options.accounts, options.regions) == (("123456789012",), ("eu-west-1",))
    assert options.log_archive_account == "222222222222"
    assert (options.sources, options.decided) == (
        ("appmesh.amazonaws.com",),
        ("organization.every-account-reached", "organization.no-event-lost"),
    )


def test_event_sources_and_a_selection_reach_the_verification(told: type[Told]) -> None:
    """In the words of `verify`."""
    sources = ("--event-source", "ecs.amazonaws.com", "--event-source", "appmesh.amazonaws.com")
    assert ran(*VERIFY, *sources, "--select", "*", "--skip", "*.no-event-lost") == ExitCode.OK
    assert told.options.sources == ("ecs.amazonaws.com", "appmesh.amazonaws.com")
    assert told.options.decided == ("organization.every-account-reached",)


def test_an_engine_and_its_bound_reach_the_verification(told: type[Told]) -> None:
    """With the manifest's tables; what it costs goes to stderr."""
    assert ran(*VERIFY, "--engine", "athena", "--max-scan", "5GB") == ExitCode.OK
    assert (told.engine.kind, told.engine.meter.most) == (EngineKind.ATHENA, 5 * 10**9)
    assert ran(*VERIFY) == ExitCode.OK
    assert told.engine.kind is EngineKind.LOCAL


def test_every_format_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The document, the page, and what `--also` asks for."""
    page, document, text = (tmp_path / name for name in ("o.html", "o.json", "o.md"))
    files = ("--html", str(page), "--json", str(document), "--also", f"markdown={text}")
    assert ran(*VERIFY, "-o", "json", *files) == ExitCode.OK
    printed = capsys.readouterr().out
    assert json.loads(printed)["organization"] == sample.ORGANIZATION
    assert document.read_text() == printed
    assert "<!doctype html>" in page.read_text().lower()
    assert sample.ORGANIZATION in text.read_text()


def test_a_manifest_says_which_organization_and_regions(told: type[Told], tmp_path: Path) -> None:
    """So that credentials of another one are refused."""
    manifest = {
        "schema": "meshtrail/manifest/v1",
        "account": sample.MANAGEMENT,
        "partition": "aws",
        "homeRegion": "eu-west-1",
        "organizationId": "o-exampleorgid",
        "regions": ["eu-west-1"],
        "eventSources": ["ecs.amazonaws.com"],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert ran(*VERIFY, "--manifest", str(tmp_path / "manifest.json")) == ExitCode.OK
    assert (told.options.organization, told.options.regions) == ("o-exampleorgid", ("eu-west-1",))
    assert told.options.sources == ("ecs.amazonaws.com",)
    assert (
        ran(*VERIFY, "--manifest", str(tmp_path / "manifest.json"), "--event-source", "a.b") == ExitCode.USAGE
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param((*VERIFY, "-o", "sarif"), "sarif is not for an organization", id="format"),
        pytest.param((*VERIFY, "--also", "junit=o.xml"), "junit is not for an organization", id="file"),
        pytest.param((*VERIFY, "--probe"), "--probe: not with --organization", id="probe"),
        pytest.param(
            (*VERIFY, "--select", "trail.*"),
            "No claim is called trail.* where: --select, --skip why: Here there are "
            "organization.every-account-reached, organization.no-event-lost.",
            id="selection",
        ),
        pytest.param((*VERIFY, "--max-scan", "5GB"), "A bound needs --engine athena", id="bound"),
        pytest.param((*VERIFY, "--skip", "organisation.*"), "No claim is called organisation.*", id="skip"),
        pytest.param((*VERIFY, "--waivers", "no-such.toml"), "waiver file cannot be read", id="waivers"),
        pytest.param(("verify", "--account", "123456789012"), "only with", id="one-account"),
    ],
)
def test_what_means_nothing_for_an_organization_is_wrong_usage(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is asked."""
    assert ran(*arguments) == ExitCode.USAGE
    assert says in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_run_that_goes_on_says_so_and_no_cache_begins_anew(
    told: type[Told], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Somebody interrupted the first."""

    def interrupted(_self: Told) -> OrganizationReport:
        raise KeyboardInterrupt

    loud = ("verify", "--organization")
    with monkeypatch.context() as patched:
        patched.setattr(told, "run", interrupted)
        assert ran(*loud) == ExitCode.INTERRUPTED
    kept = tmp_path / "cache" / "meshtrail"
    assert [path.suffix for path in kept.iterdir() if path.name.startswith("organization")] == [".jsonl"]
    capsys.readouterr()
    assert ran(*loud, "--no-cache") == ExitCode.OK
    assert "Going on" not in capsys.readouterr().err
    assert ran(*loud) == ExitCode.OK
    assert "Going on with the run that began at" in capsys.readouterr().err
    assert ran(*loud) == ExitCode.OK
    assert "Going on" not in capsys.readouterr().err
