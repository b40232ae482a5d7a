"""The command line: exit codes, errors without tracebacks, help that teaches."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import run
from cloudtrail.manifest import Manifest
from tests.verify.report import sample
from verify.verdict import ExitCode

Capture = pytest.CaptureFixture[str]
MANIFEST = Manifest(account="123456789012", partition="aws", home_region="us-east-1", regions=("us-east-1",))


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest's file."""
    path = tmp_path / "manifest.json"
    path.write_text(MANIFEST.to_json(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["verify", "--bogus"],
        ["verify", "--region", "Ireland"],
        ["verify", "--select", "trial.logging"],
        ["verify", "--waivers", "/nowhere/waivers.toml"],
        ["verify", "--also", "pdf=report.pdf"],
        ["verify", "--also", "sarif"],
        ["verify", "--manifest", "a", "--stack", "b"],
        ["verify", "--manifest", "/nowhere/manifest.json"],
        ["events", "--manifest", "/nowhere/manifest.json"],
        ["nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_3_without_a_traceback(arguments: list[str], capsys: Capture) -> None:
    """Click's own code for usage errors is 2, which here means that something could not be verified."""
    assert run(arguments) == ExitCode.USAGE
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    assert said.err or said.out


def test_a_window_that_cannot_be_read_is_wrong_usage(manifest: Path, capsys: Capture) -> None:
    """The error says how to write a time."""
    assert run(["verify", "--manifest", str(manifest), "--since", "yesterday"]) == ExitCode.USAGE
    assert "90d" in capsys.readouterr().err


def test_a_manifest_of_something_else_is_wrong_usage(tmp_path: Path, capsys: Capture) -> None:
    """Every wrong key is named."""
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"schema": "meshtrail/manifest/v1", "acount": "1"}), encoding="utf-8")
    assert run(["verify", "--manifest", str(path)]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "acount" in said
    assert str(path) in said


def test_no_credentials_is_unverifiable_and_says_how_to_sign_in(
    manifest: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was looked at, so nothing is claimed."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert run(["verify", "--manifest", str(manifest), "--quiet"]) == ExitCode.UNVERIFIABLE
    assert "sso login" in capsys.readouterr().err


def test_a_stack_without_the_pulumi_cli_says_so(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """--stack is the one thing that needs it."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(["verify", "--stack", "account"]) == ExitCode.USAGE
    assert "Pulumi CLI" in capsys.readouterr().err


def test_errors_cannot_steer_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    """What a file holds may be in an error, with its escapes made visible."""
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"\x1b[2Jevil": 1}), encoding="utf-8")
    run(["verify", "--manifest", str(path)])
    said = capsys.readouterr().err
    assert "\x1b[2J" not in said
    assert r"\x1b[2Jevil" in said


@pytest.mark.parametrize("command", ["verify", "events", "report", "controls", "demo", "sandbox"])
def test_help_teaches(command: str, capsys: Capture) -> None:
    """Every command has a help of its own that exits with 0."""
    assert run([command, "--help"]) == ExitCode.OK
    assert "Usage" in capsys.readouterr().out


def test_the_verifier_does_not_load_the_sandbox() -> None:
    """The sandbox takes longer to load than many a verification takes, and as much memory."""
    program = (
        "import sys; from cli.main import run; run(['controls']); "
        "sys.exit(bool({'moto', 'pulumi', 'sandbox'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode == 0


def test_a_manifest_says_itself_where_to_look(manifest: Path, capsys: Capture) -> None:
    """Regions and event sources of the command line are for discovery."""
    assert run(["verify", "--manifest", str(manifest), "--region", "eu-west-1"]) == ExitCode.USAGE
    assert "manifest" in capsys.readouterr().err


def test_controls_can_be_read_by_programs(capsys: Capture) -> None:
    """As JSON, with everything a claim declares."""
    assert run(["controls", "--select", "integrity.*", "-o", "json"]) == ExitCode.OK
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == ["integrity.digest-chain", "integrity.log-files"]
    assert all(one["actions"] and one["remedy"] and one["requirements"] for one in listed)


@pytest.mark.parametrize(
    "options",
    [
        ("--digest-cadence", "0s"),
        ("--settle", "999999999d"),
        ("--probe", "--probe-poll", "0s"),
        ("--since", "10m"),
    ],
    ids=" ".join,
)
def test_a_time_that_cannot_be_meant_is_wrong_usage(
    manifest: Path, capsys: Capture, options: tuple[str, ...]
) -> None:
    """Told before anything is asked of AWS, with what to write instead."""
    assert run(["verify", "--manifest", str(manifest), *options]) == ExitCode.USAGE
    assert "do:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_PROFILE", "nobody"), ("AWS_ENDPOINT_URL", "no URL")],
    ids=["profile", "endpoint"],
)
def test_aws_settings_that_lead_nowhere_are_explained(
    manifest: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """What boto3 says on the way to the first call is no traceback either."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv(name, value)
    assert run(["verify", "--manifest", str(manifest), "--quiet"]) == ExitCode.UNVERIFIABLE
    said = capsys.readouterr().err
    assert value in said
    assert "Traceback" not in said


def test_a_defect_is_not_a_failed_proof(
    manifest: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python would exit with 1, which here means that a claim does not hold."""

    def broken(*_args: object, **_more: object) -> None:
        raise KeyError("\x1b[2Jnobody foresaw this")

    monkeypatch.setattr("verify.commands.Verification", broken)
    assert run(["verify", "--manifest", str(manifest), "--quiet"]) == ExitCode.UNVERIFIABLE
    said = capsys.readouterr().err
    assert "nobody foresaw this" in said
    assert "defect" in said
    assert "\x1b" not in said


def test_a_pulumi_cli_that_hangs_is_given_up(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may wait for a passphrase that nobody can enter."""
    pulumi = tmp_path / "pulumi"
    pulumi.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("verify.manifests.PATIENCE", 0.2)
    assert run(["verify", "--stack", "account"]) == ExitCode.USAGE
    assert "--manifest FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [("verify", "--help"), ("report", "REPORT"), ("report", "REPORT", "-o", "html")]
)
def test_nobody_reading_is_no_failed_proof(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`meshtrail ... | head` ends with the exit code it would have had, and without a complaint."""
    report = tmp_path / "report.json"
    report.write_text(sample.failing().to_json(), encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
    with os.fdopen(writer, "wb") as nobody:
        ended = subprocess.run(
            [str(report) if part == "REPORT" else part for part in command],
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert (ended.returncode, ended.stderr) == (ExitCode.OK, b"")


_SLEEPER = """
import signal, time
# A shell that runs this in the background, as CI may, has SIGINT ignored in everything it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
import cli.main, verify.commands
from verify.threads import threads

def sleeper(*_arguments, **_options):
    with threads(1, name="sleeper") as pool:
        asleep = pool.submit(time.sleep, 600)
        print("asleep", flush=True)
        asleep.result()

verify.commands.Verification = sleeper
cli.main.main()
"""


def test_an_interrupt_ends_a_verification_that_sleeps(manifest: Path) -> None:
    """A probe may wait a quarter of an hour in a thread; Ctrl-C does not wait for it."""
    command = [sys.executable, "-c", _SLEEPER, "verify", "--manifest", str(manifest), "--quiet"]
    environment = os.environ | {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"asleep\n"
        try:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, said) == (ExitCode.INTERRUPTED, b"Interrupted.\n")
