"""Where it was measured, and with what."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Final

from bench.results import Machine

_OURS: Final = (
    "meshtrail",
    "boto3",
    "botocore",
    "cryptography",
    "isal",
    "msgspec",
    "obstore",
    "duckdb",
    "uvloop",
)
_ROOT: Final = Path(__file__).parents[1]


def this_machine() -> Machine:
    """The machine this runs on."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        kernel=f"{platform.system()} {platform.release()}",
        load_before=os.getloadavg()[0],
    )


def versions() -> dict[str, str]:
    """The versions of what is measured here; peers in environments of their own tell theirs."""
    found = {"Python": platform.python_version()}
    return found | {name: metadata.version(name) for name in _OURS}


def first_line(*command: str) -> str:
    """The first line a command says about itself."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().split("\n", 1)[0]


def commit() -> str:
    """The state of the project, `+` when it was changed since."""
    git = ("git", "-C", str(_ROOT))
    changed = first_line(*git, "status", "--porcelain", "--untracked-files=no")
    return first_line(*git, "rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
