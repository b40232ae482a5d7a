"""The fast lane: what it reads, how it signs, and everything it leaves to those who can repeat and explain."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials
from botocore.exceptions import CredentialRetrievalError

from verify import s3_wire
from verify.objects import Object, TooLarge
from verify.s3_signing import Signing
from verify.s3_wire import S3Wire

KEY = "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/09/01/file_~-.json.gz"
ANSWER = b'HTTP/1.1 200 OK\r\nETag: "abc"\r\nx-amz-meta-Signature: 00ff\r\nContent-Length: 5\r\n\r\nbytes'


class Server:
    """Answers one connection after the other with what it was given, an answer to a request."""

    def __init__(self, *connections: list[bytes]) -> None:
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(connections,), daemon=True)
        self._thread.start()

    def _serve(self, connections: tuple[list[bytes], ...]) -> None:
        for answers in connections:
            connection, _ = self._listener.accept()
            with connection, suppress(OSError):  # the lane hangs up where it likes
                for answer in answers:
                    request = connection.recv(65_536)
                    if not request:
                        break
                    self.requests.append(request)
                    for piece in answer.split(b"<cut>"):
                        connection.sendall(piece)

    def close(self) -> None:
        """Answer nobody any more."""
        self._listener.close()
        self._thread.join(timeout=5)


Serve = Callable[..., tuple[S3Wire, Server]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A lane to a server that answers so, connection by connection."""
    servers: list[Server] = []

    def served(*connections: list[bytes], limit: int = 100) -> tuple[S3Wire, Server]:
        server = Server(*connections)
        servers.append(server)
        return lane(f"http://127.0.0.1:{server.port}", limit=limit), server

    yield served
    for server in servers:
        server.close()


def lane(endpoint: str, *, limit: int = 100) -> S3Wire:
    """A lane to an endpoint."""
    return S3Wire(endpoint, bucket="audit", region="eu-west-1", credentials=frozen, object_limit=limit)


def frozen(token: str | None = None) -> ReadOnlyCredentials:
    """Somebody's credentials."""
    return Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", token).get_frozen_credentials()


def test_an_object_comes_with_its_metadata_and_its_etag(serve: Serve) -> None:
    """Names of metadata in lower case, the ETag without quotes, however the answer is cut."""
    wire, _ = serve([ANSWER, ANSWER.replace(b"Content", b"<cut>Content").replace(b"bytes", b"by<cut>tes")])
    whole = Object(b"bytes", {"signature": "00ff"}, "abc")
    assert wire.get(KEY) == wire.get(KEY) == whole


def test_the_connection_is_kept(serve: Serve) -> None:
    """Three objects over one, each with a request of its own."""
    wire, server = serve([ANSWER] * 3)
    assert all(wire.get(KEY) for _ in range(3))
    assert len(server.requests) == 3


def test_one_that_was_closed_meanwhile_is_replaced(serve: Serve) -> None:
    """S3 closes connections that nobody used for a while; nobody has to know."""
    wire, server = serve([ANSWER], [ANSWER])
    assert wire.get(KEY)
    assert wire.get(KEY)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nbytes",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nbytes",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbytes",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nbytes",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
    ],
    ids=[
        "403",
        "307",
        "503",
        "chunked",
        "encoded",
        "no-length",
        "no-number",
        "more",
        "less",
        "half-a-head",
        "none",
    ],
)
def test_whatever_is_unusual_is_left_to_others(serve: Serve, answer: bytes) -> None:
    """No guess is made, and no such connection is used again."""
    wire, server = serve([answer], [ANSWER])
    assert wire.get(KEY) is None
    assert wire.get(KEY)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "key", ["a//b", "/a", "a/", "a/../b", "./a", "a b", "a+b", "a%2Fb", "a=b", "é", "a\r\nb", ""]
)
def test_keys_that_need_escaping_are_left_to_others(key: str) -> None:
    """Nothing is even asked."""
    assert lane("http://127.0.0.1:9").get(key) is None


def test_an_object_that_is_too_large_is_not_read(serve: Serve) -> None:
    """It says so before its body has come."""
    wire, _ = serve([b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"])
    with pytest.raises(TooLarge, match="101 bytes"):
        wire.get(KEY)


def test_one_that_trickles_is_left_to_others(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience is for the whole object, not for each of its pieces."""
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000
    wire, _ = serve([large], [large], limit=1_000_000)
    assert wire.get(KEY) == Object(b"x" * 1_000_000)
    monkeypatch.setattr(s3_wire, "PATIENCE", -1.0)
    assert wire.get(KEY) is None


def test_without_credentials_it_is_left_to_others() -> None:
    """Whoever asks next will say why they cannot be had."""

    def refused() -> ReadOnlyCredentials:
        raise CredentialRetrievalError(provider="sso", error_msg="expired")

    wire = S3Wire(
        "http://127.0.0.1:9", bucket="audit", region="eu-west-1", credentials=refused, object_limit=100
    )
    assert wire.get(KEY) is None


def test_nobody_listens() -> None:
    """Whoever asks next will say what is wrong."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert lane(f"http://127.0.0.1:{port}").get(KEY) is None


def test_behind_a_proxy_the_lane_is_closed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies are for clients that speak to them."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    wire, server = serve([ANSWER])
    assert wire.get(KEY) is None
    assert server.requests == []
    socket.create_connection(("127.0.0.1", server.port)).close()


@pytest.mark.parametrize("token", [None, "FwoGZXIvYXdzEXAMPLE/+="], ids=["long-lived", "temporary"])
def test_requests_are_signed_as_botocore_signs_them(
    token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letter for letter, for the same moment."""
    moment = datetime(2026, 9, 1, 12, 0, 5, tzinfo=UTC)
    who: Any = frozen(token)
    path = f"/audit/{KEY}"
    made = Signing(
        host="s3.eu-west-1.amazonaws.com", region="eu-west-1", credentials=lambda: who, now=lambda: moment
    )
    request = AWSRequest("GET", f"https://s3.eu-west-1.amazonaws.com{path}")
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    S3SigV4Auth(who, "s3", "eu-west-1").add_auth(request)
    found = re.search(rb"Signature=([0-9a-f]{64})", made.get(path))
    assert found
    assert found[1].decode() in str(request.headers["Authorization"])
