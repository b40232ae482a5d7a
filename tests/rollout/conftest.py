"""A Pulumi program, and a `pulumi` that is none, for tests of rollouts."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rollout.automation import AutomationStacks
from rollout.plan import Settings
from rollout.program import Program, program_of
from rollout.redaction import Redaction
from rollout.workspaces import Workspaces

FAKE = Path(__file__).with_name("fake_pulumi.py")


@dataclass
class FakePulumi:
    """What the `pulumi` on PATH does, and what it was asked."""

    home: Path

    def fault(self, stack: str, command: str, fault: str) -> None:
        """Let one command of one stack fail from now on."""
        path = self.home / "faults.json"
        faults = json.loads(path.read_text()) if path.exists() else {}
        faults.setdefault(stack, {})[command] = fault
        path.write_text(json.dumps(faults))

    def mend(self) -> None:
        """Let nothing fail any more."""
        (self.home / "faults.json").unlink(missing_ok=True)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What it was asked, in order."""
        path = self.home / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def asked(self, *words: str) -> list[dict[str, Any]]:
        """The calls that begin with these words."""
        return [call for call in self.calls if tuple(call["words"][: len(words)]) == words]

    def there(self, account: str) -> list[str]:
        """What there is in an account."""
        path = self.home / "aws" / f"{account}.json"
        return json.loads(path.read_text())["resources"] if path.exists() else []

    def lock(self, stack: str) -> Path:
        """The backend's lock of a stack."""
        return self.home / "locks" / stack.replace("/", "+")


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    """The only `pulumi` on PATH."""
    home = tmp_path / "fake-pulumi"
    programs = home / "bin"
    programs.mkdir(parents=True)
    script = programs / "pulumi"
    script.write_text(f"#!{sys.executable} -SE\n{FAKE.read_text()}")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_PULUMI", str(home))
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    return FakePulumi(home)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A small Pulumi program with settings for every account."""
    folder = tmp_path / "program"
    (folder / "parts").mkdir(parents=True)
    (folder / "__main__.py").write_text("import parts\n")
    (folder / "parts" / "__init__.py").write_text("")
    (folder / "Pulumi.yaml").write_text(
        "name: meshtrail\nruntime: {name: python, options: {toolchain: pip, virtualenv: .venv}}\n"
    )
    (folder / "Pulumi.organization-account.yaml").write_text(
        "config:\n  aws:region: us-east-1\n  meshtrail:regions: [us-east-1]\n"
    )
    return program_of(folder)


@pytest.fixture
def settings() -> Settings:
    """How its stacks are run."""
    return Settings(
        project="meshtrail",
        template="Pulumi.organization-account.yaml",
        role_name="MeshtrailDeployer",
        external_id=True,
        backend="s3://meshtrail-state?region=us-east-1",
        secrets_provider="awskms://alias/meshtrail",
    )


@pytest.fixture
def workspaces(tmp_path: Path, program: Program, settings: Settings) -> Workspaces:
    """Their working directories."""
    return Workspaces(tmp_path / "stacks", program, settings, external_id="example-external-id")


@pytest.fixture
def stacks(pulumi: FakePulumi, workspaces: Workspaces, settings: Settings) -> AutomationStacks:
    """The stacks through the Automation API."""
    assert pulumi.home.exists()
    return AutomationStacks(settings, workspaces, Redaction(os.environ))
