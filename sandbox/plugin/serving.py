"""The process the engine starts for a provider: it says its port on stdout and serves until it is not needed."""

from __future__ import annotations

import os
import time
from concurrent import futures
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.plugin.service import ProviderService
from sandbox.provider.registry import AWS

_THREADS: Final = 32
_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""The largest message, as the engine has it: gRPC's own limit of 4 MiB is less than a large resource."""

LOOK: Final = 1.0
"""Seconds between two looks whether the engine is still there; one that was killed ends nobody."""


def serve() -> None:
    """Serve the sandbox's provider until the engine ends this process, or is gone."""
    parent = os.getppid()
    with futures.ThreadPoolExecutor(_THREADS, thread_name_prefix="sandbox-provider") as pool:
        server = grpc.server(
            pool,
            options=[
                ("grpc.max_receive_message_length", _MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MESSAGE_BYTES),
            ],
        )
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(ProviderService(AWS), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        print(port, flush=True)  # noqa: T201  # the first line of a plugin's stdout is its port: the protocol
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)  # at once, as a provider ends: what it was about is not taken any further
