"""The same rollout by Pulumi's own command line, where there is one, with states in a folder and in a bucket of S3.

The fake that the other tests of rollouts use is held to it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from rollout.commands import app
from sandbox.clients import SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from tests.pulumi.engine import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer.testing import Result

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"Pulumi is not installed: no {', '.join(MISSING)} on PATH"),
    pytest.mark.timeout(300),
    pytest.mark.thorough,
]

# A program of components alone needs no provider, so that nothing but Pulumi itself is asked.
PROGRAM = """
import pathlib
import pulumi

here = pathlib.Path({folder!r})
protect = (here / "protect").exists()
pulumi.ComponentResource("test:index:Part", "part", {{}}, pulumi.ResourceOptions(protect=protect))
if (here / pulumi.get_stack()).exists():
    raise pulumi.RunError("this account is not to be")
"""


@pytest.fixture
def file_backend(tmp_path: Path) -> str:
    """A folder of states."""
    folder = tmp_path / "backend"
    folder.mkdir()
    return folder.as_uri()


@pytest.fixture
def s3_backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of states, in a sandbox."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600)) as sandbox:
        root = SandboxClient(sandbox.endpoint).root()
        s3 = root.client("s3", "us-east-1")
        s3.create_bucket(Bucket="states")
        for name, value in root.credentials.items():
            monkeypatch.setenv(name.upper(), value)
        asked = {
            "region": "us-east-1",
            "endpoint": sandbox.endpoint.removeprefix("http://"),
            "disableSSL": "true",
            "s3ForcePathStyle": "true",
        }
        yield f"s3://states?{urlencode(asked)}"
        histories = s3.list_objects_v2(Bucket="states", Prefix=".pulumi/history/meshtrail/", Delimiter="/")
        assert len(histories["CommonPrefixes"]) == 3  # of each of the stacks, also when these are gone


@pytest.fixture(params=["file_backend", "s3_backend"])
def switches(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program, planned for three accounts; files in the folder that is returned say what goes wrong."""
    backend = str(request.getfixturevalue(request.param))
    switches, program = (tmp_path / name for name in ("switches", "program"))
    for folder in (switches, program):
        folder.mkdir()
    (program / "__main__.py").write_text(PROGRAM.format(folder=str(switches)))
    (program / "Pulumi.yaml").write_text("name: meshtrail\nruntime: python\n")
    (program / "Pulumi.each.yaml").write_text("config:\n  aws:region: us-east-1\n")
    (tmp_path / "accounts.txt").write_text("123456789012\n111122223333\n444455556666\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "for tests")
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")
    monkeypatch.setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    chosen = ("--accounts", "accounts.txt", "--canary", "111122223333", "--role-name", "")
    where = ("--program", str(program), "--settings", "Pulumi.each.yaml", "--backend", backend)
    assert rollout("plan", *chosen, *where, program=False).exit_code == 0
    return switches


def rollout(*arguments: str, program: bool = True) -> Result:
    """Run a command of a rollout."""
    return CliRunner().invoke(app, [*arguments, *(("--program", "program") if program else ())])


def test_a_rollout_by_pulumi_itself(switches: Path) -> None:
    """A failed canary stops it; mended, it goes on; nothing drifts; what is protected stays until it no longer is."""
    bad = switches / "account-111122223333"
    bad.touch()
    failed = rollout("up")
    assert failed.exit_code == 1
    assert "this account is not to be" in failed.stdout
    assert "stopped in wave 1; 2 stacks not begun" in failed.stdout

    bad.unlink()
    (switches / "protect").touch()
    assert rollout("up").exit_code == 0
    assert "3 stacks done already" in rollout("up").stderr
    assert rollout("preview").stdout == "3 of 3 stacks without changes\n"
    assert rollout("drift").stdout == "3 of 3 stacks without changes\n"

    refused = rollout("destroy", "--yes")
    assert refused.exit_code == 1
    assert "protected: account-111122223333" in refused.stdout

    (switches / "protect").unlink()
    assert rollout("up", "--again").exit_code == 0
    assert rollout("destroy", "--yes").exit_code == 0
    assert rollout("status", program=False).stdout.startswith("3 destroyed\n")
