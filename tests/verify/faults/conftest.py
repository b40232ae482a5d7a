"""A sandbox for the fault matrix, and a verification that waits for nothing."""

from __future__ import annotations

import functools
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import botocore.loaders
import pytest
from botocore.retries.adaptive import ClientRateLimiter
from botocore.retries.standard import ExponentialBackoff

from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify import s3_objects
from verify.lookup_events import LookupEvents
from verify.stores.event_data_store import EventDataStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.verify.faults.world import World

pytest.register_assert_rewrite("tests.verify.faults.matrix")

from tests.verify.faults.account import whole  # noqa: E402 -- after the module that asserts is known


def at_once(*_arguments: object, **_more: object) -> int:
    """No time at all."""
    return 0


def go_on(*_arguments: object, **_more: object) -> None:
    """No turn to wait for."""


class Clock:
    """Seconds that pass only while somebody sleeps, and a hundredth of that in truth: the sandbox has to work."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds
        time.sleep(min(seconds / 100, 0.005))


@functools.cache
def _models(_search_path: str | None = None) -> Any:
    """Botocore's models, read once for all sessions: reading them is most of what a command line costs."""
    loaders: Any = botocore.loaders
    return loaders.Loader()


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same patience, counted the same, but nobody waits for real: not for a turn, nor before a retry."""
    clock = Clock()
    for waits in (LookupEvents, EventDataStore):
        defaults: Any = waits.__init__.__kwdefaults__
        monkeypatch.setattr(
            waits.__init__, "__kwdefaults__", defaults | {"clock": clock, "sleep": clock.sleep}
        )
    monkeypatch.setattr(botocore.loaders, "create_loader", _models)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", at_once)
    monkeypatch.setattr(ClientRateLimiter, "on_sending_request", go_on)
    soon = {"init_backoff": timedelta(milliseconds=1), "max_backoff": timedelta(milliseconds=2), "base": 2}
    monkeypatch.setattr(s3_objects, "_RETRY", s3_objects._RETRY | {"backoff": soon})


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox; it delivers when it is told to."""
    settings = SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000)
    with Sandbox(settings) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def standing(running: Sandbox) -> World:
    """An account that rows only look at: set up once, and refused in another way by each."""
    return whole(running.endpoint)


@pytest.fixture
def looked_at(standing: World) -> Iterator[World]:
    """The standing account, without faults before and after."""
    yield standing
    standing.sandbox.clear_faults()


@pytest.fixture
def fresh(running: Sandbox) -> World:
    """An account of one's own, to break for good."""
    running.reset()
    return whole(running.endpoint)
