"""With the clock running: what the courier does without being told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.clients import SandboxSession


@pytest.fixture(scope="module")
def settings() -> SandboxSettings:
    """As fast as the sandbox goes."""
    return SandboxSettings(delivery_interval=0.1, digest_interval=1)


def wait_for(found: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait until something is there."""
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def test_files_and_digests_come_by_themselves(root: SandboxSession, trails: Any) -> None:
    """Log files come every delivery interval and digests every digest interval, each second one at most."""
    trails.create(EnableLogFileValidation=True)
    root.client("appmesh").create_mesh(meshName="m", spec={})
    wait_for(lambda: "CreateMesh" in trails.names())
    wait_for(lambda: len(trails.delivered(kind="/CloudTrail-Digest/")) >= 2)
    digests = trails.delivered(kind="/CloudTrail-Digest/")
    assert len(set(digests)) == len(digests)
    assert "LatestDigestDeliveryTime" in root.client("cloudtrail").get_trail_status(Name="mesh")
