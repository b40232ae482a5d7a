"""`make pulumi`: one line says what there is, and nothing is built that is there or cannot be built."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Build = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "ci" / "build-pulumi"
TOOLS = ("bash", "cat", "cut", "dirname", "sed", "sha256sum")
"""All it needs as long as it builds nothing."""


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Run the script on a machine that has nothing but a few tools, and the programs that a test puts into `bin`."""
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    environment = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("bash") or "bash", str(SCRIPT), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )

    return run


def locked() -> str:
    """The version that go.mod locks."""
    text = (ROOT / "requirements" / "go" / "pulumi" / "go.mod").read_text(encoding="utf-8")
    (version,) = re.findall(r"^require github.com/pulumi/pulumi/pkg/v3 v(\S+)$", text, re.MULTILINE)
    return version


def test_without_pulumi_and_go_it_says_so(build: Build, tmp_path: Path) -> None:
    """In one line, and well: the rest of the project needs neither."""
    done = build()
    assert done.stdout.count("\n") == 1
    assert "Neither Pulumi nor Go is installed" in done.stdout
    assert not (tmp_path / ".cache").exists()


def test_an_installed_pulumi_is_used(build: Build, tmp_path: Path) -> None:
    """Whatever its version."""
    program = tmp_path / "bin" / "pulumi"
    program.write_text("#!/bin/sh\necho v3.300.0\n")
    program.chmod(0o755)
    assert build().stdout == f"Pulumi is installed: {program}, v3.300.0\n"


def test_what_was_built_is_not_built_again(build: Build) -> None:
    """It lies below the user's cache, in a folder for this version and this lock."""
    where = Path(build("--where").stdout.strip())
    assert where.name.startswith(f"pulumi-{locked()}-")
    where.mkdir(parents=True)
    last = where / "pulumi-language-python-exec"
    last.touch(mode=0o755)
    assert build().stdout == f"Pulumi {locked()} was built before: {where}\n"


def test_what_was_built_knows_its_version() -> None:
    """The version is stamped on when it is linked: without it Pulumi takes itself for a development build."""
    where = subprocess.run(
        [str(SCRIPT), "--where"], capture_output=True, text=True, check=True
    ).stdout.strip()
    built = Path(where) / "pulumi"
    if not built.exists():
        pytest.skip("Pulumi was not built here; `make pulumi` builds it where Go is")
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    done = subprocess.run(
        [str(built), "version"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"v{locked()}"
