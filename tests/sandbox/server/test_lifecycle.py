from __future__ import annotations

import socket

import pytest

from sandbox.clients import SandboxClient
from sandbox.server import PortTaken, Sandbox
from sandbox.settings import SandboxSettings


def test_a_sandbox_can_follow_another() -> None:
    """Once one has stopped another may start, and it starts empty."""
    settings = SandboxSettings(delivery_interval=3600, digest_interval=3600)
    with Sandbox(settings) as first:
        SandboxClient(first.endpoint).root().client("s3").create_bucket(Bucket="first-bucket")
    with Sandbox(settings) as second:
        client = SandboxClient(second.endpoint)
        assert client.root().client("s3").list_buckets()["Buckets"] == []
        assert [record["eventName"] for record in client.events()] == ["ListBuckets"]
    second.stop()


def test_a_port_in_use_is_refused() -> None:
    """A port that is taken is a plain error, and leaves the way free for the next try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="--port"):
            Sandbox(SandboxSettings(port=taken.getsockname()[1])).start()
    with Sandbox(SandboxSettings()) as next_one:
        assert next_one.endpoint
