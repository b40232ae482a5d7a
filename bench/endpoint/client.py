"""The bench's side of the endpoint: start it, fill it, ask how busy it was, end it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Generator

    from bench.corpus import Spec


class Usage(msgspec.Struct, frozen=True):
    """What an endpoint has done since it was started.

    Attributes:
        cpu_seconds: Its processor time.
        clock: When this was said, in seconds of a clock that only goes forward.
        requests: How many requests it has answered.
        sent: How many bytes of bodies.
    """

    cpu_seconds: float
    clock: float
    requests: int
    sent: int

    def since(self, earlier: Usage) -> Usage:
        """What came after an earlier look; `clock` is the time between them."""
        return Usage(
            self.cpu_seconds - earlier.cpu_seconds,
            self.clock - earlier.clock,
            self.requests - earlier.requests,
            self.sent - earlier.sent,
        )


class Weight(msgspec.Struct, frozen=True):
    """What the log files of a corpus weigh together, in bytes."""

    inflated: int
    stored: int


class EndpointClient:
    """A running endpoint."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def serve(self, spec: Spec) -> Weight:
        """Make it serve this corpus, and no other; tells what it weighs."""
        return msgspec.json.decode(self._ask("serve", msgspec.json.encode(spec)), type=Weight)

    def usage(self) -> Usage:
        """What it has done so far."""
        return msgspec.json.decode(self._ask("usage"), type=Usage)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a command calls this instead of AWS, with credentials of nobody."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.devnull,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _ask(self, what: str, body: bytes = b"") -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request("POST", f"/-/{what}", body)
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def running_endpoint(*, latency: float = 0.0) -> Generator[EndpointClient]:
    """An endpoint in a process of its own, ended with the block.

    Args:
        latency: How long each answer is held back, in seconds.
    """
    command = [sys.executable, "-m", "bench.endpoint.server", "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None  # noqa: S101 -- PIPE was asked for
            yield EndpointClient(int(process.stdout.readline()))
        finally:
            process.kill()
