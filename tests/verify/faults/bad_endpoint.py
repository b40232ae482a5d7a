"""An endpoint between a verification and the sandbox that hands over some objects badly."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Generator

Manner = Literal["broken off", "cut short", "closed", "slow", "stalled", "trickling"]
"""How an object is handed over: half of the promised bytes, half of the bytes as if they were all, no answer, in three
pieces, half and then nothing more, byte by byte."""

_HOP: Final = {"connection", "transfer-encoding", "content-length", "date", "server"}
_PAUSE: Final = 0.05


class BadEndpoint(ThreadingHTTPServer):
    """Passes every request on, and answers those for some objects in a manner of its own.

    Args:
        target: The endpoint that really answers.
        part: What the path of a badly treated object has in it.
        manner: How it is treated.
        times: How often; then it is handed over well.
    """

    daemon_threads = True

    def __init__(self, target: str, *, part: str, manner: Manner, times: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target).netloc
        self.closing = threading.Event()
        self._part = part
        self._manner: Manner = manner
        self._left = times
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def manner_of(self, method: str, path: str) -> Manner | None:
        """How a request is treated; None: as it should be."""
        if method != "GET" or self._part not in path or "list-type" in path:
            return None
        with self._lock:
            if self._left is None:
                return self._manner
            self._left -= 1
            return self._manner if self._left >= 0 else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BadEndpoint  # pyright: ignore[reportIncompatibleVariableOverride] -- nobody else makes one

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name it has in the base class
        """Say nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(self.server.target, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        manner = self.server.manner_of(self.command, self.path)
        if manner == "closed":
            self.close_connection = True
            return
        half = len(content) // 2
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(half if manner == "cut short" else len(content)))
        self.end_headers()
        self._hand_over(content, half, manner)

    def _hand_over(self, content: bytes, half: int, manner: Manner | None) -> None:
        if manner is None:
            self.wfile.write(content)
        elif manner in ("cut short", "broken off", "stalled"):
            self.wfile.write(content[:half])
            self.wfile.flush()
            if manner == "stalled":
                self.server.closing.wait()
            self.close_connection = manner != "cut short"
        else:
            size = 1 if manner == "trickling" else len(content) // 3 + 1
            for start in range(0, len(content), size):
                self.wfile.write(content[start : start + size])
                self.wfile.flush()
                if self.server.closing.wait(_PAUSE):
                    return

    def handle_one_request(self) -> None:
        """One request; whoever asked may have hung up meanwhile."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_HEAD = _pass_on  # noqa: N815 -- the names http.server looks for


@contextmanager
def bad_endpoint(target: str, *, part: str, manner: Manner, times: int | None = None) -> Generator[str]:
    """A running `BadEndpoint`; gives its URL."""
    with BadEndpoint(target, part=part, manner=manner, times=times) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.url
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
