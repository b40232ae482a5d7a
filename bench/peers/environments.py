"""What is not ours, installed from its lock and into an environment of its own: build/<name>-venv."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]


def environment(name: str, lock: str) -> Path:
    """The programs of an environment; made once, and again when its lock changes.

    Args:
        name: What it is called.
        lock: The file of its locked requirements, below `requirements/`.

    Returns:
        Its folder `bin`.
    """
    folder, locked = _ROOT / "build" / f"{name}-venv", _ROOT / "requirements" / lock
    installed = folder / "installed"
    if not installed.exists() or installed.read_bytes() != locked.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [
            str(folder / "bin" / "python"),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
        ]
        subprocess.run(
            [*pip, "--only-binary", ":all:", "--require-hashes", "--no-deps", "-r", str(locked)], check=True
        )
        installed.write_bytes(locked.read_bytes())
    return folder / "bin"
