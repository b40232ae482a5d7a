"""The CI templates: they hand their inputs over safely, and what they run verifies."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.clients import ACCOUNT, SandboxClient
from sandbox.server import Sandbox

CI = Path(__file__).parents[2] / "ci"
SCRIPT = CI / "verify.sh"
ACTION: Any = yaml.safe_load((CI / "github" / "action.yml").read_text(encoding="utf-8"))
GITLAB: Any = yaml.safe_load((CI / "gitlab" / "meshtrail.yml").read_text(encoding="utf-8"))
VARIABLES = set(re.findall(r"\$\{(MESHTRAIL_\w+)", SCRIPT.read_text(encoding="utf-8")))


def test_no_input_is_written_into_a_script() -> None:
    """A value in a `run:` would be code: they go through the environment."""
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)


def test_every_input_reaches_the_script() -> None:
    """Each is a variable that the script reads, or the action's own business."""
    (verify,) = [step for step in ACTION["runs"]["steps"] if step.get("id") == "verify"]
    handed = {name: value for name, value in verify["env"].items() if name.startswith("MESHTRAIL_")}
    assert set(handed) <= VARIABLES
    used = set(re.findall(r"inputs\.([a-z-]+)", str(ACTION["runs"])))
    assert used == set(ACTION["inputs"])


def test_gitlab_knows_only_variables_that_the_script_reads() -> None:
    """And where meshtrail lies."""
    assert set(GITLAB[".meshtrail-verify"]["variables"]) - {"MESHTRAIL_SOURCE"} <= VARIABLES


def test_every_command_is_a_text() -> None:
    """YAML makes a mapping of an unquoted command with a colon and a space in it."""
    job = GITLAB[".meshtrail-verify"]
    assert all(isinstance(line, str) for line in (*job["before_script"], *job["script"]))


def test_both_install_what_is_locked() -> None:
    """With hashes, nothing that has to be built, and nothing but what is named."""
    for text in (str(ACTION), str(GITLAB)):
        assert "--require-hashes --no-deps" in text
        assert "--only-binary :all:" in text
    assert (CI.parent / "requirements" / "verify.txt").exists()


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox: an account in which nothing was provisioned."""
    with Sandbox() as sandbox:
        yield sandbox


def run(sandbox: Sandbox, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a job would."""
    keys = SandboxClient(sandbox.endpoint).root(ACCOUNT).credentials
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": sandbox.endpoint,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": keys["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["aws_secret_access_key"],
        "MESHTRAIL_OUT": str(tmp_path / "out"),
        **variables,
    }
    return subprocess.run(
        [str(SCRIPT)], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )


def test_a_job_fails_with_the_reports_in_place(running: Sandbox, tmp_path: Path) -> None:
    """Nothing that lasts is there: exit 1, every format is written, and the summary has the Markdown."""
    summary = tmp_path / "summary.md"
    done = run(
        running,
        tmp_path,
        MESHTRAIL_REGIONS="eu-west-1 us-east-1",
        MESHTRAIL_SELECT="inventory.*",
        GITHUB_STEP_SUMMARY=str(summary),
        GITHUB_ACTIONS="true",
    )
    assert done.returncode == 1, done.stderr
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {f"report.{ending}" for ending in ("json", "html", "xml", "md", "sarif")}
    assert "lasting-store" in summary.read_text(encoding="utf-8")
    stop, *_, resume = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert stop.removeprefix("::stop-commands::") == resume.strip(":")


def test_severity_decides_whether_a_job_fails(running: Sandbox, tmp_path: Path) -> None:
    """A claim that is less severe than asked for is reported, and the job is green."""
    done = run(
        running,
        tmp_path,
        MESHTRAIL_REGIONS="eu-west-1",
        MESHTRAIL_SELECT="inventory.complete",
        MESHTRAIL_FAIL_ON="critical",
    )
    assert done.returncode == 0, done.stderr


def test_wrong_usage_leaves_no_report(running: Sandbox, tmp_path: Path) -> None:
    """The exit code is verify's, and nothing old is shown as new."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.json").write_text("old", encoding="utf-8")
    done = run(running, tmp_path, MESHTRAIL_SELECT="trial.*")
    assert done.returncode == 3
    assert list((tmp_path / "out").iterdir()) == []
