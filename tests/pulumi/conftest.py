"""Each test here runs Pulumi's own command line and engine, and is skipped by name where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

from .engine import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = "tests/pulumi/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, saying why; give each of them time for several runs of a program."""
    missing = f"Pulumi is not installed: no {', '.join(MISSING)} on PATH; `make pulumi` builds it where Go is"
    for item in items:
        if item.nodeid.startswith(HERE):
            item.add_marker(pytest.mark.timeout(600))
            if MISSING:
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """One sandbox for a module of tests; no other one can run in this process meanwhile."""
    with Sandbox(SandboxSettings(delivery_interval=3600, digest_interval=3600, seed=7)) as sandbox:
        yield sandbox
