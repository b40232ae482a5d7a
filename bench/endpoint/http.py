"""HTTP/1.1 as its clients speak it: kept-alive connections, requests that may come in one after the other unasked.

Only what S3's clients send is understood. A request for an object is answered from its first line alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.endpoint.buckets import Answer

_END: Final = b"\r\n\r\n"
_COPIED: Final = 64 * 1024
"""Up to so many bytes a body is sent in one piece with its head."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is more than a GET of an object."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Traffic:
    """What has gone through so far."""

    requests: int = 0
    sent: int = 0


class Connection(asyncio.Protocol):
    """One connection.

    Args:
        objects: The answers to GET, by target.
        respond: Answers everything else.
        traffic: Where it is counted.
        latency: How long an answer is held back, in seconds; 0 for not at all.
    """

    def __init__(
        self,
        objects: Mapping[bytes, Answer],
        respond: Callable[[Request], Answer],
        traffic: Traffic,
        latency: float,
    ) -> None:
        self._objects = objects
        self._respond = respond
        self._traffic = traffic
        self._latency = latency
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        if self._buffer:
            data = self._buffer + data
        begin = 0
        while (end := data.find(_END, begin)) >= 0:
            method, target, _ = data[begin : data.index(b"\r\n", begin)].split(b" ", 2)
            found = self._objects.get(target) if method == b"GET" else None
            following = end + len(_END)
            if found is None:
                headers = _headers(data[begin:end])
                following += int(headers.get("content-length", "0"))
                if following > len(data):
                    break
                body = data[end + len(_END) : following]
                found = self._respond(Request(method.decode(), target.decode(), headers, body))
            begin = following
            self._send(found)
        self._buffer = data[begin:]

    def _send(self, answer: Answer) -> None:
        self._traffic.requests += 1
        self._traffic.sent += len(answer.body)
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        if len(answer.body) <= _COPIED:
            self._transport.write(answer.head + answer.body)
        else:
            self._transport.writelines((answer.head, answer.body))


def _headers(text: bytes) -> dict[str, str]:
    lines = text.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
