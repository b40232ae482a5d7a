from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.error import URLError

import pytest
from typer.testing import CliRunner

from sandbox import process
from sandbox.clients import SandboxClient
from sandbox.commands import app
from sandbox.process import SandboxDidNotStart, arguments, spawn
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_process_of_its_own_is_reached_and_stopped() -> None:
    """Spawn returns once the sandbox answers, with its settings; stop ends the process."""
    with spawn(SandboxSettings(app_mesh_ended=True, seed=1)) as running:
        client = SandboxClient(running.endpoint)
        assert client.state()["switches"]["appMeshEnded"] is True
        os.kill(running.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)
    running.stop()


def test_a_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    """When its parent is killed and can tell it nothing, it stops all the same and leaves no file behind."""
    parent = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import time; from sandbox.process import spawn; print(spawn().endpoint, flush=True); time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert parent.stdout is not None
    client = SandboxClient(parent.stdout.readline().strip())
    assert client.state()["captured"] == 0
    assert list(tmp_path.iterdir())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 60
    while list(tmp_path.iterdir()):
        assert time.monotonic() < deadline, "it outlived its parent"
        time.sleep(0.05)
    with pytest.raises(URLError):
        client.state()


def test_a_process_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that ends before it is ready is an error with its exit code."""

    def refused(_: SandboxSettings) -> list[str]:
        return ["--digest-interval", "0"]

    monkeypatch.setattr(process, "arguments", refused)
    with pytest.raises(SandboxDidNotStart, match="exit code 3"):
        spawn()


def test_settings_become_options() -> None:
    """Only what differs from the default is passed on."""
    assert arguments(SandboxSettings()) == []
    assert arguments(SandboxSettings(port=8000, lake_new_customer=True, lake_delay=0.5)) == [
        "--port",
        "8000",
        "--lake-delay",
        "0.5",
        "--lake-new-customer",
    ]


def test_help_teaches() -> None:
    """The help names the options and how to point a client at the sandbox."""
    told = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert told.exit_code == 0
    for word in ("--delivery-interval", "--digest-interval", "--lake-new-customer", "AWS_ENDPOINT_URL"):
        assert word in told.output


def test_wrong_settings_are_a_message_and_exit_code_3() -> None:
    """No traceback: what is wrong, and what to write instead."""
    told = CliRunner().invoke(app, ["serve", "--digest-interval", "0.5"])
    assert told.exit_code == 3
    assert "--digest-interval" in told.output
    assert "Traceback" not in told.output
